import NibbleTransformers

extension LayerPath {
    /// The last word: `q_proj` for `layers.7.attn.q_proj`.
    var lastWord: String { words.last.map(String.init) ?? name }

    /// A short name for narrow places: `L7.q_proj`, `L7.E3.up_proj`; each group by its first letter and number.
    var shortName: String { groups.isEmpty ? name : shortGroups + "." + lastWord }

    /// The groups around the layer, each by its first letter and number: `L7.E3`.
    private var shortGroups: String {
        steps.map { step in
            let words = step.split(separator: ".")
            let kind = words.dropLast().last?.first.map { $0.uppercased() } ?? ""
            return kind + (words.last ?? "")
        }.joined(separator: ".")
    }

    /// The name in full, then shorter and shorter: `layers.7.attn.q_proj`, `L7.attn.q_proj`, `L7.q_proj`.
    var wordings: [String] {
        let short = shortGroups
        let rest = groups.last.map { String(name.dropFirst($0.count + 1)) } ?? name
        return [name] + (short.isEmpty ? [] : [short + "." + rest, shortName])
    }

    /// The first wording that fits, else the last one with its middle left out: the ends tell names apart.
    static func fitting(_ wordings: [String], width: Int) -> String {
        wordings.first { $0.columns <= width } ?? wordings.last.map { $0.cutInMiddle(to: width) } ?? ""
    }

    /// Each group by what it adds to the one around it: `layers.7`, then `mlp.experts.3`.
    var steps: [String] {
        var start = 0
        return groups.map { group in
            defer { start = group.count + 1 }
            return String(group.dropFirst(start))
        }
    }
}
