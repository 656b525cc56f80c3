extension PatternParser {
    /// What a group is for.
    enum GroupKind {
        /// Holds parts together; what it captures is of no use here.
        case plain
        /// Gives nothing back.
        case atomic
        /// Looks ahead or behind.
        case look(isAhead: Bool, isWanted: Bool)
        /// Changes how what follows is read, or what stands in the group.
        case flags(Flags, hasContent: Bool)
        /// Means nothing.
        case comment
    }

    /// Reads what follows the opening bracket of a group, up to its content.
    mutating func groupKind() throws(PatternError) -> GroupKind {
        guard skip("?") else { return .plain }
        if skip(":") { return .plain }
        if skip(">") { return .atomic }
        if skip("=") { return .look(isAhead: true, isWanted: true) }
        if skip("!") { return .look(isAhead: true, isWanted: false) }
        if skip("<=") { return .look(isAhead: false, isWanted: true) }
        if skip("<!") { return .look(isAhead: false, isWanted: false) }
        if skip("#") { return try comment() }
        if skip("P=") {
            throw error("what a group matched can't be asked for again; write it out.", before: 2)
        }
        if skip("<") || skip("P<") {
            try skipName()
            return .plain
        }
        return try flagGroup()
    }

    private mutating func comment() throws(PatternError) -> GroupKind {
        while let next, next != ")" { place += 1 }
        guard skip(")") else { throw error("the comment is never closed by a bracket.") }
        return .comment
    }

    /// A group's name, behind `<`.
    private mutating func skipName() throws(PatternError) {
        let start = place
        while let next, next == "_" || next.properties.isAlphabetic || ("0"..."9").contains(next) {
            place += 1
        }
        guard place > start, skip(">") else { throw error("a group's name is written as (?<name>…).") }
    }

    /// `i)`, `i-m:` and the like.
    private mutating func flagGroup() throws(PatternError) -> GroupKind {
        var changed = flags
        var isOn = true
        while let next {
            place += 1
            switch next {
            case "-": isOn = false
            case "i": changed.ignoresCase = isOn
            case "s": changed.dotIsAll = isOn
            case "m": changed.isMultiline = isOn
            case "x": changed.isExtended = isOn
            case ")": return .flags(changed, hasContent: false)
            case ":": return .flags(changed, hasContent: true)
            default:
                throw error(
                    "no kind of group begins so; there are (?: (?= (?! (?<= (?<! (?<name> and (?imsx).",
                    before: 1)
            }
        }
        throw error("a group is never closed; write \\( for the character.")
    }
}
