import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleQuantization

/// The machine of states against ICU, whose dialect it reads.
@Suite struct LayerPatternTests {
    static let names = [
        "embed_tokens", "lm_head", "layers.0.attn.q_proj", "layers.7.mlp.down_proj", "layers.12.mlp.up_proj",
        "layers.3.mlp.experts.11.gate_proj", "model.layers.0.mlp.up_proj.weight", "a(b.weight", "a b", "",
        "-",
        "x1y22z333", "aaa", "aab", "abab", "A_B-C/D", "layers.1", "q_proj", "[x]", "^$", "a\\b", "{2}",
    ]

    static let patterns = [
        ".*", "a", ".", "layers\\.\\d+\\.mlp\\.up_proj", "layers\\.[0-3]\\..*", "q_proj|layers.0.*",
        "(?:q|k|v)_proj", ".*(q|k|v)_proj$", "^layers", "^lm_head$", "\\Alayers\\.1\\z", "layers\\.1\\Z",
        "[^.]+", "[a-z_]+", "[\\w.-]+", "[^\\d]*", "\\D+\\d\\D+", "\\W", "a{3}", "a{2,}b?", "(ab){1,2}",
        "x?1",
        "(a|b)*?", "layers\\.(0|7|12)\\.mlp\\.(up|down)_proj", "(|a)b", "()", "a||b", "\\(b", "\\[x\\]",
        "\\^\\$", "a\\\\b", "\\{2\\}", "[.]", "[]", "[^]", "[a-]", "[-a]", "[a^]", "$^", "^", "$", "a$b",
        ".*a.{9}", "\\s", "\\S+", "a b", "(a+)+$", "(a*)*", "a|b|", "[0-9a-f]{2,3}", "layers.*",
    ]

    /// What ICU makes of it; nil if it is no expression.
    private func expected(_ pattern: String, _ name: String, _ extent: LayerPattern.Extent) -> Bool? {
        guard (try? NSRegularExpression(pattern: pattern)) != nil else { return nil }
        let text = extent == .whole ? "\\A(?:\(pattern))\\z" : pattern
        // A plain name matches itself, whatever its dots mean elsewhere.
        if extent == .whole, LayerPattern.isName(pattern) { return pattern == name }
        let expression = try? NSRegularExpression(pattern: text)
        let all = NSRange(location: 0, length: name.utf16.count)
        return expression?.firstMatch(in: name, range: all) != nil
    }

    private func check(_ pattern: String, _ names: [String]) {
        let made = try? LayerPattern(pattern)
        for extent in [LayerPattern.Extent.whole, .part] {
            var matcher = made?.matcher(extent)
            for name in names {
                let wanted = expected(pattern, name, extent)
                if matcher?.matches(name) != wanted {
                    Issue.record("\(pattern) \(extent) \(name): ICU says \(String(describing: wanted))")
                }
            }
        }
    }

    @Test(arguments: patterns)
    func equalsICU(_ pattern: String) {
        check(pattern, Self.names)
        if let made = try? LayerPattern(pattern) {
            for name in Self.names {
                #expect(made.matches(name) == expected(pattern, name, .whole))
                #expect(made.occurs(in: name) == expected(pattern, name, .part))
            }
        }
    }

    /// Foundation refuses it; to a filter it means that nothing is asked for.
    @Test func nothingIsFoundEverywhere() throws {
        let pattern = try LayerPattern("")
        #expect(pattern.matches("") && !pattern.matches("a"))
        #expect(Self.names.allSatisfy { pattern.occurs(in: $0) })
    }

    /// What recipes of other tools write, and what else ICU knows.
    @Test(arguments: [
        "(?!lm_head).*", "(?!.*(lm_head|embed_tokens)).*", "^(?!.*q_proj).*$", "(?i)LAYERS.*", "(?i:Q)_proj",
        "((?i)L)ayers", "(?i)[^A-Z]+", "\\bq", "\\Bq", "\\bq_proj\\b", "\\w+\\b.+", "a*+", "a++b", "[a-z]++_",
        "a?+a", "a{1,2}+a", "a{2}+a", "(?>ab)+", "(?<=layers\\.)\\d+", "(?<!layers\\.)\\d+",
        ".*(?<!7)\\.mlp.*",
        "(?=.*mlp)(?=.*up).*", "(?=a(?!b))a.*", "(?<=(?<!x)1)y", "(?<name>a)b", "(?#none)a", "[a-z&&[^b]]+",
        "[a-z--[aeiou]]+", "[[a-c][x-z]]+", "\\p{L}+", "\\p{Lu}", "\\P{L}+", "\\p{Alphabetic}+",
        "[\\p{Nd}.]+",
        "[[:alpha:]]+", "[[:^alpha:]]+", "[[:alpha:][:digit:]_]+", "\\x61+", "\\x{61}", "\\u0061",
        "\\Qa(b\\E.*",
        "\\0141", "(?x) a # b\n b", "(?s).", "(?m)^b", "(?m)a$", "\\h", "\\R", "[\\]]", "[\\[]x", "a{0}b",
        "(){3}a",
        "é", "caf\\w", "(?i)CAFÉ", "(?i)É", "日.", "^.{4}$", "[^a]+", "[à-ü]", "\\S+", "\\G.", "(?-i)a",
        "[a&b]", "[$]",
        "[a^b]", "[{}]", "[ ]", "a]", "(?=)a", "(?!)a", "\\.(?=\\d)", "\\d(?!\\d)$",
    ])
    func rareExpressionsEqualICU(_ pattern: String) throws {
        #expect(throws: Never.self) { _ = try LayerPattern(pattern) }
        check(pattern, Self.names + Self.wideNames)
    }

