import NibbleTransformers

extension LayerPath {
    /// The name inside its block: `attn.q_proj` for `layers.7.attn.q_proj`.
    var nameInBlock: String {
        let parts = name.split(separator: ".", maxSplits: 2)
        return parts.count == 3 && parts[0] == "layers" ? String(parts[2]) : name
    }

    /// The last part of the name: `q_proj` for `layers.7.attn.q_proj`.
    var lastName: String { name.split(separator: ".").last.map(String.init) ?? name }

    /// A short name for narrow places: `L7.q_proj`.
    var shortName: String {
        let parts = name.split(separator: ".")
        guard parts.count > 2, parts[0] == "layers" else { return name }
        return "L\(parts[1]).\(parts[parts.count - 1])"
    }
}
