import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleQuantization

/// The table of states against ICU, which defines the dialect.
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
        let made = LayerPattern(pattern)
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
        if let made = LayerPattern(pattern) {
            for name in Self.names {
                #expect(made.matches(name) == expected(pattern, name, .whole))
                #expect(made.occurs(in: name) == expected(pattern, name, .part))
            }
        }
    }

    /// Foundation refuses it; to a filter it means that nothing is asked for.
    @Test func nothingIsFoundEverywhere() {
        let pattern = LayerPattern("")
        #expect(pattern?.matches("") == true && pattern?.matches("a") == false)
        #expect(Self.names.allSatisfy { pattern?.occurs(in: $0) == true })
    }

    /// Most of the patterns above are the table's; these are too, and those below are ICU's.
    @Test func usualPatternsNeedNoICU() {
        for pattern in [
            ".*", "layers\\.\\d+\\.mlp\\.(up|down)_proj", "^layers\\.[0-9]{1,2}", "[^.]+$", "\\w+?",
        ] {
            #expect(PatternParser.parse(pattern).flatMap(PatternProgram.init) != nil, "\(pattern)")
        }
        for pattern in [
            "(?!lm_head).*", "(?i)LAYERS.*", "(a)\\1", "\\bq", "a*+", "[a-z&&[^b]]", "\\p{L}+",
            "[[:alpha:]]+",
            "(a{200}){200}", "é", String(repeating: "(", count: 50) + "a" + String(repeating: ")", count: 50),
        ] {
            #expect(PatternParser.parse(pattern).flatMap(PatternProgram.init) == nil, "\(pattern)")
            check(pattern, Self.names + ["b", "é"])
        }
    }

    @Test(arguments: [
        "(", "[", "a)", "*a", "a**", "a{2,1}", "\\", "(?<", "[b-a]", "x{999999999999999999999}",
    ])
    func whatIsNoExpressionIsRefused(_ pattern: String) {
        if (try? NSRegularExpression(pattern: pattern)) == nil { #expect(LayerPattern(pattern) == nil) }
        check(pattern, Self.names)
    }

    @Test func longPatternsAreRefused() {
        #expect(LayerPattern(String(repeating: "a", count: 4096)) != nil)
        #expect(LayerPattern(String(repeating: "a", count: 4097)) == nil)
    }

    @Test func namesBeyondASCIIAreICUs() {
        for pattern in [".*", "\\w+", "caf.", "[^a]+", "^.{4}$"] {
            check(pattern, ["café", "日本", "e\u{301}", "a\nb", "tab\t", "\u{7F}", "\u{0}"])
        }
    }

    @Test func onePatternsName() {
        #expect(LayerPattern("layers.0.mlp.up_proj")?.name == "layers.0.mlp.up_proj")
        #expect(LayerPattern("a\\(b\\.weight")?.name == "a(b.weight")
        #expect(LayerPattern("a[b]c")?.name == "abc")
        for pattern in ["a*", "^a", "a|b", "[ab]", "a{1}"] { #expect(LayerPattern(pattern)?.name == nil) }
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
        for _ in 0..<3000 {
            let pattern = Self.pattern(depth: 3, &generator)
            // What the parser leaves to ICU would be held against itself, and ICU may loop over nothing for ever.
            guard let tree = PatternParser.parse(pattern) else { continue }
            // ICU finds nothing in "" by (a*|(b{0,2})*?c)+, which matches it: it ends loops of nothing in ways of its own.
            if tree.repeatsNothing { continue }
            known += PatternProgram(tree) == nil ? 0 : 1
            let names = (0..<12).map { _ in
                String(
                    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                        "ab1.".randomElement(using: &generator) ?? "a"
                    })
            }
            check(pattern, names)
        }
        #expect(known > 1000, "\(known) patterns were the table's")
    }

    /// - Parameter mayCount: whether parts may be repeated; ICU takes for ever over counts within counts.
    private static func pattern(
        depth: Int, mayCount: Bool = true, _ generator: inout SeededGenerator
    ) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let atoms = ["a", "b", "1", ".", "\\.", "\\d", "\\w", "[ab]", "[^a]", "^", "$", "[a-b1]"]
            let counts = ["", "", "", "*", "+", "?", "{2}", "{0,2}", "*?"]
            let count = mayCount ? counts.randomElement(using: &generator) ?? "" : ""
            var atom = atoms.randomElement(using: &generator) ?? "a"
            if depth > 0, Int.random(in: 0..<3, using: &generator) == 0 {
                let branches = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    pattern(depth: depth - 1, mayCount: mayCount && count.isEmpty, &generator)
                }
                atom = "(" + branches.joined(separator: "|") + ")"
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
        case .start, .end: true
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .choice(let branches): branches.contains(where: \.canBeEmpty)
        case .repeated(let part, let least, _): least == 0 || part.canBeEmpty
        }
    }

    /// Whether a part that may be empty is repeated.
    fileprivate var repeatsNothing: Bool {
        switch self {
        case .characters, .start, .end: false
        case .sequence(let parts), .choice(let parts): parts.contains(where: \.repeatsNothing)
        case .repeated(let part, _, let most): part.repeatsNothing || most != 1 && part.canBeEmpty
        }
    }
}
