import Foundation
import Testing

/// What is wrong ends in a sentence, as text and as JSON, and in an exit code; never in a trap.
@Suite struct CommandBadInputTests {
    /// Runs a command that must fail with exit code 1, both ways, and checks that the sentence has all of `words`.
    private static func expectFailure(
        _ nibble: NibbleCommand, _ arguments: [String], _ words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let plain = try nibble.run(arguments)
        #expect(plain.code == 1, sourceLocation: sourceLocation)
        #expect(plain.output.isEmpty, sourceLocation: sourceLocation)
        #expect(plain.errors.hasSuffix(".\n"), "\(plain.errors)", sourceLocation: sourceLocation)
        let json = try nibble.run(arguments + ["--json"])
        #expect(json.code == 1, sourceLocation: sourceLocation)
        #expect(json.json["schema"] as? String == "nibble.error/1", sourceLocation: sourceLocation)
        let sentence = json.json["error"] as? String ?? ""
        for word in words {
            #expect(plain.errors.contains(word), "\(plain.errors)", sourceLocation: sourceLocation)
            #expect(sentence.contains(word), "\(sentence)", sourceLocation: sourceLocation)
        }
    }

    private static func run(_ model: URL, _ prompt: String = "Once") -> [String] {
        ["run", model.path, "--prompt", prompt, "--max-tokens", "2"]
    }

    /// Replaces the configuration's values.
    private static func configure(_ model: URL, _ values: [String: Any]) throws {
        let url = model.appendingPathComponent("config.json")
        let old = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
        try JSONSerialization.data(withJSONObject: old.merging(values) { $1 }).write(to: url)
    }

    @Test func aModelThatIsNotThere() throws {
        try NibbleCommand.with { nibble in
            try Self.expectFailure(
                nibble, ["inspect", "/nowhere/at-all"], ["/nowhere/at-all", "tiny-tales"])
        }
    }

