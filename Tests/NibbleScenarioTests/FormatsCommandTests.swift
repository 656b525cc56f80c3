import Foundation
import NibbleTerminal
import NibbleTestSupport
import Testing

/// `nibble formats`: the list, the cards, the activation schemes, and names that there aren't.
@Suite struct FormatsCommandTests {
    private static func formats(_ json: [String: Any]) throws -> [[String: Any]] {
        #expect(json["schema"] as? String == "nibble.formats/1")
        return try #require(json["formats"] as? [[String: Any]])
    }

    /// Nothing is wider than a terminal, and nothing ends in blanks.
    private static func expectNarrow(_ text: String, _ name: String) {
        for line in text.split(separator: "\n").map(String.init) {
            #expect(line.columns <= 80 && !line.hasSuffix(" "), "\(name): \(line)")
        }
    }

    @Test func theListNamesEveryFormat() throws {
        try NibbleCommand.with { nibble in
            let list = try nibble.run(["formats"])
            #expect(list.code == 0 && list.errors.isEmpty)
            Self.expectNarrow(list.output, "list")
            let all = try Self.formats(nibble.run(["formats", "--json"]).json)
            #expect(all.count > 60)
            let rows = Set(list.output.split(separator: "\n").compactMap { $0.split(separator: " ").first })
            for format in all {
                let name = try #require(format["name"] as? String)
                let bits = try #require(format["bits"] as? [String: Double])
                #expect(rows.contains(Substring(name)))
                let total = try #require(format["bitsPerWeight"] as? Double)
                #expect(abs(bits.values.reduce(0, +) - total) < 1e-9, "\(name)")
            }
            let readOnly = all.filter { $0["isReadOnly"] as? Bool == true }.compactMap {
                $0["name"] as? String
            }
            #expect(readOnly.contains("iq2_xxs") && !readOnly.contains("q4_k"))
            #expect(list.output.contains("GGUF blocks, read only"))
        }
    }

    /// Q4_K: two f16 factors, eight pairs of six bits, and the codes.
    @Test func aCardSaysWhereEachBitGoes() throws {
        try NibbleCommand.with { nibble in
            let card = try nibble.run(["formats", "Q4_K"])
            #expect(card.code == 0)
            Self.expectNarrow(card.output, "q4_k")
            for word in ["4.5 per weight", "144 bytes", "16-143", "256 × 4 bits", "llama.cpp", "1684"] {
                #expect(card.output.contains(word), "\(word)")
            }
            let format = try #require(
                Self.formats(nibble.run(["formats", "q4_k", "--json"]).json).first)
            let layout = try #require(format["layout"] as? [String: Any])
            #expect(layout["bytes"] as? Int == 144 && layout["weights"] as? Int == 256)
            let fields = try #require(layout["fields"] as? [[String: Any]])
            #expect(fields.map { $0["lastByte"] as? Int } == [1, 3, 15, 143])
            let paths = try #require(format["paths"] as? [[String: Any]])
            let decode = paths.compactMap { ($0["decode"] as? [String: Any])?["source"] as? String }
            #expect(decode == ["tiles", "tiles"])
        }
    }

    @Test(arguments: ["f16", "int4 group=32", "fixed12", "nf4-dq", "iq1_m", "fp8-e4m3-nonsat"])
    func cardsFitATerminal(_ setting: String) throws {
        try NibbleCommand.with { nibble in
            let card = try nibble.run(["formats"] + setting.split(separator: " ").map(String.init))
            #expect(card.code == 0 && card.output.hasPrefix(setting + " · "))
            Self.expectNarrow(card.output, setting)
            for word in ["per weight", "Products on this machine", "hardware", "run by", "source"] {
                #expect(card.output.contains(word), "\(setting): \(word)")
            }
        }
    }

    @Test func theActivationSchemesAreListed() throws {
        try NibbleCommand.with { nibble in
            let text = try nibble.run(["formats", "--activations"])
            #expect(text.code == 0 && text.output.contains("\nint8-token "))
            Self.expectNarrow(text.output, "activations")
            let json = try nibble.run(["formats", "--activations", "--json"]).json
            let names = try #require(json["activations"] as? [[String: Any]]).compactMap {
                $0["name"] as? String
            }
            #expect(names.contains("llm-int8") && names.allSatisfy { text.output.contains($0) })
        }
    }

    @Test func anUnknownNameOffersTheNearest() throws {
        try NibbleCommand.with { nibble in
            for (arguments, offered) in [
                (["q4_kk"], "q4_k"), (["mxfp8"], "mxfp8-e4m3"), (["iq3"], "iq3_xxs"),
                (["int4", "gruop=32"], "group=N"), (["q4_k", "--activations"], "leave the name out"),
            ] {
                let outcome = try nibble.run(["formats"] + arguments)
                #expect(outcome.code == 64 && outcome.output.isEmpty)
                #expect(outcome.errors.contains(offered), "\(outcome.errors)")
                let json = try nibble.run(["formats"] + arguments + ["--json"])
                #expect(json.code == 64 && json.json["schema"] as? String == "nibble.error/1")
            }
        }
    }

    @Test func theDocumentsTableIsThatOfTheCommand() throws {
        try NibbleCommand.with { nibble in
            let outcome = try nibble.run(["formats", "--markdown"])
            let table = outcome.output
            #expect(outcome.code == 0 && outcome.errors.isEmpty)
            var part = try MarkedPart("formats", of: "Documentation/Formats.md")
            if MarkedPart.isRecording { try part.replace(by: String(table.dropLast())) }
            #expect(part.content + "\n" == table)
            #expect(
                table.contains("| `int8` … `int2` | 8.01 … 2.01 | Integer | 255 … 3 levels, symmetric | "))
            #expect(table.contains("| `q4_k` | 4.5 | GGUF blocks | "))
            #expect(!table.contains("SIMD"), "it is the same on every machine")
            let shared = /^(int|fixed)\d+(-asym)?$/
            let names = try Self.formats(nibble.run(["formats", "--json"]).json).compactMap {
                $0["name"] as? String
            }
            #expect(names.count > 60)
            for name in names where name.firstMatch(of: shared) == nil {
                #expect(table.contains("| `\(name)` |"), "\(name)")
            }
            for others in [["--json"], ["--activations"], ["int4"]] {
                let refused = try nibble.run(["formats", "--markdown"] + others)
                #expect(refused.code == 64 && refused.errors.contains("one table of all formats"))
            }
        }
    }
}
