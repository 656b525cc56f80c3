/// Takes a regular expression apart.
struct PatternParser {
    /// What `(?ims)` and the like switch on, up to the end of the group.
    struct Flags: Sendable {
        var ignoresCase = false
        /// `.` means the ends of lines as well.
        var dotIsAll = false
        /// `^` and `$` mean lines.
        var isMultiline = false
        /// Blanks and comments are left out.
        var isExtended = false
    }

    let scalars: [Unicode.Scalar]
    var place = 0
    var flags: Flags
    /// Whether a capital letter stands for itself somewhere.
    var hasCapital = false
    private var depth = 0

    /// Groups within groups.
    private static let deepest = 60
    /// The largest count in braces; the number of steps limits it further.
    private static let largestCount = 4000

    /// - Parameter ignoresCase: whether capitals and small letters are the same everywhere.
    init(_ pattern: String, ignoresCase: Bool) {
        scalars = Array(pattern.unicodeScalars)
        flags = Flags(ignoresCase: ignoresCase)
    }

    /// What the pattern means.
    mutating func parse() throws(PatternError) -> PatternTree {
        let tree = try choice()
        guard place == scalars.count else {
            throw error("this bracket closes nothing; write \\) for the character.")
        }
        return tree
    }

    // MARK: Reading

    /// The character to read.
    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    /// Goes on behind a text, if it comes next.
    mutating func skip(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    /// A problem with the next character, or with the one so many before.
    func error(_ problem: String, before: Int = 0) -> PatternError {
        PatternError(place: max(place - before, 0) + 1, problem: problem)
    }

    // MARK: Structure

    private mutating func choice() throws(PatternError) -> PatternTree {
        var branches: [PatternTree] = []
        repeat { branches.append(try sequence()) } while skip("|")
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let next, next != "|", next != ")" {
            if flags.isExtended, skipComment() { continue }
            guard let atom = try atom() else { continue }
            parts.append(try counted(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// Goes on behind blanks, or a comment from `#` to the end of the line.
    private mutating func skipComment() -> Bool {
        if next?.properties.isWhitespace == true {
            place += 1
            return true
        }
        guard skip("#") else { return false }
        while let next, !ScalarSet.lineEnds.contains(next.value) { place += 1 }
        return true
    }

    /// One part without its count; nil for what only changes how the rest is read.
    private mutating func atom() throws(PatternError) -> PatternTree? {
        guard let next else { return nil }
        switch next {
        case "(": return try group()
        case "[": return .characters(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?", "{":
            throw error("there is nothing before it to repeat; write \\\(next) for the character.")
        case "}": throw error("no brace was opened; write \\} for the character.")
        default: break
        }
        place += 1
        switch next {
        case ".": return .characters(flags.dotIsAll ? .all : .withinLine)
        case "^": return .condition(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .condition(flags.isMultiline ? .lineEnd : .lastLineEnd)
        default: return .characters(literal(next))
        }
    }

    /// A character that stands for itself.
    mutating func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        if scalar.properties.isUppercase { hasCapital = true }
        return flags.ignoresCase ? .caseless(.single(scalar)) : .single(scalar)
    }

    // MARK: Groups

    private mutating func group() throws(PatternError) -> PatternTree? {
        let start = place
        place += 1
        depth += 1
        let outer = flags
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw error("brackets stand more than \(Self.deepest) deep; use fewer.", before: 1)
        }
        let kind = try groupKind()
        switch kind {
        case .comment: return nil
        case .flags(let inner, false):
            flags = inner
            return nil
        case .flags(let inner, true): flags = inner
        case .plain, .atomic, .look: break
        }
        let inner = try choice()
        guard skip(")") else {
            throw PatternError(
                place: start + 1, problem: "this bracket is never closed; write \\( for the character.")
        }
        flags = outer
        switch kind {
        case .look(let isAhead, let isWanted):
            return .condition(.text(inner, isAhead: isAhead, isWanted: isWanted))
        case .atomic where !inner.isOneWay:
            throw PatternError(
                place: start + 1,
                problem: "an atomic group can't be matched without going back; write (?: for (?>.")
        default: return inner
        }
    }

    // MARK: Counts

    /// An atom with the count behind it; lazy counts match the same names as greedy ones.
    private mutating func counted(_ atom: PatternTree) throws(PatternError) -> PatternTree {
        guard let (least, most) = try count() else { return atom }
        if skip("+") { return try possessive(atom, least, most) }
        _ = skip("?")
        return .repeated(atom, least: least, most: most)
    }

    private mutating func count() throws(PatternError) -> (least: Int, most: Int?)? {
        if skip("*") { return (0, nil) }
        if skip("+") { return (1, nil) }
        if skip("?") { return (0, 1) }
        guard next == "{" else { return nil }
        let start = place
        place += 1
        return try range(start)
    }

    /// `3}`, `3,}` or `3,5}`.
    private mutating func range(_ start: Int) throws(PatternError) -> (least: Int, most: Int?) {
        let wrong = PatternError(
            place: start + 1,
            problem: "a count is written as {3}, {3,} or {3,5}; write \\{ for the character.")
        guard let least = try number() else { throw wrong }
        if skip("}") { return (least, least) }
        guard skip(",") else { throw wrong }
        if skip("}") { return (least, nil) }
        guard let most = try number(), most >= least, skip("}") else { throw wrong }
        return (least, most)
    }

    private mutating func number() throws(PatternError) -> Int? {
        let start = place
        while let next, ("0"..."9").contains(next) { place += 1 }
        guard place > start else { return nil }
        let text = String(String.UnicodeScalarView(scalars[start..<place]))
        guard let number = Int(text), number <= Self.largestCount else {
            throw PatternError(place: start + 1, problem: "counts go to \(Self.largestCount) at most.")
        }
        return number
    }

    /// A count that gives nothing back: of single characters, so many as are there.
    private func possessive(_ atom: PatternTree, _ least: Int, _ most: Int?) throws(PatternError)
        -> PatternTree
    {
        if let most, most == least, atom.isOneWay { return .repeated(atom, least: least, most: most) }
        guard case .characters = atom else {
            throw error(
                "a possessive count of more than one character can't be matched without going back; "
                    + "leave this + out.", before: 1)
        }
        let noMore = PatternTree.condition(.text(atom, isAhead: true, isWanted: false))
        guard let most else { return .sequence([.repeated(atom, least: least, most: nil), noMore]) }
        return .choice([
            .repeated(atom, least: most, most: most),
            .sequence([.repeated(atom, least: least, most: most - 1), noMore]),
        ])
    }
}

extension PatternTree {
    /// Whether there is one way to match it at most, so that nothing could be given back.
    fileprivate var isOneWay: Bool {
        switch self {
        case .characters, .condition: true
        case .sequence(let parts): parts.allSatisfy(\.isOneWay)
        case .repeated(let part, let least, let most): least == most && part.isOneWay
        case .choice: false
        }
    }
}
