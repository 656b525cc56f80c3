import NibbleTransformers

/// The rule that decides each layer: the last that matches.
///
/// A rule for one name or for a kind costs a look-up, whatever the number of layers; others are matched with the layers that
/// no later rule has decided.
struct RuleMatching: Sendable {
    /// For each layer the place of its rule; -1 for none.
    private(set) var rules: [Int]

    /// Matches rules with all layers; each pattern is made ready once.
    init(_ rules: [PlanRule], _ layers: PlannedLayers) {
        self.rules = [Int](repeating: -1, count: layers.layers.count)
        decide(Array(layers.layers.indices), by: rules, layers)
    }

    /// Finds the rules of layers that have none, the last rule first.
    ///
    /// Layers beyond `indices` have a rule or match none.
    private mutating func decide(_ indices: [Int], by rules: [PlanRule], _ layers: PlannedLayers) {
        var (open, openCount) = (indices, indices.count)
        for (place, rule) in rules.enumerated().reversed() {
            guard openCount > 0 else { return }
            Self.match(rule, open, layers) { index in
                guard self.rules[index] < 0 else { return }
                self.rules[index] = place
                openCount -= 1
            }
            if openCount <= open.count / 2 { open = open.filter { self.rules[$0] < 0 } }
        }
    }

    /// Calls `body` with the layers that a rule matches: some of `indices`, or all of the one name or kind that it means.
    private static func match(
        _ rule: PlanRule, _ indices: some Sequence<Int>, _ layers: PlannedLayers, _ body: (Int) -> Void
    ) {
        guard let pattern = try? LayerPattern(rule.pattern) else { return }
        if let name = pattern.name { return layers.indices(named: name).forEach(body) }
        if let known = layers.indices(matchingKindPattern: rule.pattern) { return known.forEach(body) }
        var matcher = pattern.matcher(.whole)
        for index in indices where layers.hasName(index, where: { matcher.matches($0) }) { body(index) }
    }

    /// Takes rules away and finds the rules of the layers that they decided among those that stay.
    mutating func remove(
        from rules: inout [PlanRule], _ layers: PlannedLayers, where isGone: (PlanRule) -> Bool
    ) {
        var places: [Int] = []
        var kept: [PlanRule] = []
        for rule in rules {
            let goes = isGone(rule)
            places.append(goes ? -1 : kept.count)
            if !goes { kept.append(rule) }
        }
        guard kept.count < rules.count else { return }
        rules = kept
        var orphans: [Int] = []
        for index in self.rules.indices where self.rules[index] >= 0 {
            self.rules[index] = places[self.rules[index]]
            if self.rules[index] < 0 { orphans.append(index) }
        }
        decide(orphans, by: kept, layers)
    }

    /// Adds a rule behind all others.
    mutating func append(_ rule: PlanRule, to rules: inout [PlanRule], _ layers: PlannedLayers) {
        let place = rules.count
        rules.append(rule)
        Self.match(rule, layers.layers.indices, layers) { self.rules[$0] = place }
    }

    /// Whether a rule matches no layer.
    static func isIdle(_ rule: PlanRule, _ layers: PlannedLayers) -> Bool {
        guard let pattern = try? LayerPattern(rule.pattern) else { return true }
        if let name = pattern.name { return layers.indices(named: name).isEmpty }
        var matcher = pattern.matcher(.whole)
        return !layers.layers.indices.contains { layers.hasName($0) { matcher.matches($0) } }
    }
}
