/// One kind of number that a packed row is made of, such as its codes or its scales.
public struct RowPart: Sendable {
    /// What the numbers are.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// What is stored for weights: for one, or for the few that are a point of a code book.
        case codes
        /// The signs of weights of a code book, a bit each, or seven bits for eight whose minus signs are
        /// even in number.
        case signs
        /// What numbers are multiplied by, one for each group or block.
        case scales
        /// What is added to them, one for each group or block.
        case minima = "minima"
        /// The number that is subtracted from the codes of a group.
        case zeroPoints = "zero points"
        /// Factors that refine the scale of a block for each of its units.
        case unitScales = "unit scales"
        /// Factors that refine the minimum of a block for each of its units.
        case unitMinima = "unit minima"
        /// Bits that decide no value but can be set; encoders leave zeros.
        case rest
    }

    /// What the numbers are.
    public let kind: Kind
    /// How many there are in a row, those of padding columns included.
    public let count: Int
    /// Bits of each.
    public let bits: Int
    /// How the bits are to be read.
    public let reading: StoredNumber
    /// Columns that share one: number i belongs to the columns i · `columns` ..< (i + 1) · `columns`, of
    /// which the row may lack the last; nil for bits that belong to no run of columns.
    public let columns: Int?
    /// The bits that the format permits.
    public let permitted: ClosedRange<UInt32>
    /// How more could be permitted, as the end of a sentence.
    let advice: String?

    init(
        _ kind: Kind, _ count: Int, bits: Int, _ reading: StoredNumber, columns: Int?,
        permitted: ClosedRange<UInt32>? = nil, advice: String? = nil
    ) {
        self.kind = kind
        self.count = count
        self.bits = bits
        self.reading = reading
        self.columns = columns
        self.permitted = permitted ?? 0...(UInt32.max >> UInt32(32 - bits))
        self.advice = advice
    }

    /// The value that bits stand for.
    public func value(of bits: UInt32) -> Float { reading.value(of: bits, width: self.bits) }

    /// The bits of a value, which is never rounded.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` for a value that the part cannot hold exactly.
    public func bits(of value: Float) throws(KernelError) -> UInt32 {
        guard let bits = reading.bits(of: value, width: bits), permitted.contains(bits) else {
            throw .unsupported("\(value) cannot be held exactly among the \(kind.rawValue): round it before.")
        }
        return bits
    }

    /// The bits that stand for zero, or else for the value nearest to it.
    var zero: UInt32 {
        if let bits = reading.bits(of: 0, width: bits) { return bits }
        guard case .levels(let levels) = reading else { return permitted.lowerBound }
        let nearest = levels.indices.min { levels[$0].magnitude < levels[$1].magnitude }
        return UInt32(nearest ?? 0)
    }
}

/// Which parts the rows of a packed matrix have, and how many numbers each.
///
///     let layout = try PackedMatrix.partsLayout(shape: shape, encoding: encoding)
///     let bits = layout[.codes]?.bits           // 4
///     let scale = try layout[.scales]?.bits(of: 0.5)      // 0x3800, an f16
public struct RowPartsLayout: Sendable {
    /// The parts, codes first.
    public let parts: [RowPart]

    init(_ parts: [RowPart]) { self.parts = parts }

    /// The part of a kind, or nil if rows have none.
    public subscript(kind: RowPart.Kind) -> RowPart? { parts.first { $0.kind == kind } }
}
