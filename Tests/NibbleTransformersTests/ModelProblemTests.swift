import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// What is wrong with a model is said in a sentence, and its weights can be browsed all the same.
@Suite struct ModelProblemTests {
    @Test func unknownArchitectureIsNamedWithTheKnownOnes() throws {
        try ModelFixture.withCopy(configuration: { $0["architectures"] = ["MambaForCausalLM"] }) { folder in
            let model = try TransformerModel.open(folder)
            let problem = try #require(model.runProblem)
            #expect(problem.contains("MambaForCausalLM") && problem.contains("LlamaForCausalLM"))
            #expect(model.layers.contains { $0.id.name == "layers.0.mlp.down_proj" && $0.role == .other })
            #expect(model.description == nil && model.contextLength == 0)
            #expect(throws: TransformerError.notRunnable(problem)) {
                try DecoderSession(model: model, weights: WeightSet([:]))
            }
        }
    }

    @Test func missingTokenizerIsSaid() throws {
        let model = try TransformerModel.open(ModelFixture.folder("llama-tied"))
        #expect(model.tokenizer == nil)
        #expect(try #require(model.runProblem).contains("tokenizer"))
    }

    @Test func missingTensorIsNamed() throws {
        let name = "model.layers.1.mlp.up_proj.weight"
        try ModelFixture.withCopy(tensors: { $0.removeAll { $0.entry.name == name } }) { folder in
            let model = try TransformerModel.open(folder)
            #expect(try #require(model.runProblem).contains(name))
            #expect(!model.layers.isEmpty)
        }
    }

    @Test func wrongShapeForTheRoleIsNamed() throws {
        let name = "model.layers.0.self_attn.k_proj.weight"
        try ModelFixture.withCopy(tensors: { tensors in
            tensors = tensors.map { tensor in
                guard tensor.entry.name == name else { return tensor }
                let shape = Array(tensor.entry.shape.reversed())
                return (.init(name: name, elementType: tensor.entry.elementType, shape: shape), tensor.bytes)
            }
        }) { folder in
            let problem = try #require(TransformerModel.open(folder).runProblem)
            #expect(problem.contains(name) && problem.contains("shape"))
        }
    }

    @Test(arguments: [
        ("hidden_act", "relu6" as any Sendable, "relu6"), ("head_dim", 7, "head_dim"),
        ("num_attention_heads", 0, "num_attention_heads"),
        ("num_key_value_heads", 3, "num_key_value_heads"), ("hidden_size", "wide", "hidden_size"),
        ("rope_parameters", ["rope_type": "yarn", "factor": "4"], "yarn"),
        ("rms_norm_eps", -1, "rms_norm_eps"),
        ("max_position_embeddings", 0, "max_position_embeddings"),
        ("partial_rotary_factor", 0.5, "partial_rotary_factor"),
    ])
    func impossibleConfigurationNamesTheKey(key: String, value: any Sendable, word: String) throws {
        try ModelFixture.withCopy(configuration: { $0[key] = value }) { folder in
            let problem = try #require(TransformerModel.open(folder).runProblem)
            #expect(problem.contains(word), "\(problem)")
        }
    }

    @Test func namesThatWouldFallTogetherStayApart() {
        let names = ["encoder.layers.0.q.weight", "decoder.layers.0.q.weight", "model.embed.weight"]
        #expect(CanonicalName.unique(for: names) == [names[0], names[1], "embed"])
        #expect(
            CanonicalName.unique(for: ["a.weight", "model.a.weight", "model.a"]) == [
                "a.weight", "model.a.weight", "model.a",
            ])
    }

    /// 20,000 damaged configurations give a description or a sentence, never a trap.
    @Test func damagedConfigurationsAreRefusedInSentences() throws {
        var generator = SeededGenerator(seed: 20_260)
        let texts = FixtureReference.all.filter { $0.folder.path.hasPrefix(RepositoryPaths.root.path) }
            .flatMap { fixture in
                ["config.json", "config.v4.json"].compactMap {
                    try? Data(contentsOf: fixture.folder.appendingPathComponent($0))
                }
            }.map { [UInt8]($0) }
        try #require(texts.count >= 12)
        let values = [
            "null", "true", "-1", "0", "1", "3", "1e400", "-0.5", "9223372036854775807", "65536", "16777216",
            "\"\"",
            "\"\\u202e\"", "[]", "{}", "[1,[2]]", "1e-320",
        ].map { Array($0.utf8) }
        var (accepted, refused) = (0, 0)
        for round in 0..<20_000 {
            var text = texts[round % texts.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                Self.replaceValue(&text, values, &generator)
            }
            do {
                let file = try text.withUnsafeBytes { try ConfigurationFile($0) }
                guard let architecture = ArchitectureCatalogue.architecture(of: file) else { continue }
                let configuration = Configuration(file, keys: architecture.keys)
                // A damaged count may ask for millions of layers: what makes them is tested with few.
                guard try Self.isSmall(configuration) else { continue }
                try Self.check(try architecture.describe(configuration))
                accepted += 1
            } catch {
                #expect("\(error)".count > 20)
                refused += 1
            }
        }
        #expect(accepted > 1000 && refused > 1000)
    }

    private static func isSmall(_ configuration: Configuration) throws -> Bool {
        let counts = [try configuration.integer(.blockCount), try configuration.integer(.expertCount)]
        return counts.allSatisfy { ($0 ?? 0) <= 100 }
    }

    private static func check(_ description: TransformerDescription) throws {
        for attention in description.blocks.flatMap(\.branches).compactMap({ $0.mixer as? Attention }) {
            #expect(
                attention.headSize % 2 == 0
                    && attention.headCount % attention.keyValueHeadCount == 0)
        }
        #expect(description.runByteCount(contextLength: description.contextLength) > 0)
        #expect(Set(description.matrices.map(\.path)).count == description.matrices.count)
        #expect(Set(description.parameters.map(\.name)).count == description.parameters.count)
    }

    private static func replaceValue(
        _ text: inout [UInt8], _ values: [[UInt8]], _ generator: inout SeededGenerator
    ) {
        let colons = text.indices.filter { text[$0] == UInt8(ascii: ":") }
        guard let colon = colons.randomElement(using: &generator),
            let value = values.randomElement(using: &generator)
        else { return }
        let end = text[(colon + 1)...].firstIndex { ",}\n".utf8.contains($0) } ?? text.endIndex
        text.replaceSubrange((colon + 1)..<end, with: value)
    }

    @Test func filesOfTheGGUFKindCanBeBrowsed() throws {
        let file = RepositoryPaths.root.appendingPathComponent(
            "Tests/NibbleCheckpointsTests/Fixtures/small.gguf")
        let model = try TransformerModel.open(file)
        #expect(model.architecture == "llama")
        #expect(
            model.layers.map(\.tensorName) == [
                "token_embd.weight", "blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.ffn_up.weight",
                "blk.0.ffn_down.weight",
            ])
        #expect(model.otherTensors.count == 1)
        #expect(try model.source(of: try #require(model.layers.first).id).row(0).count == 64)
        #expect(model.runProblem?.contains("small.gguf") == true, "\(model.runProblem ?? "")")
        #expect(throws: TransformerError.self) {
            try DecoderSession(model: model, weights: WeightSet([:]))
        }
    }
}