    static let wideNames = [
        "café", "CAFÉ", "日本", "e\u{301}", "a\nb", "a\r\n", "tab\t", "\u{7F}", "\u{0}", "LAYERS.1.Q_proj", "b",
        "é",
        "aa", "ab", "abc", "x1y", "1y", "layers.77",
    ]

    /// What only backtracking can answer is refused, with the reason and the place.
    @Test(arguments: [
        ("(a)\\1", 4, "a group matched"), ("(?<n>a)\\k<n>", 8, "a group matched"),
        ("(?P<n>a)(?P=n)", 11, "a group matched"),
        ("(ab)*+", 6, "possessive"), ("(?>a|ab)c", 1, "atomic"), ("x\\X", 2, "\\X means nothing"),
        ("(a{200}){200}", 14, "more than"), ("a{5000}", 3, "counts go to"),
        (String(repeating: "(", count: 61) + "a" + String(repeating: ")", count: 61), 61, "deep"),
        ("layers.(q|k", 8, "never closed"), ("a[b", 2, "never closed"), ("a)", 2, "closes nothing"),
        ("*a", 1, "nothing before"),
        ("a**", 3, "nothing before"), ("a{2,1}", 2, "written as"), ("a\\", 2, "nothing follows"),
        ("[b-a]", 2, "a range goes"),
        ("\\p{Elvish}", 3, "property"), ("[[:elvish:]]", 4, "class"), ("(?y)a", 3, "no kind of group"),
        ("a}", 2, "brace"),
        ("\\xz", 3, "number"),
    ])
    func whatCannotBeMatchedIsRefusedWithItsPlace(_ pattern: String, _ place: Int, _ reason: String) {
        let error = #expect(throws: PatternError.self) { _ = try LayerPattern(pattern) }
        #expect(error?.place == place, "\(error.map(String.init(describing:)) ?? "")")
        #expect(error?.description.contains(reason) == true, "\(error.map(String.init(describing:)) ?? "")")
    }

