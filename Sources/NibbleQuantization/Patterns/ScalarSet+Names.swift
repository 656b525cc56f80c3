extension ScalarSet {
    /// `.` where it means all but the ends of lines.
    static let withinLine = inverted(lineEnds)
    /// What ends a line: U+000A … U+000D, U+0085, U+2028, U+2029.
    static let lineEnds = union([.range(0x0A...0x0D), .range(0x85...0x85), .range(0x2028...0x2029)])
    /// All characters.
    static let all = range(0...0x10FFFF)
    /// `\d`: decimal digits.
    static let digits = category([.decimalNumber])
    /// `\s`: white space.
    static let whiteSpace = property(\.properties.isWhitespace)
    /// `\h`: white space within a line.
    static let horizontalSpace = union([category([.spaceSeparator]), .range(0x09...0x09)])
    /// `\w`: letters, marks, digits, connectors such as `_`, and the two joiners.
    static let wordCharacters = union([
        property(\.properties.isAlphabetic), category([.nonspacingMark, .spacingMark, .enclosingMark]),
        digits, category([.connectorPunctuation]), .range(0x200C...0x200D),
    ])

    private static func category(_ categories: Set<Unicode.GeneralCategory>) -> ScalarSet {
        property { categories.contains($0.properties.generalCategory) }
    }

    /// The set of a class named as in `[[:alpha:]]`; nil for another name.
    static func posixClass(_ name: String) -> ScalarSet? {
        switch name {
        case "alpha": property(\.properties.isAlphabetic)
        case "digit": digits
        case "alnum": union([property(\.properties.isAlphabetic), digits])
        case "upper": property(\.properties.isUppercase)
        case "lower": property(\.properties.isLowercase)
        case "space": whiteSpace
        case "blank": horizontalSpace
        case "punct": named("P")
        case "cntrl": category([.control])
        case "word": wordCharacters
        case "xdigit":
            union([digits, .range(0x41...0x46), .range(0x61...0x66)])
        case "graph": inverted(union([whiteSpace, category([.control, .surrogate, .unassigned])]))
        case "print":
            intersection(
                union([posixClass("graph") ?? all, horizontalSpace]), inverted(category([.control])))
        default: nil
        }
    }

    /// The set of a property named as in `\p{Lu}` or `\p{Uppercase_Letter}`; nil for one that isn't known here.
    ///
    /// Capitals, blanks, `_` and `-` in the name don't count, as Unicode says (UAX #44, 5.9.3).
    static func named(_ name: String) -> ScalarSet? {
        var key = name.lowercased().filter { !" _-".contains($0) }
        for prefix in ["gc=", "generalcategory="] where key.hasPrefix(prefix) {
            key.removeFirst(prefix.count)
        }
        switch key {
        case "any": return all
        case "ascii": return range(0...0x7F)
        case "alphabetic", "alpha": return property(\.properties.isAlphabetic)
        case "uppercase": return property(\.properties.isUppercase)
        case "lowercase": return property(\.properties.isLowercase)
        case "whitespace", "space": return whiteSpace
        default:
            let found = categories.filter {
                $0.short.lowercased() == key || $0.short.lowercased().first.map(String.init) == key
            }
            if !found.isEmpty { return category(Set(found.map(\.category))) }
            let groups: [String: String] = [
                "letter": "l", "mark": "m", "number": "n", "punctuation": "p", "symbol": "s",
                "separator": "z",
                "other": "c",
            ]
            if let group = groups[key] { return named(group) }
            return categories.first { $0.long == key }.map { category([$0.category]) }
        }
    }

    /// The general categories with their short and long names (UAX #44, table 12).
    private static let categories: [(short: String, long: String, category: Unicode.GeneralCategory)] = [
        ("Lu", "uppercaseletter", .uppercaseLetter), ("Ll", "lowercaseletter", .lowercaseLetter),
        ("Lt", "titlecaseletter", .titlecaseLetter), ("Lm", "modifierletter", .modifierLetter),
        ("Lo", "otherletter", .otherLetter), ("Mn", "nonspacingmark", .nonspacingMark),
        ("Mc", "spacingmark", .spacingMark), ("Me", "enclosingmark", .enclosingMark),
        ("Nd", "decimalnumber", .decimalNumber), ("Nl", "letternumber", .letterNumber),
        ("No", "othernumber", .otherNumber), ("Pc", "connectorpunctuation", .connectorPunctuation),
        ("Pd", "dashpunctuation", .dashPunctuation), ("Ps", "openpunctuation", .openPunctuation),
        ("Pe", "closepunctuation", .closePunctuation), ("Pi", "initialpunctuation", .initialPunctuation),
        ("Pf", "finalpunctuation", .finalPunctuation), ("Po", "otherpunctuation", .otherPunctuation),
        ("Sm", "mathsymbol", .mathSymbol), ("Sc", "currencysymbol", .currencySymbol),
        ("Sk", "modifiersymbol", .modifierSymbol), ("So", "othersymbol", .otherSymbol),
        ("Zs", "spaceseparator", .spaceSeparator), ("Zl", "lineseparator", .lineSeparator),
        ("Zp", "paragraphseparator", .paragraphSeparator), ("Cc", "control", .control),
        ("Cf", "format", .format), ("Cs", "surrogate", .surrogate), ("Co", "privateuse", .privateUse),
        ("Cn", "unassigned", .unassigned),
    ]
}
