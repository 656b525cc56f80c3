extension PatternParser {
    /// `[a-z_]`, `[^…]`, with classes within, `&&` for what is in both and `--` for what isn't in the other.
    mutating func characterClass() throws(PatternError) -> ScalarSet {
        let start = place
        place += 1
        let isInverted = skip("^")
        var (left, operation): (ScalarSet?, Operation) = (nil, .both)
        var members: [ScalarSet] = []
        // The first bracket stands for itself.
        if next == "]" { members.append(try member()) }
        while !skip("]") {
            guard next != nil else {
                throw PatternError(
                    place: start + 1, problem: "this class is never closed by ]; write \\[ for the character."
                )
            }
            if let following = skipOperation(afterMember: !members.isEmpty) {
                left = operation.apply(left, .union(members))
                (operation, members) = (following, [])
            } else {
                members.append(try member())
            }
        }
        let set = operation.apply(left, .union(members))
        let cased = flags.ignoresCase ? ScalarSet.caseless(set) : set
        return isInverted ? .inverted(cased) : cased
    }

    private enum Operation {
        case both, without

        func apply(_ left: ScalarSet?, _ right: ScalarSet) -> ScalarSet {
            guard let left else { return right }
            return .intersection(left, self == .both ? right : .inverted(right))
        }
    }

    private mutating func skipOperation(afterMember: Bool) -> Operation? {
        guard afterMember else { return nil }
        if skip("&&") { return .both }
        if skip("--") { return .without }
        // Before a class one sign is enough.
        guard place + 1 < scalars.count, scalars[place + 1] == "[" else { return nil }
        if skip("&") { return .both }
        return skip("-") ? .without : nil
    }

    /// A class within, a named one, a range or a character.
    private mutating func member() throws(PatternError) -> ScalarSet {
        if next == "[" { return try skip("[:") ? posixClass() : characterClass() }
        let start = place
        let first = try classCharacter()
        // A hyphen at the end stands for itself, one before another or before a class is an operator.
        guard next == "-", place + 1 < scalars.count, !["]", "-", "["].contains(scalars[place + 1]),
            let least = first.only
        else { return first }
        place += 1
        guard let most = try classCharacter().only, most >= least else {
            throw PatternError(
                place: start + 1,
                problem: "a range goes from a lower to a higher character; write \\- for the character.")
        }
        return .range(least.value...most.value)
    }

    /// One character, or the characters of `\d` and its kin; capitals are taken apart at the end of the class.
    private mutating func classCharacter() throws(PatternError) -> ScalarSet {
        let outer = flags
        defer { flags = outer }
        flags.ignoresCase = false
        guard let next else { throw error("a class is never closed by ].") }
        place += 1
        guard next == "\\" else { return literal(next) }
        if self.next == "b" {
            place += 1
            return .single("\u{08}")
        }
        return try escapedCharacters()
    }

    /// `alpha:]` or `^alpha:]`.
    private mutating func posixClass() throws(PatternError) -> ScalarSet {
        let start = place
        let isInverted = skip("^")
        var name = ""
        while let next, next != ":" {
            name.unicodeScalars.append(next)
            place += 1
        }
        guard skip(":]"), let set = ScalarSet.posixClass(name) ?? ScalarSet.named(name) else {
            throw PatternError(
                place: start + 1,
                problem: "no class has this name; there are [:alpha:], [:digit:], [:upper:] and others.")
        }
        return isInverted ? .inverted(set) : set
    }
}
