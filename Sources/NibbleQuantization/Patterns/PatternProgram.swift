/// A regular expression as steps between places (Thompson 1968, "Regular expression search algorithm").
struct PatternProgram: Sendable {
    /// What leads on from a place.
    enum Step: Sendable {
        /// One of some characters leads to the next place.
        case characters(CharacterBits, next: Int)
        /// Two places are reached at once.
        case split(Int, Int)
        /// The next place is reached at the beginning of the name only.
        case start(next: Int)
        /// The next place is reached at the end of the name only.
        case end(next: Int)
        /// The pattern has matched.
        case accept
    }

    /// The steps, each at its place.
    private(set) var steps: [Step] = []
    /// Where matching begins.
    private(set) var first = 0

    /// Steps of the longest program; counts in braces repeat theirs.
    private static let longest = 4000

    /// The steps of a pattern; nil where there are too many.
    init?(_ tree: PatternTree) {
        steps.append(.accept)
        guard let first = add(tree, next: 0) else { return nil }
        self.first = first
    }

    private mutating func add(_ step: Step) -> Int? {
        guard steps.count < Self.longest else { return nil }
        steps.append(step)
        return steps.count - 1
    }

    /// Adds the steps of a part that lead to `next`, and returns where they begin.
    private mutating func add(_ tree: PatternTree, next: Int) -> Int? {
        switch tree {
        case .characters(let characters): return add(.characters(characters, next: next))
        case .start: return add(.start(next: next))
        case .end: return add(.end(next: next))
        case .sequence(let parts):
            var place = next
            for part in parts.reversed() {
                guard let start = add(part, next: place) else { return nil }
                place = start
            }
            return place
        case .choice(let branches):
            guard let last = branches.last, var place = add(last, next: next) else { return nil }
            for branch in branches.dropLast().reversed() {
                guard let start = add(branch, next: next), let split = add(.split(start, place)) else {
                    return nil
                }
                place = split
            }
            return place
        case .repeated(let part, let least, let most): return add(part, least, most, next: next)
        }
    }

    private mutating func add(_ part: PatternTree, _ least: Int, _ most: Int?, next: Int) -> Int? {
        var place = next
        if let most {
            for _ in least..<most {
                guard let start = add(part, next: place), let split = add(.split(start, next)) else {
                    return nil
                }
                place = split
            }
        } else {
            guard let loop = add(.split(next, next)), let start = add(part, next: loop) else { return nil }
            steps[loop] = .split(start, next)
            place = loop
        }
        for _ in 0..<least {
            guard let start = add(part, next: place) else { return nil }
            place = start
        }
        return place
    }
}
