/// A pattern at work on one name after the other.
public struct LayerPatternMatcher {
    private let extent: LayerPattern.Extent
    /// The one name that matches, where no more is needed.
    private let name: String?
    private let conditions: [CompiledPattern.Condition]
    private var states: PatternStates?
    /// For each condition that is a text, its states.
    private var conditionStates: [PatternStates?] = []
    private var text = PatternText()

    /// Matches one name only.
    init(name: String) {
        (self.name, extent, conditions) = (name, .whole, [])
    }

    /// Matches what a pattern does.
    init(_ pattern: CompiledPattern, _ extent: LayerPattern.Extent) {
        (name, self.extent, conditions) = (nil, extent, pattern.conditions)
        states = PatternStates(pattern.program, isSearch: extent == .part)
        conditionStates = pattern.conditions.map { condition in
            guard case .text(let program, _, _) = condition else { return nil }
            return PatternStates(program, isSearch: true)
        }
    }

    /// Whether a name matches.
    public mutating func matches(_ name: String) -> Bool {
        if let wanted = self.name { return wanted == name }
        text.read(name, hasConditions: !conditions.isEmpty)
        for number in conditions.indices { noteWhere(number) }
        var hasMatched = false
        let (end, isSearch) = (text.scalars.count, extent == .part)
        states?.read(text, isBackwards: false) { place, isAccepting in
            hasMatched = isAccepting && (isSearch || place == end)
            return !hasMatched
        }
        return hasMatched
    }

    /// Finds the places where a condition holds.
    ///
    /// A text that must follow is read backwards from the end of the name, one that must stand before it forwards: both begin
    /// anew at each character, so that one pass finds all places (Barrière and Pit-Claudel 2024, "Linear Matching of JavaScript
    /// Regular Expressions").
    private mutating func noteWhere(_ number: Int) {
        switch conditions[number] {
        case .place(let condition):
            for place in 0...text.scalars.count where text.holds(condition, at: place) {
                text.note(number, at: place)
            }
        case .text(_, let isAhead, let isWanted):
            var found: [Int] = []
            conditionStates[number]?.read(text, isBackwards: isAhead) { place, isAccepting in
                if isAccepting == isWanted { found.append(place) }
                return true
            }
            for place in found { text.note(number, at: place) }
        }
    }
}
