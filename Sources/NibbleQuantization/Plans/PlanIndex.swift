import Foundation
import NibbleTransformers
import Synchronization

/// A model's layers made ready for plans: which layers a pattern means is found once and remembered.
///
/// Resolving a plan then costs one step for each layer that a rule matches, and no regular expression: with tens of
/// thousands of layers (experts) an edit stays as quick as with two hundred.
///
///     let index = PlanIndex(model.layers)
///     let rules = index.rules(of: plan)                 // the rule that each layer takes, by its place
///     let edited = index.setting([3, 4], to: setting, in: plan)
public final class PlanIndex: Sendable {
    /// The layers in the order of the model; everything here names them by their place.
    public let layers: [LinearLayer]
    /// Layers by the pattern that means exactly one of their names.
    private let byName: [String: [Int]]
    /// The place of each layer's kind in `kinds`; −1 outside of blocks.
    private let kindOf: [Int]
    private let kinds: [Kind]
    private let kindByPattern: [String: Int]
    /// What other patterns were found to match.
    private let found = Mutex<[String: [Int]]>([:])

    /// Layers that differ by their block's number alone, such as all `layers.N.mlp.up_proj`.
    private struct Kind {
        let pattern: String
        /// Layers whose own name is of this kind.
        var members: [Int] = []
        /// Layers one of whose names is of this kind; nil where names are so odd that only the expression knows.
        var matches: [Int]? = []
    }

    /// Makes the layers of a model ready.
    ///
    /// - Complexity: O(*n*) for *n* layers.
    public init(_ layers: [LinearLayer]) {
        self.layers = layers
        var byName: [String: [Int]] = [:]
        var kindOf = [Int](repeating: -1, count: layers.count)
        var kinds: [Kind] = []
        var kindByPattern: [String: Int] = [:]
        let isPlain = layers.allSatisfy { $0.allNames.allSatisfy(\.hasPlainNumbers) }
        for (place, layer) in layers.enumerated() {
            for name in layer.allNames {
                let path = LayerPath(name)
                byName[LayerPattern.matching(path), default: []].append(place)
                guard let pattern = path.kindPattern else { continue }
                let kind = kindByPattern[pattern] ?? kinds.count
                if kind == kinds.count { kinds.append(Kind(pattern: pattern, matches: isPlain ? [] : nil)) }
                kindByPattern[pattern] = kind
                if kinds[kind].matches?.last != place { kinds[kind].matches?.append(place) }
                guard name == layer.id.name else { continue }
                kindOf[place] = kind
                kinds[kind].members.append(place)
            }
        }
        self.byName = byName
        self.kindOf = kindOf
        self.kinds = kinds
        self.kindByPattern = kindByPattern
    }

    /// The places of the layers that a pattern means.
    ///
    /// - Complexity: O(1) for names, for kinds and for what was asked before; else one match for each name.
    public func matches(_ pattern: String) -> [Int] {
        if LayerPattern.isName(pattern) { return byName[pattern] ?? [] }
        if let kind = kindByPattern[pattern], let matches = kinds[kind].matches { return matches }
        return found.withLock { found in
            if let known = found[pattern] { return known }
            let ready = LayerPattern(pattern)
            let matches =
                pattern == ".*"
                ? Array(layers.indices)
                : layers.indices.filter { layers[$0].allNames.contains(where: ready.matches) }
            found[pattern] = matches
            return matches
        }
    }

    /// The place of the rule that each layer takes, the last that matches; −1 where none does.
    public func rules(of plan: Plan) -> [Int] {
        var rules = [Int](repeating: -1, count: layers.count)
        for (place, rule) in plan.rules.enumerated() {
            for layer in matches(rule.pattern) { rules[layer] = place }
        }
        return rules
    }

