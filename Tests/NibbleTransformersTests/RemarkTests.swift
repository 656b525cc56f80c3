import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// Whatever changes the mathematics and isn't used is named.
@Suite struct RemarkTests {
    private static func remarks(
        configuration: (inout [String: Any]) -> Void = { _ in }, tensor: String? = nil
    ) throws -> [String] {
        try ModelFixture.withCopy(configuration: configuration) { tensors in
            guard let tensor, let first = tensors.first else { return }
            tensors.append(
                (
                    .init(name: tensor, elementType: first.entry.elementType, shape: first.entry.shape),
                    first.bytes
                ))
        } body: {
            try TransformerModel.open($0).remarks
        }
    }

    @Test func nothingIsSaidOfAPlainModel() throws {
        #expect(try Self.remarks().isEmpty)
    }

    @Test(arguments: [
        ("final_logit_softcapping", 30.0 as any Sendable, "final_logit_softcapping"),
        (
            "rope_parameters",
            ["rope_type": "default", "rope_theta": 1e4, "beta_fast": 32] as [String: any Sendable],
            "rope_parameters.beta_fast"
        ),
        ("sliding_window", 8, "sliding_window"),
    ])
    func keysThatAreNotUnderstoodAreNamed(_ key: String, _ value: any Sendable, _ name: String) throws {
        let remarks = try Self.remarks { $0[key] = value }
        #expect(remarks.count == 1 && remarks[0].contains("“\(name)”") && remarks[0].contains("may be wrong"))
    }

    @Test(arguments: ["use_something": false as any Sendable, "attention_dropout": 0.1, "note": ""])
    func keysThatSwitchNothingOnAreNot(_ key: String, _ value: any Sendable) throws {
        #expect(try Self.remarks { $0[key] = value }.isEmpty)
    }

    @Test func tensorsThatAreNotUnderstoodAreNamed() throws {
        let name = "model.layers.0.self_attn.q_norm.weight"
        let remarks = try Self.remarks(tensor: name)
        #expect(remarks.count == 1 && remarks[0].contains("“\(name)”"))
        #expect(try Self.remarks(tensor: "model.layers.0.self_attn.rotary_emb.inv_freq").isEmpty)
        // The head's weights are the embedding's: a copy of them changes nothing.
        #expect(try Self.remarks(tensor: "lm_head.weight").isEmpty)
    }

    @Test func keysOfGGUFFilesAreNamedInTheirWords() throws {
        var model = GGUFModel(isSentencePiece: true)
        model.set("llama.attention.scale", GGUFModel.value(0.25 as Float))
        model.set("llama.attention.value_length", GGUFBuilder.value(4))
        try GGUFModel.withFile(model.file.bytes) { url in
            let model = try TransformerModel.open(url)
            #expect(model.runProblem == nil, "\(model.runProblem ?? "")")
            #expect(model.remarks.count == 1 && model.remarks[0].contains("“llama.attention.scale”"))
        }
    }

    /// GGUF files have biases where they have them: on some projections, from some block on.
    @Test func biasesOfSomeProjectionsAreUsed() throws {
        var model = GGUFModel(isSentencePiece: true)
        model.file.add("blk.0.attn_k.bias", [4], type: 0, byteCount: 16)
        model.file.add("blk.0.ffn_down.bias", [8], type: 0, byteCount: 32)
        try GGUFModel.withFile(model.file.bytes) { url in
            let model = try TransformerModel.open(url)
            #expect(model.runProblem == nil && model.remarks.isEmpty, "\(model.remarks)")
            let names = Set(model.parameters.keys.filter { $0.hasSuffix(".bias") })
            #expect(names == ["layers.0.attn.k_proj.bias", "layers.0.mlp.down_proj.bias"])
        }
    }

    /// Where `rope_scaling` stands beside `rope_parameters`, it acts.
    @Test func olderScalingGoesBeforeNewerParameters() throws {
        try ModelFixture.withCopy(configuration: {
            $0["rope_scaling"] = ["rope_type": "linear", "factor": 4.0]
            $0["rope_parameters"] = ["rope_type": "default", "rope_theta": 5000.0]
        }) { folder in
            let description = try #require(try TransformerModel.open(folder).description)
            let attention = description.blocks[0].branches[0].mixer as? Attention
            #expect(attention?.rotary?.scaling == .linear(factor: 4))
            #expect(attention?.rotary?.theta == 5000)
        }
    }

    /// A window on every layer is run, one on some is refused, one that isn't switched on changes nothing.
    @Test(
        arguments: [
            (true, ["sliding_attention", "sliding_attention"], 28, 8), (true, nil, 0, 8), (true, nil, nil, 0),
            (false, ["sliding_attention", "full_attention"], 0, 0),
            (true, ["full_attention", "sliding_attention"], 0, nil), (true, nil, 1, nil),
        ] as [(Bool, [String]?, Int?, Int?)])
    func windowsOfQwenAreOnAllLayersOrNone(
        _ isUsed: Bool, _ types: [String]?, _ first: Int?, _ window: Int?
    ) throws {
        try CheckpointCopy.with(
            of: ModelFixture.folder("qwen2"),
            configuration: {
                $0["use_sliding_window"] = isUsed
                $0["sliding_window"] = 8
                $0["layer_types"] = types
                $0["max_window_layers"] = first
            }
        ) { folder in
            let model = try TransformerModel.open(folder)
            let attention = model.description?.blocks[0].branches[0].mixer as? Attention
            guard let window else {
                #expect(attention == nil && model.networkProblem?.contains("some layers only") == true)
                return
            }
            #expect(attention?.mask == (window == 0 ? .causal : .window(window)))
        }
    }

    @Test func modelsOfATypeAloneAreKnown() throws {
        try ModelFixture.withCopy(configuration: { $0["architectures"] = nil }) { folder in
            let model = try TransformerModel.open(folder)
            #expect(model.description != nil)
        }
    }

    @Test(arguments: [("bert", "text encoder"), ("vit-cls", "image classifier")])
    func encodersSayThatTheyContinueNoText(_ name: String, _ words: String) throws {
        let model = try TransformerModel.open(ModelFixture.folder(name))
        #expect(model.networkProblem == nil)
        #expect(try #require(model.runProblem).contains(words))
        let weights = try ModelFixture.storedWeights(of: model)
        #expect(throws: TransformerError.self) { try DecoderSession(model: model, weights: weights) }
    }

    @Test func encodersRefuseWhatTheyCannotRead() throws {
        let bert = try TransformerModel.open(ModelFixture.folder("bert"))
        let session = try EncoderSession(model: bert, weights: ModelFixture.storedWeights(of: bert))
        #expect(throws: TransformerError.promptTooLong(tokens: 129, contextLength: 128)) {
            try session.run([Int](repeating: 1, count: 129))
        }
        #expect(throws: TransformerError.unknownToken(256, vocabularySize: 256)) { try session.run([256]) }
        #expect(throws: TransformerError.self) { try session.run([1, 2], types: [0, 2]) }
        let vit = try TransformerModel.open(ModelFixture.folder("vit-cls"))
        let image = try ImageSession(model: vit, weights: ModelFixture.storedWeights(of: vit))
        #expect(throws: TransformerError.self) { try image.run([1, 2, 3]) }
    }
}
