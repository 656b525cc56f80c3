import CNibbleKernels

/// Which loops a product runs.
public struct ProductPath: Hashable, Sendable {
    /// What is multiplied.
    public enum Arithmetic: String, Hashable, Sendable {
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
    public let arithmetic: Arithmetic
    /// In what form weights are read.
    public let source: Source

    /// The loops that ``PackedMatrix/multiply(_:tokenCount:into:pool:)`` runs for so many tokens where memory isn't short.
    ///
    /// - Throws: ``KernelError`` if the format doesn't know the options.
    public init(encoding: LayerEncoding, shape: MatrixShape, tokenCount: Int) throws(KernelError) {
        let format = try FormatCatalogue.format(named: encoding.format)
        let scheme = try ActivationCatalogue.scheme(named: encoding.activation)
        let layout = try format.layout(of: shape, encoding: encoding)
        let context = RowContext(layout: layout, parameters: TensorParameters(), encoding: encoding)
        let hasTiles = context.interleaving(of: format) != nil
        guard scheme.codeBits != nil, format is any IntegerCoded else {
            arithmetic = .float
            source =
                tokenCount >= FloatTiles.tokensTogether
                ? .panels : hasTiles ? .tiles : format is FloatFormat && tokenCount < 3 ? .stored : .rows
            return
        }
        arithmetic = .integer
        let isTiled =
            scheme.isByteCoded && hasTiles && context.safeSegmentLength(of: format, scheme: scheme) != nil
        source = isTiled ? tokenCount >= Product.tiledTokens ? .panels : .tiles : .rows
    }

    /// “integer SIMD”, “float SIMD”, or “portable” where the processor has none of the instruction sets that loops are written for.
    public var kind: String { InstructionSet.current.isPortable ? "portable" : "\(arithmetic.rawValue) SIMD" }
}

/// The instructions that the innermost loops are made of on this machine.
public struct InstructionSet: Hashable, Sendable {
    /// Its name, such as `avx2` or `portable`.
    public let name: String
    /// Whether it is plain C, which runs everywhere.
    public let isPortable: Bool

    /// The set that loops were chosen from when the program started.
    public static let current = InstructionSet(
        name: String(cString: InnerLoops.best.pointee.name),
        isPortable: InnerLoops.best == InnerLoops.portable)
}
