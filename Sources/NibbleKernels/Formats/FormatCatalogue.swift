/// The list of all weight formats.
///
/// Pickers, arguments, readers, tests and benchmarks iterate it.
public enum FormatCatalogue {
    /// Every format, in the order in which lists show them.
    public static let all: [any NumericFormat] =
        FloatFormat.all + IntegerFormat.all + FixedPointFormat.all + gguf
        + MiniFloatFormat.all + MXFormat.all + [MXInt8Format(), NVFP4Format()] + NormalFloatFormat.all + [
            TernaryFormat()
        ]

    private static let gguf: [any NumericFormat] = [
        BlockQ8_0(), BlockQ6_K(), BlockQ5_1(), BlockQ5_0(), BlockQ5_K(), BlockQ4_1(), BlockQ4_0(),
        BlockQ4_K(),
        BlockIQ4_NL(), BlockQ3_K(), BlockQ2_K(), BlockTQ2_0(), BlockTQ1_0(),
    ]

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The format called `name`, in small or capital letters.
    ///
    /// - Throws: ``KernelError/unknownName(_:)`` with the nearest names if there is none.
    public static func format(named name: String) throws(KernelError) -> any NumericFormat {
        if let format = byName[name.lowercased()] { return format }
        throw .unknownName(NameSuggestion.sentence(for: name, kind: "weight format", among: all.map(\.name)))
    }
}

extension NumericFormat {
    /// The first of each of the format's options.
    public var defaultEncoding: LayerEncoding {
        LayerEncoding(
            format: name, granularity: granularities.first ?? .fixed, rangeRule: rangeRules.first ?? .minMax,
            activation: activations.first ?? "float")
    }
}