    /// A plan with `setting` for some layers, and every other layer as before.
    ///
    /// Rules stay few: a rule for exactly these layers made earlier is replaced; layers that get the setting
    /// from other rules anyway need none; all layers, or all blocks' layers of one kind, take one pattern.
    /// - Parameters:
    ///   - places: the layers, each once.
    ///   - setting: nil keeps them as stored.
    public func setting(_ places: [Int], to setting: Setting?, in plan: Plan) -> Plan {
        guard !places.isEmpty else { return plan }
        var edited = plan
        if places.count == layers.count {
            edited.rules = setting.map { [PlanRule(unchecked: ".*", setting: $0)] } ?? []
            return edited
        }
        var isChosen = [Bool](repeating: false, count: layers.count)
        for place in places { isChosen[place] = true }
        let patterns = patterns(for: places.sorted())
        let made = Set(patterns.map(\.pattern))
        edited.rules.removeAll { rule in
            made.contains(rule.pattern) || byName[rule.pattern]?.contains { isChosen[$0] } == true
        }
        let now = rules(of: edited)
        let kept = edited.rules
        for (pattern, members) in patterns
        where members.contains(where: { Self.setting(now[$0], kept) != setting }) {
            edited.rules.append(PlanRule(unchecked: pattern, setting: setting))
        }
        return keeping(plan, in: edited, outside: isChosen)
    }

    /// One pattern for each kind of layer that is chosen in every block, one name for each other layer.
    private func patterns(for chosen: [Int]) -> [(pattern: String, members: [Int])] {
        var counts = [Int](repeating: 0, count: kinds.count)
        for place in chosen where kindOf[place] >= 0 { counts[kindOf[place]] += 1 }
        var isDone = [Bool](repeating: false, count: kinds.count)
        return chosen.compactMap { place in
            let kind = kindOf[place]
            guard kind >= 0, counts[kind] > 1, counts[kind] == kinds[kind].members.count else {
                return (LayerPattern.matching(layers[place].id), [place])
            }
            defer { isDone[kind] = true }
            return isDone[kind] ? nil : (kinds[kind].pattern, kinds[kind].members)
        }
    }

    /// Names the layers that taking rules away has changed by accident.
    private func keeping(_ plan: Plan, in edited: Plan, outside isChosen: [Bool]) -> Plan {
        let numbers = Self.numbers(plan.rules + edited.rules)
        let (ofPlan, ofEdited) = (numbers.prefix(plan.rules.count), numbers.dropFirst(plan.rules.count))
        let (before, after) = (rules(of: plan), rules(of: edited))
        var kept = edited
        for place in layers.indices where !isChosen[place] {
            let number = before[place] < 0 ? -1 : ofPlan[before[place]]
            if number != (after[place] < 0 ? -1 : ofEdited[ofEdited.startIndex + after[place]]) {
                let setting = Self.setting(before[place], plan.rules)
                kept.rules.append(PlanRule(layer: layers[place].id, setting: setting))
            }
        }
        return kept
    }

    /// The settings of rules as numbers, equal where the settings are; −1 for none.
    private static func numbers(_ rules: [PlanRule]) -> [Int] {
        var known: [Setting: Int] = [:]
        var last: (setting: Setting?, number: Int) = (nil, -1)
        return rules.map { rule in
            if rule.setting == last.setting { return last.number }
            let number = rule.setting.map { known[$0] ?? known.count } ?? -1
            if let setting = rule.setting { known[setting] = number }
            last = (rule.setting, number)
            return number
        }
    }

    private static func setting(_ rule: Int, _ rules: [PlanRule]) -> Setting? {
        rule < 0 ? nil : rules[rule].setting
    }
}

extension LayerPath {
    /// `layers\.\d+\.mlp\.up_proj` for `layers.7.mlp.up_proj`; nil outside of blocks.
    fileprivate var kindPattern: String? {
        guard let block else { return nil }
        let words = words
        guard let place = words.firstIndex(of: "\(block)") else { return nil }
        return words.enumerated()
            .map { offset, word in
                offset == place
                    ? "\\d+"
                    : LayerPattern.isName(String(word))
                        ? String(word) : NSRegularExpression.escapedPattern(for: String(word))
            }
            .joined(separator: "\\.")
    }
}

extension String {
    /// Whether a kind's expression matches exactly the names of that kind: plain ASCII, numbers without leading zeros that
    /// fit in a word of the machine, and none in front.
    fileprivate var hasPlainNumbers: Bool {
        guard utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        for (place, word) in split(separator: ".", omittingEmptySubsequences: false).enumerated() {
            guard let first = word.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
                continue
            }
            guard place > 0, word.utf8.count < 19, first != UInt8(ascii: "0") || word.utf8.count == 1 else {
                return false
            }
        }
        return true
    }
}
