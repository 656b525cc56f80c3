/// Takes a regular expression apart, as far as it is made of what ``PatternTree`` knows.
///
/// Everything else, wrong or merely rare, gives nil: ICU then decides what it means.
struct PatternParser {
    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    /// Groups within groups.
    private static let deepest = 40
    /// The largest count in braces.
    private static let largestCount = 200

    /// What `pattern` means; nil if it isn't known here.
    static func parse(_ pattern: String) -> PatternTree? {
        var parser = PatternParser(bytes: Array(pattern.utf8))
        guard parser.bytes.allSatisfy(CharacterBits.printable.contains), let tree = parser.choice(),
            parser.place == parser.bytes.count
        else { return nil }
        return tree
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Goes on behind a character, if it comes next.
    private mutating func skip(_ character: Character) -> Bool {
        guard let next, next == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func choice() -> PatternTree? {
        var branches: [PatternTree] = []
        repeat {
            guard let branch = sequence() else { return nil }
            branches.append(branch)
        } while skip("|")
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() -> PatternTree? {
        var parts: [PatternTree] = []
        while let next, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") {
            guard let atom = atom(), let part = counted(atom) else { return nil }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func atom() -> PatternTree? {
        guard let next else { return nil }
        place += 1
        switch next {
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return characterClass().map(PatternTree.characters)
        case UInt8(ascii: "."): return .characters(.all)
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "\\"): return escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "]"):
            return nil
        default: return .characters(CharacterBits(next...next))
        }
    }

    private mutating func group() -> PatternTree? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        if skip("?") { guard skip(":") else { return nil } }
        guard let inner = choice(), skip(")") else { return nil }
        return inner
    }

    // MARK: Counts

    /// An atom with the count behind it; lazy counts match the same names as greedy ones, possessive ones may not.
    private mutating func counted(_ atom: PatternTree) -> PatternTree? {
        let counted: PatternTree
        if skip("*") {
            counted = .repeated(atom, least: 0, most: nil)
        } else if skip("+") {
            counted = .repeated(atom, least: 1, most: nil)
        } else if skip("?") {
            counted = .repeated(atom, least: 0, most: 1)
        } else if skip("{") {
            guard let range = range() else { return nil }
            counted = .repeated(atom, least: range.least, most: range.most)
        } else {
            return atom
        }
        _ = skip("?")
        // Dialects differ in what a counted anchor is.
        switch atom {
        case .start, .end: return nil
        default: return counted
        }
    }

    /// `3}`, `3,}` or `3,5}`.
    private mutating func range() -> (least: Int, most: Int?)? {
        guard let least = number() else { return nil }
        if skip("}") { return (least, least) }
        guard skip(",") else { return nil }
        if skip("}") { return (least, nil) }
        guard let most = number(), most >= least, skip("}") else { return nil }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = place
        while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { place += 1 }
        guard let number = Int(String(decoding: bytes[start..<place], as: UTF8.self)) else { return nil }
        return number <= Self.largestCount ? number : nil
    }

    // MARK: Characters

    private mutating func escape() -> PatternTree? {
        switch next {
        case UInt8(ascii: "A"):
            place += 1
            return .start
        case UInt8(ascii: "z"), UInt8(ascii: "Z"):
            // The two differ before the end of a line, which no name of printable characters has.
            place += 1
            return .end
        default: return escapedCharacters().map(PatternTree.characters)
        }
    }

    /// The characters of `\d` and its kin, or a sign that stands for itself.
    private mutating func escapedCharacters() -> CharacterBits? {
        guard let next else { return nil }
        place += 1
        switch next {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return CharacterBits.digits.inverted
        case UInt8(ascii: "w"): return .wordCharacters
        case UInt8(ascii: "W"): return CharacterBits.wordCharacters.inverted
        case UInt8(ascii: "s"): return .blanks
        case UInt8(ascii: "S"): return CharacterBits.blanks.inverted
        default:
            let isSign = !CharacterBits.wordCharacters.contains(next)
            return isSign ? CharacterBits(next...next) : nil
        }
    }

    /// `a-z_]` or `^…]`, behind the opening bracket; signs that ICU may take for operators on sets are left to it.
    private mutating func characterClass() -> CharacterBits? {
        let isInverted = skip("^")
        var set = CharacterBits()
        var isEmpty = true
        while !skip("]") {
            guard let first = member() else { return nil }
            isEmpty = false
            guard let start = first.only, next == UInt8(ascii: "-"), place + 1 < bytes.count,
                bytes[place + 1] != UInt8(ascii: "]")
            else {
                set.formUnion(first)
                continue
            }
            place += 1
            guard let end = member()?.only, end >= start else { return nil }
            set.formUnion(CharacterBits(start...end))
        }
        guard !isEmpty else { return nil }
        return isInverted ? set.inverted : set
    }

    private mutating func member() -> CharacterBits? {
        guard let next else { return nil }
        place += 1
        switch next {
        case UInt8(ascii: "\\"): return escapedCharacters()
        case UInt8(ascii: "["), UInt8(ascii: "&"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: ":"), UInt8(ascii: " "):
            return nil
        case UInt8(ascii: "-"):
            // Only the last of a class stands for itself in every dialect.
            return self.next == UInt8(ascii: "]") ? CharacterBits(next...next) : nil
        default: return CharacterBits(next...next)
        }
    }
}

extension CharacterBits {
    /// 0 … 9.
    fileprivate static let digits = CharacterBits(UInt8(ascii: "0")...UInt8(ascii: "9"))
    /// Blank, the only printable one.
    fileprivate static let blanks = CharacterBits(UInt8(ascii: " ")...UInt8(ascii: " "))
    /// Letters, digits and `_`.
    fileprivate static let wordCharacters: CharacterBits = {
        var set = digits
        set.formUnion(CharacterBits(UInt8(ascii: "a")...UInt8(ascii: "z")))
        set.formUnion(CharacterBits(UInt8(ascii: "A")...UInt8(ascii: "Z")))
        set.insert(UInt8(ascii: "_"))
        return set
    }()
}
