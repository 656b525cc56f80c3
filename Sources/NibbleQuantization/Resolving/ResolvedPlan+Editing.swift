import NibbleTransformers

extension ResolvedPlan {
    /// The plan with `setting` for some layers, and every other layer as before.
    ///
    /// Rules stay few: a rule for exactly these layers made earlier is replaced; layers that get the setting
    /// from other rules anyway need none; all layers, or all blocks' layers of one kind, take one pattern.
    /// - Parameter setting: nil keeps the layers as stored.
    public func setting(_ ids: some Sequence<LayerPath>, to setting: Setting?) -> ResolvedPlan {
        var isChosen = [Bool](repeating: false, count: layers.layers.count)
        for id in ids { if let index = layers.index(of: id) { isChosen[index] = true } }
        let chosen = isChosen.indices.filter { isChosen[$0] }
        guard !chosen.isEmpty else { return self }
        var edited = plan
        if chosen.count == layers.layers.count {
            edited.rules = setting.map { [PlanRule(unchecked: ".*", setting: $0)] } ?? []
            return ResolvedPlan(edited, layers)
        }
        var matching = matching
        let patterns = patterns(for: chosen)
        let replaced = replacedPatterns(patterns, chosen)
        matching.remove(from: &edited.rules, layers) { replaced.contains($0.pattern) }
        let before = edited.rules
        let missing = patterns.filter { _, members in
            members.contains { Self.setting(at: $0, matching, before) != setting }
        }
        for (pattern, _) in missing {
            matching.append(PlanRule(unchecked: pattern, setting: setting), to: &edited.rules, layers)
        }
        keep(&matching, &edited.rules) { !isChosen[$0] }
        return ResolvedPlan(edited, layers, matching)
    }

    private static func setting(at index: Int, _ matching: RuleMatching, _ rules: [PlanRule]) -> Setting? {
        matching.rules[index] < 0 ? nil : rules[matching.rules[index]].setting
    }

    /// One pattern for each kind of layer that is chosen in every block, one name for each other layer.
    private func patterns(for chosen: [Int]) -> [(pattern: String, members: [Int])] {
        var members = [[Int]](repeating: [], count: layers.kindCounts.count)
        for index in chosen { if let kind = layers.kinds[index] { members[kind].append(index) } }
        var result: [(pattern: String, members: [Int])] = []
        for index in chosen {
            guard let kind = layers.kinds[index], layers.kindCounts[kind] > 1,
                members[kind].count == layers.kindCounts[kind]
            else {
                result.append((LayerPattern.matching(layers.layers[index].id), [index]))
                continue
            }
            if members[kind].first == index {
                result.append((layers.pattern(ofKind: kind), members[kind]))
            }
        }
        return result
    }

    /// The patterns of an edit, and those that name one of its layers alone.
    private func replacedPatterns(
        _ patterns: [(pattern: String, members: [Int])], _ chosen: [Int]
    ) -> Set<String> {
        var replaced = Set(patterns.map(\.pattern))
        for index in chosen {
            replaced.insert(LayerPattern.matching(layers.layers[index].id))
            for name in layers.layers[index].tiedNames {
                replaced.insert(LayerPattern.matching(LayerPath(name)))
            }
        }
        return replaced
    }

    /// Names the layers that an edit has changed by accident.
    private func keep(
        _ matching: inout RuleMatching, _ rules: inout [PlanRule], where isKept: (Int) -> Bool
    ) {
        // Neighbours mostly have the same two rules, whose settings are compared once.
        var last = (before: -2, after: -2, differ: false)
        let changed = matching.rules.indices.filter { index in
            let (before, after) = (self.matching.rules[index], matching.rules[index])
            if (last.before, last.after) != (before, after) {
                let now = Self.setting(at: index, matching, rules)
                last = (before, after, setting(at: index) != now)
            }
            return last.differ && isKept(index)
        }
        for index in changed {
            let rule = PlanRule(layer: layers.layers[index].id, setting: setting(at: index))
            matching.append(rule, to: &rules, layers)
        }
    }
}
