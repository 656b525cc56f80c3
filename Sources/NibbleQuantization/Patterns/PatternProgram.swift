/// A regular expression as steps between places (Thompson 1968, "Regular expression search algorithm").
struct PatternProgram: Sendable {
    /// What leads on from a place.
    enum Step: Sendable {
        /// One of some characters leads to the next place.
        case characters(ScalarTest, next: Int)
        /// Two places are reached at once.
        case split(Int, Int)
        /// The next place is reached where a condition of this number holds.
        case condition(Int, next: Int)
        /// The pattern has matched.
        case accept
    }

    /// The steps, each at its place; the first is acceptance.
    fileprivate(set) var steps: [Step] = [.accept]
    /// Where matching begins.
    fileprivate(set) var first = 0
    /// The conditions that matter, one bit each.
    fileprivate(set) var conditions: UInt64 = 0
}

/// A pattern ready to be matched: its program, and what it asks of places.
struct CompiledPattern: Sendable {
    /// A condition, its text compiled.
    enum Condition: Sendable {
        /// One that looks at the characters beside a place.
        case place(PatternCondition)
        /// A text that begins or ends at a place; one ahead is read from right to left.
        case text(PatternProgram, isAhead: Bool, isWanted: Bool)
    }

    /// The program of the whole pattern.
    let program: PatternProgram
    /// All conditions; those that others need come before them.
    let conditions: [Condition]

    /// Compiles a pattern.
    ///
    /// - Throws: ``PatternError`` where it is too long, at `end`.
    init(_ tree: PatternTree, end: Int) throws(PatternError) {
        var compiler = PatternCompiler(end: end)
        program = try compiler.program(tree, isBackwards: false)
        conditions = compiler.conditions
    }
}

/// Turns trees into programs.
private struct PatternCompiler {
    let end: Int
    var conditions: [CompiledPattern.Condition] = []
    private var stepCount = 0

    /// Steps of the longest pattern; counts in braces repeat theirs.
    ///
    /// A name costs at most this many for each character.
    private static let mostSteps = 4200
    /// Conditions have one bit each.
    private static let mostConditions = 64

    init(end: Int) { self.end = end }

    /// The program of a tree; backwards, it reads the last character first.
    mutating func program(_ tree: PatternTree, isBackwards: Bool) throws(PatternError) -> PatternProgram {
        var program = PatternProgram()
        program.first = try add(tree, next: 0, isBackwards, to: &program)
        return program
    }

    private mutating func add(_ step: PatternProgram.Step, to program: inout PatternProgram)
        throws(PatternError) -> Int
    {
        stepCount += 1
        guard stepCount <= Self.mostSteps else {
            throw PatternError(
                place: end,
                problem: "it needs more than \(Self.mostSteps) steps; use smaller counts in braces.")
        }
        program.steps.append(step)
        return program.steps.count - 1
    }

    /// Adds the steps of a part that lead to `next`, and returns where they begin.
    private mutating func add(
        _ tree: PatternTree, next: Int, _ isBackwards: Bool, to program: inout PatternProgram
    ) throws(PatternError) -> Int {
        switch tree {
        case .characters(let set): return try add(.characters(ScalarTest(set), next: next), to: &program)
        case .condition(let condition):
            let number = try number(of: condition)
            program.conditions |= 1 << UInt64(number)
            return try add(.condition(number, next: next), to: &program)
        case .sequence(let parts):
            var place = next
            for part in isBackwards ? parts : parts.reversed() {
                place = try add(part, next: place, isBackwards, to: &program)
            }
            return place
        case .choice(let branches):
            var place = try add(branches.last ?? .sequence([]), next: next, isBackwards, to: &program)
            for branch in branches.dropLast().reversed() {
                let start = try add(branch, next: next, isBackwards, to: &program)
                place = try add(.split(start, place), to: &program)
            }
            return place
        case .repeated(let part, let least, let most):
            return try add(part, least, most, next: next, isBackwards, to: &program)
        }
    }

    private mutating func add(
        _ part: PatternTree, _ least: Int, _ most: Int?, next: Int, _ isBackwards: Bool,
        to program: inout PatternProgram
    ) throws(PatternError) -> Int {
        var place = next
        if let most {
            for _ in least..<most {
                let start = try add(part, next: place, isBackwards, to: &program)
                place = try add(.split(start, next), to: &program)
            }
        } else {
            let loop = try add(.split(next, next), to: &program)
            program.steps[loop] = .split(
                try add(part, next: loop, isBackwards, to: &program), next)
            place = loop
        }
        for _ in 0..<least { place = try add(part, next: place, isBackwards, to: &program) }
        return place
    }

    private mutating func number(of condition: PatternCondition) throws(PatternError) -> Int {
        let made: CompiledPattern.Condition
        if case .text(let tree, let isAhead, let isWanted) = condition {
            // Conditions within are numbered first.
            made = .text(try program(tree, isBackwards: isAhead), isAhead: isAhead, isWanted: isWanted)
        } else {
            made = .place(condition)
        }
        guard conditions.count < Self.mostConditions else {
            throw PatternError(
                place: end,
                problem: "it has more than \(Self.mostConditions) anchors and looks ahead or behind.")
        }
        conditions.append(made)
        return conditions.count - 1
    }
}
