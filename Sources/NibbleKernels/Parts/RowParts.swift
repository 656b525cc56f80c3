/// The numbers that one packed row is made of, each as it is stored, in the order of the columns.
///
/// A *code* is what is stored for one weight: bits without a sign. The *number* is what the code stands for:
/// the code less an offset or a zero point, a whole number in two's complement, or a level of a table. For
/// formats with a code for each weight
///
///     value = scale · unit scale · number + minimum             (without unit minima)
///     value = scale · unit scale · number − minimum · unit minimum
///
/// where parts that a format lacks count as 1 or 0, and scales that are the tensor's are in
/// ``TensorParameters``. ``RowPartsLayout`` says which parts there are, how many numbers each has, and how
/// bits become values.
public struct RowParts: Hashable, Sendable {
    /// One for each column, those that fill the last block included; where weights are points of a code book,
    /// one for each point.
    public var codes: [UInt32] = []
    /// Signs of code books' weights.
    public var signs: [UInt32] = []
    /// One for each group or block: the bits of an f32, f16, E8M0 or E4M3 number.
    public var scales: [UInt32] = []
    /// One for each block of formats that have them: the bits of an f16.
    public var minima: [UInt32] = []
    /// One for each group of formats that have them.
    public var zeroPoints: [UInt32] = []
    /// One for each unit of a block that has units.
    public var unitScales: [UInt32] = []
    /// One for each unit of a block that has units and minima.
    public var unitMinima: [UInt32] = []
    /// What is left over where bits decide no value (TQ1_0).
    public var rest: [UInt32] = []

    /// No parts.
    public init() {}

    /// Parts of a row of weights that are zero, or as near to it as the format's codes come.
    public init(_ layout: RowPartsLayout) {
        for part in layout.parts {
            let isCode = part.kind == .codes || part.kind == .zeroPoints
            self[part.kind] = [UInt32](repeating: isCode ? part.zero : 0, count: part.count)
        }
    }

    /// The part of a kind; empty for one that rows of the format lack.
    public subscript(kind: RowPart.Kind) -> [UInt32] {
        get { self[keyPath: Self.place(of: kind)] }
        set { self[keyPath: Self.place(of: kind)] = newValue }
        _modify { yield &self[keyPath: Self.place(of: kind)] }
    }

    private static func place(of kind: RowPart.Kind) -> WritableKeyPath<RowParts, [UInt32]> {
        switch kind {
        case .codes: \.codes
        case .signs: \.signs
        case .scales: \.scales
        case .minima: \.minima
        case .zeroPoints: \.zeroPoints
        case .unitScales: \.unitScales
        case .unitMinima: \.unitMinima
        case .rest: \.rest
        }
    }
}
