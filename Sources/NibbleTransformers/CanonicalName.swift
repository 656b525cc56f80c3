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

    /// The first number in a name is the block's.
    static func block(of tensorName: String) -> Int? {
        let parts = tensorName.split(separator: ".").map(String.init)
        return blockIndex(parts).flatMap { Int(parts[$0]) }
    }

    private static func blockIndex(_ parts: [String]) -> Int? {
        parts.firstIndex { Int($0) != nil && $0.allSatisfy(\.isNumber) }
    }
}