    @Test func aFileCutShort() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.random)
            let weights = copy.appendingPathComponent("model.safetensors")
            let bytes = try Data(contentsOf: weights)
            try bytes.prefix(bytes.count - 1000).write(to: weights)
            try Self.expectFailure(nibble, ["inspect", copy.path], ["model.safetensors"])
            try Data([255, 255, 255, 0, 0, 0, 0, 0, 123]).write(to: weights)
            try Self.expectFailure(nibble, ["stats", copy.path], ["model.safetensors"])
            try Data([1, 2]).write(to: weights)
            try Self.expectFailure(nibble, Self.run(copy), ["model.safetensors"])
        }
    }

    @Test func anUnknownArchitectureIsNamedWithThoseKnown() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.sample)
            try Self.configure(copy, ["architectures": ["MambaForCausalLM"]])
            try Self.expectFailure(nibble, Self.run(copy), ["MambaForCausalLM", "LlamaForCausalLM"])
            let json = try nibble.run(["inspect", copy.path, "--json"]).json
            #expect(json["canRun"] as? Bool == false)
            #expect((json["layers"] as? [Any])?.isEmpty == false)
        }
    }

    @Test func aWrongShapeForTheRole() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.sample)
            try Self.configure(copy, ["intermediate_size": 300])
            try Self.expectFailure(nibble, Self.run(copy), ["shape", "300"])
        }
    }

    @Test func aMissingOrBrokenTokenizerLeavesTheModelToBrowse() throws {
        try NibbleCommand.with { nibble in
            try Self.expectFailure(nibble, Self.run(NibbleCommand.random), ["tokenizer.json"])
            let json = try nibble.run(["inspect", NibbleCommand.random.path, "--json"]).json
            #expect(json["canRun"] as? Bool == false && json["tokenizer"] == nil)
            let copy = try nibble.copy(of: NibbleCommand.sample)
            try Data("{\"model\": 3".utf8).write(to: copy.appendingPathComponent("tokenizer.json"))
            try Self.expectFailure(nibble, Self.run(copy), ["tokenizer"])
            #expect(try nibble.run(["stats", copy.path, "--layer", "embed_tokens"]).code == 0)
        }
    }

    @Test func aPromptLongerThanTheContextNamesBothLengths() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.sample)
            try Self.configure(copy, ["max_position_embeddings": 16])
            let prompt = [String](repeating: "story", count: 40).joined(separator: " ")
            try Self.expectFailure(nibble, Self.run(copy, prompt), ["16", "tokens", "context"])
        }
    }

    /// Four blocks of two heads of 64 keep 4096 bytes a token: 410 GB for a hundred million.
    @Test func aRunThatNeedsMoreMemoryThanThereIs() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.sample)
            try Self.configure(copy, ["max_position_embeddings": 268_435_456])
            let arguments = ["run", copy.path, "--prompt", "Once", "--max-tokens", "100000000"]
            try Self.expectFailure(nibble, arguments, ["memory", "needs 410 of", "GB"])
        }
    }

    @Test func aBrokenPlanNamesItsLine() throws {
        try NibbleCommand.with { nibble in
            let arguments = Self.run(NibbleCommand.sample) + ["--plan"]
            let wrong = try nibble.write(
                "version: 1\nrules:\n  - pattern: \".*\"\n    setting: int44\n", as: "wrong.yaml")
            try Self.expectFailure(nibble, arguments + [wrong], ["wrong.yaml, line 4", "int44"])
            let torn = try nibble.write("version: 1\nrules: [\n", as: "torn.yaml")
            try Self.expectFailure(nibble, arguments + [torn], ["torn.yaml", "line"])
            let foreign = try nibble.write("services:\n  web:\n    image: nginx\n", as: "compose.yaml")
            try Self.expectFailure(nibble, arguments + [foreign], ["compose.yaml", "line 1"])
            try Self.expectFailure(nibble, arguments + [nibble.folder.path + "/none.yaml"], ["none.yaml"])
            try Self.expectFailure(nibble, ["diff", wrong, torn], ["wrong.yaml"])
        }
    }

    @Test func aPatternThatMeansNoLayer() throws {
        try NibbleCommand.with { nibble in
            let arguments = Self.run(NibbleCommand.sample) + ["--set", "layers.99.*=int4"]
            try Self.expectFailure(nibble, arguments, ["layers.99", "embed_tokens"])
            try Self.expectFailure(
                nibble, ["stats", NibbleCommand.sample.path, "--layer", "nothing"],
                ["nothing", "embed_tokens"])
        }
    }

    @Test(arguments: [
        ["run", "MODEL"], ["run", "MODEL", "--prompt", "a", "--set", "int4"],
        ["run", "MODEL", "--prompt", "a", "--set", ".*=int44"],
        ["run", "MODEL", "--prompt", "a", "--max-tokens", "0"],
        ["run", "MODEL", "--prompt", "a", "--temperature", "-1"],
        ["run", "MODEL", "--prompt", "a", "--threads", "0"],
        ["stats", "MODEL", "--format", "int4 group=7"], ["stats", "MODEL", "--layer", "(("],
        ["diff", "a.yaml"],
        ["inspect"], ["inspect", "MODEL", "--nonsense"], ["bench", "encode", "--format", "int99"],
    ])
    func wrongArgumentsAreAUsageError(_ arguments: [String]) throws {
        try NibbleCommand.with { nibble in
            let given = arguments.map { $0 == "MODEL" ? NibbleCommand.sample.path : $0 }
            let plain = try nibble.run(given)
            #expect(plain.code == 64 && plain.output.isEmpty && plain.errors.contains("Usage:"))
            let json = try nibble.run(given + ["--json"])
            #expect(json.code == 64 && json.json["schema"] as? String == "nibble.error/1")
        }
    }

    /// Steering characters of a tensor's name, in the colours and directions of a hostile file.
    @Test func namesFromFilesNeverSteerTheTerminal() throws {
        try NibbleCommand.with { nibble in
            let model = nibble.folder.appendingPathComponent("hostile")
            try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
            let header =
                "{\"a\\u001b[31m\\u009b2J\\u202eb\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}"
            var file = Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) })
            file.append(Data(header.utf8) + Data(count: 4))
            try file.write(to: model.appendingPathComponent("model.safetensors"))
            for arguments in [["inspect"], ["inspect", "--json"], ["stats"], ["stats", "--json"]] {
                let outcome = try nibble.run([arguments[0], model.path] + arguments.dropFirst())
                #expect(outcome.code == 0 && outcome.output.contains("b"))
                let steering = outcome.output.unicodeScalars.filter {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
                }
                #expect(steering.isEmpty)
            }
            let stats = try nibble.run(["stats", model.path, "--json"]).json
            let name = (stats["layers"] as? [[String: Any]])?.first?["name"] as? String
            #expect(name?.unicodeScalars.contains("\u{202E}") == true)
        }
    }

    @Test func numbersThatAreNoneAreCounted() throws {
        try NibbleCommand.with { nibble in
            let copy = try nibble.copy(of: NibbleCommand.random)
            let weights = copy.appendingPathComponent("model.safetensors")
            var bytes = try Data(contentsOf: weights)
            // The first two of the embedding, in F16: NaN and infinity.
            let place = try PlainSafetensors(weights).offset(of: "model.embed_tokens.weight")
            bytes.replaceSubrange(place..<place + 4, with: [0x00, 0x7E, 0x00, 0x7C])
            try bytes.write(to: weights)
            let stats = ["stats", copy.path, "--layer", "embed_tokens", "--format", "int8"]
            let layer = try #require(
                (nibble.run(stats + ["--json"]).json["layers"] as? [[String: Any]])?.first)
            #expect(layer["nan"] as? Int == 1 && layer["infinite"] as? Int == 1)
            let encoding = try #require((layer["encodings"] as? [[String: Any]])?.first)
            #expect(encoding["nonFinite"] as? Int == 2)
            #expect(encoding["meanSquaredError"] as? Double ?? .nan < 1)
            #expect(try nibble.run(stats).output.contains("1 NaN, 1 infinite"))
        }
    }
}
