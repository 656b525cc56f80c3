/// Everything known about a format under one choice of options, for a matrix of a shape: its card and the figures of its layout.
public struct FormatSheet: Sendable {
    /// The shape for which lists give figures: 4096 × 4096.
    public static let usualShape = MatrixShape(rows: 4096, columns: 4096)
    /// The tokens for which ``Paths/prefill`` is given.
    public static let prefillTokens = 512

    /// The loops of activation schemes that run the same ones.
    public struct Paths: Hashable, Sendable {
        /// Names of the schemes.
        public let activations: [String]
        /// One token.
        public let decode: ProductPath
        /// Many tokens.
        public let prefill: ProductPath
    }

    /// The format.
    public let format: any NumericFormat
    /// The options.
    public let encoding: StorageEncoding
    /// Where the bits go.
    public let layout: PackedLayout
    /// The fields of a block or row.
    public let record: FormatRecord
    /// Where the format is from and what runs it.
    public let card: FormatCard
    /// The loops of each scheme that the format offers, in its order.
    public let paths: [Paths]

    /// The sheet of a format.
    ///
    /// - Throws: ``KernelError`` if there is no such format or it doesn't know the options.
    public init(encoding: StorageEncoding, shape: MatrixShape = usualShape) throws(KernelError) {
        format = try FormatCatalogue.format(named: encoding.format)
        self.encoding = encoding
        layout = try format.layout(of: shape, encoding: encoding)
        record = format.record(of: layout, encoding: encoding)
        card = format.card
        paths = try Self.paths(format, encoding, shape)
    }

    /// Bits per weight by what they are for.
    public var shares: BitShares { layout.bitShares }

    /// Whether matrices are only read.
    public var isReadOnly: Bool { !format.canEncode }

    /// The loops of the scheme that is likely fastest for one token: whole numbers before decoded ones, tiles before rows.
    public var fastestPath: ProductPath? {
        func rank(_ path: ProductPath) -> Int {
            (path.arithmetic == .integer ? 0 : 2) + (path.source == .rows ? 1 : 0)
        }
        return paths.map(\.decode).min { rank($0) < rank($1) }
    }

    private static func paths(
        _ format: any NumericFormat, _ encoding: StorageEncoding, _ shape: MatrixShape
    ) throws(KernelError) -> [Paths] {
        var paths: [Paths] = []
        for activation in format.activations {
            let arithmetic = Arithmetic(activation: activation)
            let decode = try ProductPath(
                encoding: encoding, arithmetic: arithmetic, shape: shape, tokenCount: 1)
            let prefill = try ProductPath(
                encoding: encoding, arithmetic: arithmetic, shape: shape, tokenCount: prefillTokens)
            let same = paths.firstIndex { $0.decode == decode && $0.prefill == prefill }
            let names = (same.map { paths[$0].activations } ?? []) + [activation]
            let all = Paths(activations: names, decode: decode, prefill: prefill)
            if let same { paths[same] = all } else { paths.append(all) }
        }
        return paths
    }
}
