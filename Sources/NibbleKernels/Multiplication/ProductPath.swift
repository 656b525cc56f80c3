import CNibbleKernels

/// Which loops a product runs.
public struct ProductPath: Hashable, Sendable {
    /// What is multiplied with what.
    public enum Operands: String, Hashable, Sendable {
        /// Codes with codes, summed in whole numbers.
        case integer
        /// Decoded weights with f32 activations.
        case float
    }

    /// In what form weights are read.
    public enum Source: String, Hashable, Sendable {
        /// Floating-point numbers where they lie.
        case stored
        /// Packed rows, unpacked one after the other.
        case rows
        /// The run-time layout: eight rows side by side, a row in each lane of a vector.
        case tiles
        /// Panels, unpacked once for many tokens while they lie in a near cache.
        case panels
    }

    /// What is multiplied.
    public let arithmetic: Operands
    /// In what form weights are read.
    public let source: Source

    init(_ arithmetic: Operands, _ source: Source) {
        self.arithmetic = arithmetic
        self.source = source
    }

    /// The loops that ``LayerOperator/apply(_:tokenCount:into:pool:)`` runs for so many tokens where memory isn't short.
    ///
    /// - Throws: ``KernelError`` if the format doesn't know the options.
    public init(
        encoding: StorageEncoding, arithmetic: Arithmetic, shape: MatrixShape, tokenCount: Int
    ) throws(KernelError) {
        let format = try FormatCatalogue.format(named: encoding.format)
        let layout = try format.layout(of: shape, encoding: encoding)
        let context = RowContext(layout: layout, parameters: TensorParameters(), encoding: encoding)
        let loops = try ProductLoops(format, context, arithmetic)
        self = loops.path(tokenCount: tokenCount, hasLayout: loops.interleaving != nil)
    }

    /// “integer SIMD”, “float SIMD”, or “portable” where the processor has none of the instruction sets that loops are written for.
    public var kind: String { InstructionSet.current.isPortable ? "portable" : "\(arithmetic.rawValue) SIMD" }
}

/// What decides which loops run, as far as it is the same for every product of a matrix.
struct ProductLoops: Sendable {
    /// How activations become codes.
    let scheme: any ActivationScheme
    /// The register in which products of codes are summed.
    let accumulator: Accumulator
    /// How the run-time layout is made that the fast loops read; nil where they read the packed rows.
    let interleaving: Interleaving?
    /// Columns of a segment, if no sum of codes can leave the register; nil where one might, or where codes are wider than
    /// the fast loops take.
    let segmentLength: Int?
    private let isInteger: Bool
    private let isStored: Bool

    /// Decides for the rows of a context.
    ///
    /// - Throws: as `NumericFormat.check(_:)`.
    init(
        _ format: any NumericFormat, _ context: RowContext, _ arithmetic: Arithmetic
    ) throws(KernelError) {
        let scheme = try format.scheme(of: arithmetic)
        self.scheme = scheme
        accumulator = arithmetic.accumulator
        isInteger = scheme.codeBits != nil
        isStored = format is FloatFormat
        segmentLength =
            scheme.isByteCoded
            ? context.safeSegmentLength(of: format, scheme: scheme, accumulator: accumulator) : nil
        interleaving = isInteger && segmentLength == nil ? nil : context.interleaving(of: format)
    }

    /// The loops for so many tokens, with or without the run-time layout.
    func path(tokenCount: Int, hasLayout: Bool) -> ProductPath {
        guard isInteger else {
            guard tokenCount < FloatTiles.tokensTogether else { return ProductPath(.float, .panels) }
            return ProductPath(.float, hasLayout ? .tiles : isStored && tokenCount < 3 ? .stored : .rows)
        }
        guard hasLayout else { return ProductPath(.integer, .rows) }
        return ProductPath(.integer, tokenCount >= Product.tiledTokens ? .panels : .tiles)
    }
}

extension RowContext {
    /// Columns of a segment, if no sum of them can leave the accumulator, whatever the codes.
    fileprivate func safeSegmentLength(
        of format: any NumericFormat, scheme: any ActivationScheme, accumulator: Accumulator
    ) -> Int? {
        guard let coded = format as? any IntegerCoded, accumulator.bits == 32 else { return nil }
        let columns = layout.shape.columns
        let length = min(layout.groupSize, scheme.blockSize ?? columns, columns)
        // Zero points let numbers reach twice the range of their codes.
        let largest = Int64(1) << Int64(coded.numberBits + 1)
        return Int64(length) * largest * 127 <= accumulator.range.upperBound ? length : nil
    }

    /// How rows are laid out for the fast loops; nil where the format has no such layout, or where it would take notably more
    /// memory than the packed rows.
    fileprivate func interleaving(of format: any NumericFormat) -> Interleaving? {
        guard layout.shape.elementCount > 0,
            let interleaving = (format as? any InterleavedCoded)?.interleaving(self)
        else { return nil }
        let size = InterleavedMatrix.byteCount(layout, interleaving)
        return Double(size) <= 1.1 * Double(layout.byteCount) + 4096 ? interleaving : nil
    }
}

/// The instructions that the innermost loops are made of on this machine.
public struct InstructionSet: Hashable, Sendable {
    /// Its name: `avx512`, `avx2` or `portable`.
    public let name: String
    /// Whether it is plain C, which runs everywhere.
    public let isPortable: Bool

    /// The set that loops were chosen from when the program started.
    public static let current = InstructionSet(
        name: String(cString: nibble_instructions()),
        isPortable: InnerLoops.best == InnerLoops.portable)
}
