import Foundation
import Testing

/// The headless commands, as text and as JSON.
@Suite struct CommandTests {
    @Test func versionAndHelpEndWell() throws {
        try NibbleCommand.with { nibble in
            let version = try nibble.run(["--version"])
            #expect(version.code == 0 && version.output.split(separator: ".").count == 3)
            let help = try nibble.run(["--help"])
            #expect(help.code == 0 && help.errors.isEmpty)
            for name in ["inspect", "stats", "run", "diff", "bench", "explore"] {
                #expect(help.output.contains(name))
            }
        }
    }

    @Test func inspectTellsWhatIsInAModel() throws {
        try NibbleCommand.with { nibble in
            let text = try nibble.run(["inspect", NibbleCommand.sample.path])
            #expect(text.code == 0 && text.errors.isEmpty)
            #expect(
                text.output.contains("LlamaForCausalLM") && text.output.contains("layers.3.mlp.down_proj"))
            let json = try nibble.run(["inspect", NibbleCommand.sample.path, "--json"]).json
            #expect(json["schema"] as? String == "nibble.inspect/1")
            #expect(json["canRun"] as? Bool == true)
            let layers = try #require(json["layers"] as? [[String: Any]])
            #expect(layers.first?["name"] as? String == "embed_tokens")
            #expect(layers.first?["tied"] as? [String] == ["lm_head"])
            let weights = layers.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) * ($1["columns"] as? Int ?? 0) }
            // What is left are the norms: one of the model's width before each half of a block, and the last one.
            let blocks = layers.count { ($0["name"] as? String)?.hasSuffix("mlp.up_proj") == true }
            let width = try #require(layers.first?["columns"] as? Int)
            #expect(json["parameters"] as? Int == weights + (2 * blocks + 1) * width)
        }
    }

    @Test func sampleModelsAreFoundByNameFromAnyFolder() throws {
        try NibbleCommand.with { nibble in
            let json = try nibble.run(["inspect", "tiny-tales", "--json"]).json
            #expect(json["name"] as? String == "tiny-tales")
            let log = nibble.folder.appendingPathComponent("state/nibble/nibble.log")
            #expect(try String(contentsOf: log, encoding: .utf8).contains("tiny-tales"))
        }
    }

    /// int4 per channel by hand: scale = max|w| ÷ 7 of each row, codes −7…7.
    @Test func statsAgreeWithAComputationByHand() throws {
        let tensor = try PlainSafetensors(NibbleCommand.random.appendingPathComponent("model.safetensors"))
        let matrix = try tensor.matrix("model.layers.0.mlp.up_proj.weight")
        var (squares, clipped) = (0.0, 0)
        for row in matrix {
            let scale = (row.map(abs).max() ?? 0) / 7
            for weight in row {
                let code = min(max((weight / scale).rounded(.toNearestOrEven), -7), 7)
                squares += pow(Double(weight - scale * code), 2)
                clipped += abs(weight) > scale * 7.5 ? 1 : 0
            }
        }
        let count = matrix.count * matrix[0].count
        try NibbleCommand.with { nibble in
            let arguments = [
                "stats", NibbleCommand.random.path, "--layer", "layers.0.mlp.up_proj", "--format",
                "int4 channel",
                "--format", "int8",
            ]
            let json = try nibble.run(arguments + ["--json"]).json
            #expect(json["schema"] as? String == "nibble.stats/1")
            let layer = try #require((json["layers"] as? [[String: Any]])?.first)
            let encodings = try #require(layer["encodings"] as? [[String: Any]])
            #expect(encodings.count == 2)
            let error = try #require(encodings[0]["meanSquaredError"] as? Double)
            #expect(abs(error - squares / Double(count)) < 1e-6 * error)
            let low = (encodings[0]["clippedLow"] as? [String: Any])?["count"] as? Int
            let high = (encodings[0]["clippedHigh"] as? [String: Any])?["count"] as? Int
            #expect(try #require(low) + #require(high) == clipped)
            #expect(layer["maximum"] as? Double == matrix.joined().max().map(Double.init))
            let text = try nibble.run(arguments)
            #expect(text.code == 0 && text.output.contains("SQNR") && text.output.contains("entropy"))
        }
    }

    @Test func runComparesOriginalAndPlan() throws {
        try NibbleCommand.with { nibble in
            let arguments = [
                "run", NibbleCommand.sample.path, "--prompt", "Once upon a time", "--max-tokens", "12",
                "--temperature", "0", "--set", ".*=int3",
            ]
            let text = try nibble.run(arguments)
            #expect(text.code == 0)
            for word in ["original", "plan", "KL", "first split", "tokens/s"] {
                #expect(text.output.contains(word))
            }
            let outcome = try nibble.run(arguments + ["--json", "--threads", "1"])
            let lines = outcome.jsonLines
            #expect(lines.count == outcome.output.split(separator: "\n").count)
            #expect(lines.allSatisfy { $0["schema"] as? String == "nibble.run/1" })
            #expect(lines.dropLast().allSatisfy { $0["event"] as? String == "progress" } && lines.count > 1)
            let contestants = try #require(outcome.json["contestants"] as? [[String: Any]])
            let tokens = try #require(contestants.last?["tokens"] as? [[String: Any]])
            let divergences = tokens.compactMap { $0["klDivergence"] as? Double }
            #expect(contestants.count == 2 && tokens.count == 12 && divergences.count == 12)
            let summary = try #require(contestants.last?["divergence"] as? [String: Any])
            let mean = try #require(summary["meanKL"] as? Double)
            #expect(mean > 0 && abs(mean - divergences.reduce(0, +) / 12) < 1e-12)
            let again = try #require(
                nibble.run(arguments + ["--json", "--threads", "2"]).json["contestants"] as? [[String: Any]])
            #expect(again.map { $0["text"] as? String } == contestants.map { $0["text"] as? String })
        }
    }

    @Test func storingTheNumbersWiderHasNoDivergence() throws {
        try NibbleCommand.with { nibble in
            let json = try nibble.run([
                "run", NibbleCommand.sample.path, "--prompt", "Once", "--max-tokens", "6", "--set", ".*=f32",
                "--json",
            ]).json
            let plan = try #require((json["contestants"] as? [[String: Any]])?.last)
            #expect((plan["divergence"] as? [String: Any])?["meanKL"] as? Double == 0)
        }
    }

    @Test func countersOfANarrowAccumulatorAreShown() throws {
        try NibbleCommand.with { nibble in
            let plan = try nibble.write(
                "version: 1\nname: narrow\nrules:\n  - pattern: \".*\"\n"
                    + "    setting: fixed8 activation=fixed8 accumulator=16-saturate\n", as: "narrow.yaml")
            let arguments = [
                "run", NibbleCommand.sample.path, "--prompt", "Once", "--max-tokens", "4", "--plan", plan,
            ]
            let contestants = try #require(
                nibble.run(arguments + ["--json"]).json["contestants"] as? [[String: Any]])
            let counters = try #require(contestants.last?["counters"] as? [[String: Any]])
            let totals = counters.compactMap {
                ($0["accumulatorOverflows"] as? [String: Any])?["total"] as? Int
            }
            #expect(totals.reduce(0, +) > 0)
            let channels = counters.compactMap { $0["overflowingChannels"] as? [String: Any] }
            let overflowing = counters.filter {
                (($0["accumulatorOverflows"] as? [String: Any])?["count"] as? Int ?? 0) > 0
            }
            #expect(channels.count == overflowing.count && !channels.isEmpty)
            for channel in channels {
                let enough = try #require(channel["sufficientBits"] as? Int)
                #expect(enough > 16 && enough <= channel["safeBits"] as? Int ?? 0)
                #expect(channel["worstCount"] as? Int ?? 0 > 0)
            }
            #expect(contestants.last?["name"] as? String == "narrow")
        }
    }

    @Test func withoutAPlanOnlyTheOriginalRuns() throws {
        try NibbleCommand.with { nibble in
            let json = try nibble.run([
                "run", NibbleCommand.sample.path, "--prompt", "Once", "--max-tokens", "3", "--json",
            ]).json
            #expect((json["contestants"] as? [Any])?.count == 1)
        }
    }

    @Test func diffNamesRulesAndLayers() throws {
        try NibbleCommand.with { nibble in
            let rules = "version: 1\nname: a\nrules:\n  - pattern: \".*\"\n    setting: int8\n"
            let first = try nibble.write(rules, as: "first.yaml")
            let second = try nibble.write(
                rules + "  - pattern: layers.0.mlp.up_proj\n    setting: int4\n", as: "second.yaml")
            let plain = try nibble.run(["diff", first, second])
            #expect(plain.code == 0 && plain.output == "+ layers.0.mlp.up_proj  int4\n")
            #expect(try nibble.run(["diff", first, first]).output == "The rules are the same.\n")
            let json = try nibble.run([
                "diff", first, second, "--model", NibbleCommand.random.path, "--json",
            ]).json
            let layers = try #require(json["layers"] as? [[String: Any]])
            #expect(layers.count == 1 && layers[0]["layer"] as? String == "layers.0.mlp.up_proj")
            #expect(layers[0]["before"] as? String == "int8" && layers[0]["after"] as? String == "int4")
        }
    }

    @Test func perplexityOfOriginalAndPlan() throws {
        try NibbleCommand.with { nibble in
            let text = try nibble.write("This is the tale of Dora, who owned a blue box.", as: "text.txt")
            func results(_ setting: String) throws -> [[String: Any]] {
                let json = try nibble.run([
                    "perplexity", NibbleCommand.sample.path, text, "--set", ".*=\(setting)", "--json",
                ]).json
                #expect(json["schema"] as? String == "nibble.perplexity/1")
                return try #require(json["results"] as? [[String: Any]])
            }
            let same = try results("f32").compactMap { $0["perplexity"] as? Double }
            #expect(same.count == 2 && same[0] == same[1] && same[0] > 1)
            let coarse = try results("int2").compactMap { $0["perplexity"] as? Double }
            #expect(coarse.count == 2 && coarse[0] == same[0] && coarse[1] > coarse[0])
            #expect(try nibble.run(["perplexity", NibbleCommand.sample.path, "/nowhere.txt"]).code == 1)
        }
    }

    @Test func benchmarksGiveFigures() throws {
        try NibbleCommand.with { nibble in
            let json = try nibble.run([
                "bench", "toggle", NibbleCommand.sample.path, "--format", "int4", "--repetitions", "1",
                "--json",
            ]).json
            #expect(json["schema"] as? String == "nibble.bench/1")
            let rows = try #require((json["results"] as? [[String: Any]])?.first?["rows"] as? [[String: Any]])
            #expect(rows.count == 1 && rows[0]["format"] as? String == "int4")
            #expect(rows[0]["exact_ms"] as? Double ?? 0 > 0)
        }
    }

    /// The figures of the peer are those that it prints, the ratios nibble's over them.
    @Test func peersAreMeasuredInTurn() throws {
        try NibbleCommand.with { nibble in
            func peer(_ script: String) throws -> NibbleCommand.Outcome {
                let program = nibble.folder.appendingPathComponent("llama-bench")
                try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
                return try nibble.run([
                    "bench", "peer", NibbleCommand.sample.path, "--llama-bench", program.path, "--threads",
                    "1",
                    "--pairs", "2", "--prompt-tokens", "8", "--generate", "2", "--json",
                ])
            }
            let results = #"[{"n_prompt": 8, "avg_ts": 400.0}, {"n_prompt": 0, "avg_ts": 50.0}]"#
            let json = try peer("echo '\(results)'").json
            let rows = try #require((json["results"] as? [[String: Any]])?.first?["rows"] as? [[String: Any]])
            let row = try #require(rows.first)
            #expect(row["prefill_peer"] as? Double == 400 && row["decode_peer"] as? Double == 50)
            let (own, ratio) = (row["decode_per_s"] as? Double ?? 0, row["decode_ratio"] as? Double ?? 0)
            #expect(own > 0 && abs(ratio - own / 50) < 1e-6 * ratio)
            for (script, sentence) in [
                ("exit 3", "failed"), ("echo nonsense", "JSON"), ("echo '[]'", "measured no prompt"),
            ] {
                let failure = try peer(script)
                #expect(failure.code == 1 && (failure.output + failure.errors).contains(sentence))
            }
        }
    }
}

/// Just enough of the safetensors format to read a matrix without any code of nibble's.
struct PlainSafetensors {
    private let bytes: [UInt8]
    private let header: [String: Any]
    private let start: Int

    init(_ url: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        self.bytes = bytes
        start = 8 + length
        header = try JSONSerialization.jsonObject(with: Data(bytes[8..<start])) as? [String: Any] ?? [:]
    }

    /// Where a tensor's first byte is in the file.
    func offset(of name: String) throws -> Int {
        let entry = try #require(header[name] as? [String: Any])
        return start + (try #require(entry["data_offsets"] as? [Int]))[0]
    }

    /// The rows of an F16 matrix.
    func matrix(_ name: String) throws -> [[Float]] {
        let entry = try #require(header[name] as? [String: Any])
        try #require(entry["dtype"] as? String == "F16")
        let shape = try #require(entry["shape"] as? [Int])
        let begin = try offset(of: name)
        return (0..<shape[0]).map { row in
            (0..<shape[1]).map { column in
                let place = begin + 2 * (row * shape[1] + column)
                return Float(Float16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8))
            }
        }
    }
}
