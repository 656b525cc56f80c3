import NibbleTransformers

extension LayerPath {
    /// The last word: `q_proj` for `layers.7.attn.q_proj`.
    var lastWord: String { words.last.map(String.init) ?? name }

    /// A short name for narrow places: `L7.q_proj`, `L7.E3.up_proj`; each group by its first letter and number.
    var shortName: String {
        let short = steps.map { step in
            let words = step.split(separator: ".")
            let kind = words.dropLast().last?.first.map { $0.uppercased() } ?? ""
            return kind + (words.last ?? "")
        }
        return short.isEmpty ? name : (short + [lastWord]).joined(separator: ".")
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
