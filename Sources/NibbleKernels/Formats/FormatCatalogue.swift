/// The list of all weight formats.
///
/// Pickers, arguments, tests and benchmarks iterate those that can be encoded; readers find the others by name, too.
public enum FormatCatalogue {
    /// Every format that can be encoded, in the order in which lists show them.
    public static let all: [any NumericFormat] =
        FloatFormat.all + IntegerFormat.all + FixedPointFormat.all + gguf
        + MiniFloatFormat.all + MXFormat.all + [MXInt8Format(), NVFP4Format()] + NormalFloatFormat.all + [
            TernaryFormat()
        ]

    private static let gguf: [any NumericFormat] = [
        BlockQ8_0(), BlockQ6_K(), BlockQ5_1(), BlockQ5_0(), BlockQ5_K(), BlockQ4_1(), BlockQ4_0(),
        BlockQ4_K(),
        BlockIQ4_NL(), BlockIQ4_XS(), BlockMXFP4(), BlockNVFP4(), BlockQ3_K(), BlockQ2_K(), BlockTQ2_0(),
        BlockTQ1_0(),
    ]

    /// Formats that files hold but nothing here writes.
    public static let readOnly: [any NumericFormat] = GridBlocks.all

    private static let byName = Dictionary(
        (all + readOnly + MiniFloatFormat.nonSaturating).map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })

    /// The format called `name`, in small or capital letters.
    ///
    /// - Parameter suggestingReadOnly: whether a sentence about a mistyped name may offer formats that are only read.
    /// - Throws: ``KernelError/unknownName(_:)`` with the nearest names if there is none.
    public static func format(
        named name: String, suggestingReadOnly: Bool = false
    ) throws(KernelError) -> any NumericFormat {
        if let format = byName[name.lowercased()] { return format }
        let names = (all + (suggestingReadOnly ? readOnly : [])).map(\.name)
        throw .unknownName(NameSuggestion.sentence(for: name, kind: "weight format", among: names))
    }

    /// The format whose rows are the blocks of a GGUF type such as `Q4_K` or `MXFP4`, in ggml's spelling; nil for types that
    /// hold no weights, such as `Q8_K`.
    ///
    /// The names differ where another format of that name packs its rows in another way.
    public static func format(ofGGUFType type: String) -> (any NumericFormat)? {
        let name = type.lowercased()
        guard let format = byName[name + "-gguf"] ?? byName[name],
            format.family == .gguf || format.family == .readOnly || format is FloatFormat
        else { return nil }
        return format
    }
}

extension NumericFormat {
    /// The first of each of the format's options.
    public var defaultEncoding: StorageEncoding {
        StorageEncoding(
            format: name, granularity: granularities.first ?? .fixed, rangeRule: rangeRules.first ?? .minMax)
    }
}