    /// Patterns on which going back takes for ever: here each costs a name's length times the pattern's.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "([a-z0-9_.]+)+Z", "(\\w*\\.?)*Z", "(.*)*(.*)*Z", "((.+)+)+Z", "(.*)(.*)(.*)(.*)(.*)Z", "(a|a)*Z",
            "(a?){40}a{40}Z",
            "(?=(a+)+Z)a", "(?!(a+)+Z)(a+)+Z", "(?<=(a+)+)Z", "(?i)(\\w+\\W?)+Z$", "(\\p{L}+)+Z", "(x+x+)+y",
        ])
    func noPatternTakesForEver(_ pattern: String) throws {
        let made = try LayerPattern(pattern)
        for letter in ["a", "x", "layers.1.", "é"] {
            let name = String(repeating: letter, count: 4000)
            #expect(!made.matches(name) && !made.occurs(in: name))
        }
    }

    /// As rg -S and fzf: capitals count where a pattern has one.
    @Test func filtersIgnoreCaseUnlessTheyHaveACapital() throws {
        #expect(try LayerPattern(filter: "q_proj").occurs(in: "LAYERS.0.Q_PROJ"))
        #expect(try LayerPattern(filter: "[k-q]_").occurs(in: "LAYERS.0.Q_PROJ"))
        #expect(try LayerPattern(filter: "\\Wq_").occurs(in: "LAYERS.0.Q_PROJ"))
        #expect(try !LayerPattern(filter: "Q_proj").occurs(in: "layers.0.q_proj"))
        #expect(try LayerPattern(filter: "Q_").occurs(in: "LAYERS.0.Q_PROJ"))
        #expect(try !LayerPattern("Q_.*").matches("q_proj"))
        #expect(try !LayerPattern("q_proj").matches("Q_PROJ"))
        #expect(throws: PatternError.self) { _ = try LayerPattern(filter: "q_(") }
    }

    @Test(arguments: [
        "(", "[", "a)", "*a", "a**", "a{2,1}", "\\", "(?<", "[b-a]", "x{999999999999999999999}",
    ])
    func whatIsNoExpressionIsRefused(_ pattern: String) {
        #expect((try? NSRegularExpression(pattern: pattern)) == nil)
        #expect(throws: PatternError.self) { _ = try LayerPattern(pattern) }
    }

    @Test func longPatternsAreRefused() {
        let longest = String(repeating: "a", count: 4096)
        #expect(throws: Never.self) { _ = try LayerPattern(longest) }
        #expect(throws: Never.self) { _ = try LayerPattern(filter: longest) }
        #expect(throws: PatternError.self) { _ = try LayerPattern(longest + "a") }
    }

    @Test func onePatternsName() throws {
        #expect(try LayerPattern("layers.0.mlp.up_proj").name == "layers.0.mlp.up_proj")
        #expect(try LayerPattern("a\\(b\\.weight").name == "a(b.weight")
        #expect(try LayerPattern("a[b]c").name == "abc")
        for pattern in ["a*", "^a", "a|b", "[ab]", "a{1}"] { #expect(try LayerPattern(pattern).name == nil) }
    }

    /// More states than the table keeps: it is begun anew, and the answers stay right.
    @Test func manyStatesAreForgottenAndFoundAgain() {
        var generator = SeededGenerator(seed: 3)
        let names = (0..<400).map { _ in
            String((0..<40).map { _ in Bool.random(using: &generator) ? Character("a") : "b" })
        }
        check(".*a.{14}", names)
    }

    /// Random patterns of the table's own language, and names made of their letters.
    @Test func randomPatternsEqualICU() {
        var generator = SeededGenerator(seed: 11)
        var known = 0
        for _ in 0..<6000 {
            let pattern = Self.pattern(depth: 3, &generator)
            var parser = PatternParser(pattern, ignoresCase: false)
            // ICU refuses to count anchors and to look behind at texts of any length.
            let isKnown = (try? NSRegularExpression(pattern: pattern)) != nil
            guard isKnown, let tree = try? parser.parse() else {
                #expect(!isKnown, "\(pattern) is refused")
                continue
            }
            // ICU finds nothing in "" by (a*|(b{0,2})*?c)+, which matches it: it ends loops of nothing in ways of its own.
            if tree.repeatsNothing { continue }
            known += 1
            let names = (0..<12).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        "ab1.éB".randomElement(using: &generator) ?? "a"
                    })
            }
            check(pattern, names)
        }
        #expect(known > 1000, "\(known) patterns were compared")
    }

    /// - Parameter mayCount: whether parts may be repeated; ICU takes for ever over counts within counts.
    private static func pattern(
        depth: Int, mayCount: Bool = true, _ generator: inout SeededGenerator
    ) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let atoms = [
                "a", "b", "1", ".", "\\.", "\\d", "\\w", "[ab]", "[^a]", "^", "$", "[a-b1]", "\\b", "\\B",
                "(?i)", "[[:alpha:]]",
                "[a-z&&[^b]]", "\\p{L}", "a*+", "é", "(?i:B)", "\\W",
            ]
            let counts = ["", "", "", "*", "+", "?", "{2}", "{0,2}", "*?"]
            let count = mayCount ? counts.randomElement(using: &generator) ?? "" : ""
            var atom = atoms.randomElement(using: &generator) ?? "a"
            if depth > 0, Int.random(in: 0..<3, using: &generator) == 0 {
                let branches = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    pattern(depth: depth - 1, mayCount: mayCount && count.isEmpty, &generator)
                }
                let kind =
                    ["", "", "", "?:", "?=", "?!", "?<=", "?<!"].randomElement(using: &generator) ?? ""
                atom = "(" + kind + branches.joined(separator: "|") + ")"
            }
            text += atom + count
        }
        return text
    }
}

extension PatternTree {
    /// Whether it matches the empty text, anchors aside.
    fileprivate var canBeEmpty: Bool {
        switch self {
        case .characters: false
        case .condition: true
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .choice(let branches): branches.contains(where: \.canBeEmpty)
        case .repeated(let part, let least, _): least == 0 || part.canBeEmpty
        }
    }

    /// Whether a part that may be empty is repeated.
    fileprivate var repeatsNothing: Bool {
        switch self {
        case .condition(.text(let part, _, _)): part.repeatsNothing
        case .characters, .condition: false
        case .sequence(let parts), .choice(let parts): parts.contains(where: \.repeatsNothing)
        case .repeated(let part, _, let most): part.repeatsNothing || most != 1 && part.canBeEmpty
        }
    }
}
