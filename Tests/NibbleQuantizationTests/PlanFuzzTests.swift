import NibbleTestSupport
import Testing

@testable import NibbleQuantization

/// Seeded, structure-aware damage to plan files: whatever comes in, a plan or a sentence comes out.
@Suite struct PlanFuzzTests {
    private static let seeds = [
        "version: 1\nname: x\nmodel: y\nrules:\n  - pattern: .*\n    setting: int4 group=32 range=mse\n"
            + "  - pattern: lm_head\n    setting: original\n",
        "version: 1\nrules: [{pattern: 'layers\\.\\d+\\.mlp.*', setting: \"fixed8 range=point:3\"}]\n",
        "version: 1\nname: \"\\u00e9 \\n\"\nrules:\n- {setting: q8_0, pattern: a|b}\n"
            + "- pattern: c\n  setting: f16\n",
        "{\"version\": 1, \"rules\": [{\"pattern\": \".*\", \"setting\": \"int8\"}]}\n",
    ]
    private static let words = [
        "version", "rules", "pattern", "setting", "name", "model", "int4", "group=", "range=clip:", "1", "-1",
        "[", "]",
        "{", "}", ": ", "- ", "\n", "  ", "\"", "'", "&a", "*a", "!!", "#", "|", ">", "?", "%", "~", "null",
        "\t", "\0",
        "\u{85}", "\u{2028}", "é", "e\u{301}", "(?:", "(a+)+", "\\", "99999999999999999999", "<<: ", "---\n",
        "...\n",
    ]

    /// Exchanges scalar values only, so that the structure stays YAML.
    private static func changedWords(_ text: String, _ generator: inout SeededGenerator) -> String {
        let plain = [
            "version", "rules", "pattern", "setting", "1", "2", "x", "int4", "original", "int4 tensor", ".*",
            "a.b",
        ]
        var lines = text.split(separator: "\n").map(String.init)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: 0..<lines.count, using: &generator)
            guard let colon = lines[index].firstIndex(of: ":") else { continue }
            let word = plain.randomElement(using: &generator) ?? "x"
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: lines[index] = lines[index][..<colon] + ": " + word
            case 1: lines.swapAt(index, Int.random(in: 0..<lines.count, using: &generator))
            case 2: lines.insert("\(word)\(index): \(word)", at: 0)
            default: lines.remove(at: index)
            }
            if lines.isEmpty { lines = ["version: 1"] }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Inserts, removes and repeats pieces anywhere.
    private static func damaged(_ text: String, _ generator: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                bytes.insert(
                    contentsOf: Array((words.randomElement(using: &generator) ?? "").utf8), at: place)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            default: bytes.removeSubrange(place...)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func damagedPlansGiveAPlanOrASentence() throws {
        var generator = SeededGenerator(seed: 20_261_123)
        var outcomes = (plans: 0, errors: 0, yaml: 0)
        for round in 0..<24_000 {
            let seed = Self.seeds[round % Self.seeds.count]
            let text = round % 9 < 6 ? Self.changedWords(seed, &generator) : Self.damaged(seed, &generator)
            do {
                let plan = try Plan.parse(yaml: text, file: "f")
                outcomes.plans += 1
                outcomes.yaml += 1
                let again = try Plan.parse(yaml: plan.yaml)
                if again != plan { Issue.record("\(plan) reads back as \(again)") }
            } catch {
                outcomes.errors += 1
                let sentence = "\(error)"
                if !sentence.contains("cannot be read as YAML") { outcomes.yaml += 1 }
                if sentence.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 0x7F })
                    || sentence.count > 600
                {
                    Issue.record("not fit for a line: \(sentence.debugDescription)")
                }
            }
        }
        #expect(outcomes.yaml >= 12_000 && outcomes.plans > 1_000 && outcomes.errors > 1_000, "\(outcomes)")
    }

    @Test func deepAndSelfContainingFilesEnd() {
        let many = 100_000
        for text in [
            String(repeating: "[", count: many), String(repeating: "{", count: many),
            String(repeating: "- ", count: many), String(repeating: "? ", count: many),
            String(repeating: "a: [", count: many), "a: &x [*x]", "&a [&b [*a, *b], *b]",
            (0..<700).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        ] {
            #expect(throws: PlanError.self) { try Plan.parse(yaml: text) }
        }
    }
}
