/// Short, uniform names for tensors of architectures that nibble doesn't know.
enum CanonicalName {
    /// `layers.7.mlp.down_proj` for `model.layers.7.mlp.down_proj.weight`.
    static func of(_ tensorName: String) -> String {
        var parts = tensorName.split(separator: ".").map(String.init)
        if parts.last == "weight", parts.count > 1 { parts.removeLast() }
        if let start = blockIndex(parts) { return (["layers"] + parts[start...]).joined(separator: ".") }
        if ["model", "transformer"].contains(parts.first ?? ""), parts.count > 1 { parts.removeFirst() }
        return parts.joined(separator: ".")
    }

    /// Short names where they tell all tensors apart, the file's own names otherwise: an encoder and a decoder both
    /// have a block 0.
    static func unique(for tensorNames: [String]) -> [String] {
        let short = tensorNames.map(of)
        let counts = Dictionary(short.map { ($0, 1) }, uniquingKeysWith: +)
        let names = zip(tensorNames, short).map { counts[$1] == 1 ? $1 : $0 }
        return Set(names).count == names.count ? names : tensorNames
    }

    private static func blockIndex(_ parts: [String]) -> Int? {
        parts.firstIndex { Int($0) != nil && $0.allSatisfy(\.isNumber) }
    }
}
