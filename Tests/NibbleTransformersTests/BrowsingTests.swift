import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

@testable import NibbleTransformers

/// What cannot run can be browsed, and says truly why; what others run, runs.
@Suite struct BrowsingTests {
    /// The problem of a copy of a model that had other files than its own.
    private static func opened(
        configuration: (inout [String: Any]) -> Void = { _ in }, files: [String: String?] = [:],
        tensors: (inout [CheckpointCopy.StoredTensor]) -> Void = { _ in }
    ) throws -> TransformerModel {
        try ModelFixture.withCopy(configuration: configuration, tensors: tensors) { folder in
            for (name, text) in files {
                let url = folder.appendingPathComponent(name)
                if let text {
                    try Data(text.utf8).write(to: url)
                } else {
                    try FileManager.default.removeItem(at: url)
                }
            }
            return try TransformerModel.open(folder)
        }
    }

    @Test func aBrokenConfigurationLeavesTheWeights() throws {
        let model = try Self.opened(files: ["config.json": "{\"a\": // x\n 1}"])
        #expect(!model.layers.isEmpty && model.description == nil)
        let problem = try #require(model.runProblem)
        #expect(
            problem.contains("a comment, which JSON does not have")
                && problem.hasSuffix("browsed all the same."))
    }

    @Test func pythonsNumbersBarNothing() throws {
        let whole = try Self.opened()
        let text = try #require(
            try String(
                contentsOf: ModelFixture.folder("llama-tied").appendingPathComponent("config.json"),
                encoding: .utf8)
        )
        let odd =
            "\u{FEFF}" + text.trimmingCharacters(in: .whitespacesAndNewlines).dropLast()
            + ", \"unused\": [], \"note\": NaN}"
        let model = try Self.opened(files: [
            "config.json": odd, "generation_config.json": #"{"temperature": NaN}"#,
        ])
        #expect(model.networkProblem == nil && model.layers.count == whole.layers.count)
        #expect(model.remarks.count == 1 && model.remarks[0].contains("“note”"))
    }

    @Test func weightsAloneSayThatTheConfigurationIsMissing() throws {
        let model = try Self.opened(files: ["config.json": nil])
        #expect(model.runProblem?.hasPrefix("There is no config.json beside the weights") == true)
        #expect(!model.layers.isEmpty)
    }

    @Test func anAdapterIsSaidToBeOne() throws {
        func lora(_ tensors: inout [CheckpointCopy.StoredTensor]) {
            tensors = ["lora_A", "lora_B"].map { name in
                let entry = TensorEntry(
                    name: "base_model.model.model.layers.0.self_attn.q_proj.\(name).weight",
                    elementType: .f32,
                    shape: [8, 8])
                return (entry: entry, bytes: [UInt8](repeating: 0, count: 256))
            }
        }
        let adapter = try Self.opened(
            files: ["config.json": nil, "adapter_config.json": #"{"base_model_name_or_path": "some/base"}"#],
            tensors: lora)
        #expect(
            adapter.runProblem?.hasPrefix("This is an adapter (LoRA) of some/base, not a whole model") == true
        )
        #expect(adapter.layers.count == 2)
        #expect(
            try Self.opened(tensors: lora).runProblem?.hasPrefix("This is an adapter (LoRA), not") == true)
    }

    @Test(arguments: [
        ("adapter", "an adapter (LoRA)"), ("imatrix", "an importance matrix"), ("mmproj", "mmproj"),
    ])
    func otherKindsOfGGUFFilesAreNamed(type: String, words: String) throws {
        var file = GGUFModel(isSentencePiece: true)
        file.set("general.type", GGUFBuilder.value(type))
        try GGUFModel.withFile(file.file.bytes) { url in
            let model = try TransformerModel.open(url)
            #expect(model.runProblem?.contains(words) == true, "\(model.runProblem ?? "")")
            #expect(!model.layers.isEmpty)
        }
    }

    @Test func quantizedWeightsAreSaidToBe() throws {
        let model = try Self.opened(
            configuration: {
                $0["quantization_config"] = ["quant_method": "gptq", "bits": 4, "group_size": 32]
            },
            tensors: { tensors in
                let name = "model.layers.0.mlp.up_proj.weight"
                guard let place = tensors.firstIndex(where: { $0.entry.name == name }) else { return }
                let shape = tensors[place].entry.shape
                tensors.remove(at: place)
                let (rows, columns) = (shape[0], shape[1])
                let parts: [(String, ElementType, [Int])] = [
                    ("qweight", .i32, [columns / 8, rows]), ("qzeros", .i32, [columns / 32, rows / 8]),
                    ("scales", .f32, [columns / 32, rows]), ("g_idx", .i32, [columns]),
                ]
                for (ending, type, shape) in parts {
                    let entry = TensorEntry(
                        name: "model.layers.0.mlp.up_proj.\(ending)", elementType: type, shape: shape)
                    tensors.append(
                        (entry: entry, bytes: [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))))
                }
            })
        let whole = try Self.opened()
        #expect(
            model.runProblem
                == "The weights are already quantized: GPTQ, 4 bits, groups of 32; nibble can browse them, but not run "
                + "them yet.")
        #expect(model.parameterCount == whole.parameterCount)
        #expect(!model.layers.contains { $0.id.name.contains("scales") } && !model.layers.isEmpty)
    }

    /// bitsandbytes quantizes plain weights while it loads: nibble runs them as they are, and says so.
    @Test func aConfigurationThatAsksForQuantizationOfPlainWeightsIsARemark() throws {
        let model = try Self.opened(configuration: { $0["quantization_config"] = ["load_in_4bit": true] })
        #expect(model.networkProblem == nil)
        #expect(
            model.remarks.count == 1 && model.remarks[0].contains("bitsandbytes, 4 bits"), "\(model.remarks)")
    }

    /// transformers counts biases that a file lacks as zeros; so does llama.cpp.
    @Test func biasesThatAreMissingCountAsZeros() throws {
        let original = ModelFixture.folder("llama-headdim-bias")
        let (logits, remarks) = try Self.run(original) { tensors in
            for index in tensors.indices where tensors[index].entry.name.hasSuffix("o_proj.bias") {
                tensors[index].bytes = [UInt8](repeating: 0, count: tensors[index].bytes.count)
            }
        }
        let (without, said) = try Self.run(original) {
            $0.removeAll { $0.entry.name.hasSuffix("o_proj.bias") }
        }
        #expect(logits == without && !logits.isEmpty && remarks.isEmpty)
        #expect(
            said.count == 1 && said[0].contains("o_proj.bias") && said[0].contains("count as zeros"),
            "\(said)")
        let (all, _) = try Self.run(original) { _ in }
        #expect(all != logits)
        // From block 1 on only.
        let (late, _) = try Self.run(original) { tensors in
            tensors.removeAll { $0.entry.name.hasSuffix(".bias") && $0.entry.name.contains(".0.") }
        }
        let (zeros, _) = try Self.run(original) { tensors in
            for index in tensors.indices
            where tensors[index].entry.name.hasSuffix(".bias") && tensors[index].entry.name.contains(".0.") {
                tensors[index].bytes = [UInt8](repeating: 0, count: tensors[index].bytes.count)
            }
        }
        #expect(late == zeros && late != all)
    }

    private static func run(
        _ original: URL, _ change: (inout [CheckpointCopy.StoredTensor]) -> Void
    ) throws -> (logits: [Float], remarks: [String]) {
        try CheckpointCopy.with(of: original, tensors: change) { folder in
            let model = try TransformerModel.open(folder)
            let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
            return (Array(try session.append([1, 2, 3])), model.remarks)
        }
    }

    /// Files of a bare model have no “model.” before their names; `architectures` may be null where the type says enough.
    @Test func namesWithoutAPrefixAndClassesThatAreNullRun() throws {
        let original = ModelFixture.folder("llama-headdim-bias")
        func run(
            _ configuration: (inout [String: Any]) -> Void,
            _ tensors: (inout [CheckpointCopy.StoredTensor]) -> Void
        ) throws -> [Float] {
            try CheckpointCopy.with(of: original, configuration: configuration, tensors: tensors) { folder in
                let model = try TransformerModel.open(folder)
                #expect(model.networkProblem == nil && model.remarks.isEmpty, "\(model.networkProblem ?? "")")
                let session = try DecoderSession(model: model, weights: ModelFixture.storedWeights(of: model))
                return Array(try session.append([1, 2, 3]))
            }
        }
        let logits = try run({ _ in }, { _ in })
        let bare = try run({ $0["architectures"] = NSNull() }) { tensors in
            tensors = tensors.map { tensor in
                let entry = TensorEntry(
                    name: tensor.entry.name.replacing("model.", with: "", maxReplacements: 1),
                    elementType: tensor.entry.elementType, shape: tensor.entry.shape)
                return (entry: entry, bytes: tensor.bytes)
            }
        }
        #expect(bare == logits && !logits.isEmpty)
    }

    @Test func aPartOfAModelCannotRun() throws {
        try ModelFixture.withCopy { folder in
            let part = folder.appendingPathComponent("model-00001-of-00002.safetensors")
            try FileManager.default.moveItem(at: folder.appendingPathComponent("model.safetensors"), to: part)
            for place in [folder, part] {
                let model = try TransformerModel.open(place)
                #expect(model.runProblem?.contains("missing is model-00002-of-00002.safetensors") == true)
                #expect(!model.layers.isEmpty)
            }
        }
    }

    @Test func aTypeThatCannotBeReadIsARemarkAndNoLayer() throws {
        var file = GGUFModel(isSentencePiece: true)
        let place = try #require(
            file.file.tensors.firstIndex { $0.name == Array("blk.0.ffn_up.weight".utf8) })
        file.file.tensors[place].type = 31
        try GGUFModel.withFile(file.file.bytes) { url in
            let model = try TransformerModel.open(url)
            #expect(model.remarks.count == 1 && model.remarks[0].contains("Q4_0_4_4"), "\(model.remarks)")
            #expect(model.runProblem?.contains("blk.0.ffn_up.weight is stored as Q4_0_4_4") == true)
            #expect(
                !model.layers.isEmpty && !model.layers.contains { $0.tensorName == "blk.0.ffn_up.weight" })
        }
    }

    /// One pad token more than rows: transformers runs it.
    @Test func anAddedTokenWithoutARowIsARemark() throws {
        let size = try #require(try Self.opened().description?.vocabularySize)
        let words = (0..<size).map { "\"w\($0)\":\($0)" }.joined(separator: ",")
        let file =
            #"{"added_tokens":[{"id":\#(size),"content":"<pad>","special":true}],"model":{"type":"BPE","vocab":{\#(words)},"merges":[]}}"#
        let model = try Self.opened(files: ["tokenizer.json": file])
        #expect(model.runProblem == nil, "\(model.runProblem ?? "")")
        #expect(model.remarks.count == 1 && model.remarks[0].contains("“<pad>”"), "\(model.remarks)")
        let plain = #"{"model":{"type":"BPE","vocab":{\#(words),"more":\#(size)},"merges":[]}}"#
        #expect(
            try Self.opened(files: ["tokenizer.json": plain]).runProblem?.contains("only \(size)") == true)
    }

    @Test func namesAreThoseOfFoldersAndRepositories() throws {
        let folder = ModelFixture.folder("llama-tied")
        for path in [".", "../llama-tied/", "config.json"] {
            let model = try TransformerModel.open(folder.appendingPathComponent(path))
            #expect(model.name == "llama-tied" && model.fileName == "llama-tied", "\(path)")
            #expect(model.directory.lastPathComponent == "llama-tied")
        }
        try TemporaryFolder.with("hub") { hub in
            let snapshot = hub.appendingPathComponent("models--some--model/snapshots/0123abc")
            try FileManager.default.createDirectory(at: snapshot, withIntermediateDirectories: true)
            for file in ["config.json", "model.safetensors"] {
                try FileManager.default.copyItem(
                    at: folder.appendingPathComponent(file), to: snapshot.appendingPathComponent(file))
            }
            let model = try TransformerModel.open(snapshot)
            #expect(model.name == "some/model" && model.fileName == "model")
        }
    }
}
