import Foundation
import NibbleCheckpoints
import NibbleKernels
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleQuantization

/// Models written as GGUF files: the bytes of their tensors, and that the files run as the models do.
@Suite struct GGUFExportTests {
    private static let fixtures = [
        "llama-tied", "llama-gqa-llama3rope", "llama-headdim-bias", "llama-linear-rope", "mixtral", "qwen2",
        "qwen3", "gpt2",
    ]

    private static func sample() throws -> TransformerModel {
        try TransformerModel.open(RepositoryPaths.root.appendingPathComponent("SampleModels/tiny-tales"))
    }

    private static func plan(_ rules: String...) throws -> Plan {
        Plan(rules: try rules.map { try PlanRule(parsing: $0) })
    }

    /// Writes a model under a plan and opens the file.
    private static func export(
        _ model: TransformerModel, _ plan: Plan, in folder: URL, name: String = "model.gguf"
    ) throws -> TransformerModel {
        let url = folder.appendingPathComponent(name)
        try GGUFExport(model, plan: ResolvedPlan(plan, model: model)).write(to: url)
        return try TransformerModel.open(url)
    }

    private static func logits(_ model: TransformerModel, _ tokens: [Int]) throws -> [Float] {
        let weights = try EncodingCache().weightSet(
            for: ResolvedPlan(Plan(), model: model), model: model)
        return try DecoderSession(model: model, weights: weights).append(tokens, allLogits: true)
    }

    private static func greedy(_ model: TransformerModel, _ tokens: [Int], count: Int) throws -> [Int] {
        let weights = try EncodingCache().weightSet(
            for: ResolvedPlan(Plan(), model: model), model: model)
        let session = try DecoderSession(model: model, weights: weights)
        var next = Sampler.largest(try session.append(tokens))
        var written: [Int] = []
        for _ in 0..<count {
            written.append(next)
            next = Sampler.largest(try session.append([next]))
        }
        return written
    }

    /// Rotary pairs of rows in another order, biases, scaled positions, shards: the logits are the same.
    @Test(arguments: fixtures)
    func fileRunsAsTheFolder(name: String) throws {
        try Layers.withFolder { folder in
            let model = try Layers.model(name)
            let file = try Self.export(model, Plan(), in: folder)
            #expect(file.checkpoint.kind == "GGUF" && file.description != nil, "\(file.runProblem ?? "")")
            #expect(file.layers.map(\.id) == model.layers.map(\.id))
            let tokens = [1, 5, 9, 2, 7, 3, 8, 4, 6, 11]
            let (wanted, found) = try (Self.logits(model, tokens), Self.logits(file, tokens))
            let bound = 1e-4 * (wanted.map(\.magnitude).max() ?? 0)
            #expect(zip(wanted, found).allSatisfy { ($0 - $1).magnitude <= bound })
        }
    }

    /// Query, key and value in one tensor, and one matrix of every expert: one type for all, the widest that is asked for.
    @Test func layersOfOneTensorGetOneType() throws {
        let (joined, stacked) = try (Layers.model("gpt2"), Layers.model("mixtral"))
        let plan = try Self.plan(
            ".*=q4_0", "layers.0.attn.v_proj=q8_0", "layers.1.mlp.experts.3.up_proj=q8_0")
        let projections = try #require(
            try GGUFExport(joined, plan: plan).tensors.first { $0.name == "blk.0.attn_qkv.weight" })
        #expect(projections.shape == [192, 64] && projections.type.safetensorsName == "Q8_0")
        #expect(projections.remark?.contains("throughout") == true)
        let experts = try GGUFExport(stacked, plan: plan).tensors.filter { $0.name.contains("ffn_up_exps") }
        #expect(experts.map(\.shape) == [[4, 128, 64], [4, 128, 64]])
        #expect(experts.map(\.type.safetensorsName) == ["Q4_0", "Q8_0"])
        try Layers.withFolder { folder in
            let file = try Self.export(stacked, plan, in: folder)
            #expect(file.remarks.isEmpty && file.layers.map(\.id) == stacked.layers.map(\.id))
            #expect(file.layer(LayerPath("layers.0.mlp.experts.2.gate_proj"))?.storedFormat == "q4_0")
            let again = try Self.export(file, Plan(), in: folder, name: "again.gguf")
            #expect(try Self.logits(again, [1, 2, 3]) == Self.logits(file, [1, 2, 3]))
        }
    }

    /// What a file can't say is said beside it.
    @Test func aWindowThatIsLostIsNamed() throws {
        let remarks = try GGUFExport(Layers.model("mistral-swa"), plan: Plan()).remarks
        #expect(remarks.contains { $0.contains("8 positions") })
        #expect(try !GGUFExport(Layers.model(), plan: Plan()).remarks.contains { $0.contains("positions") })
    }

    @Test func sampleModelTellsTheSame() throws {
        try Layers.withFolder { folder in
            let model = try Self.sample()
            let file = try Self.export(model, Plan(), in: folder)
            #expect(file.runProblem == nil)
            let text = "One day, a little girl named Lily found 12 ducks.\n\nThey were 'happy'!"
            let tokens = try #require(model.tokenizer?.encode(text))
            #expect(file.tokenizer?.encode(text) == tokens)
            #expect(file.tokenizer?.decode(tokens) == text)
            #expect(file.tokenizer?.endOfText == model.tokenizer?.endOfText)
            #expect(try Self.greedy(file, tokens, count: 48) == Self.greedy(model, tokens, count: 48))
        }
    }

    /// Every format that GGUF has: bytes as the kernel library encodes them, run in place.
    @Test(
        arguments: FormatCatalogue.all.filter { $0.family == .gguf && GGUFType.writes($0.name) }.map(\.name))
    func everyFormatIsWrittenAndRunInItsOwnBytes(format: String) throws {
        try Layers.withFolder { folder in
            let model = try Self.sample()
            let file = try Self.export(model, try Self.plan("layers\\.0\\..*=\(format)"), in: folder)
            let cache = EncodingCache()
            for layer in file.layers where layer.block == 0 {
                #expect(layer.storedFormat == format)
                let matrix = try cache.matrix(for: layer, of: file, storage: nil)
                #expect(matrix.isBorrowed)
                let wanted = try PackedMatrix.encode(
                    try model.source(of: layer.id),
                    encoding: try FormatCatalogue.format(named: format).defaultEncoding)
                let turns = layer.role == .attentionQuery || layer.role == .attentionKey
                for row in 0..<layer.shape.rows {
                    let source = turns ? GGUFExport.row(at: row, 64) : row
                    if matrix.packedBytes(row: row) != wanted.packedBytes(row: source) {
                        Issue.record("\(layer.id) row \(row)")
                        break
                    }
                }
            }
            #expect(cache.encodedCount == 0)
            #expect(try Self.logits(file, [1, 2, 3]).allSatisfy(\.isFinite))
        }
    }

    /// A file of a file has the bytes that a file of the model has.
    @Test func fileOfAFileIsTheSame() throws {
        try Layers.withFolder { folder in
            let model = try Self.sample()
            let plan = try Self.plan(".*=q4_k", "layers.0.mlp.down_proj=q8_0")
            let half = try Self.export(model, Plan(), in: folder, name: "half.gguf")
            let direct = try Self.export(model, plan, in: folder, name: "direct.gguf")
            let again = try Self.export(half, plan, in: folder, name: "again.gguf")
            #expect(again.checkpoint.gguf?.values == direct.checkpoint.gguf?.values)
            #expect(again.checkpoint.orderedTensors.map(\.name) == half.checkpoint.orderedTensors.map(\.name))
            for tensor in direct.checkpoint.orderedTensors {
                let (first, second) = try (
                    direct.checkpoint.tensor(named: tensor.name), again.checkpoint.tensor(named: tensor.name)
                )
                #expect(first.description.elementType == second.description.elementType)
                #expect(first.bytes.elementsEqual(second.bytes), "\(tensor.name)")
            }
        }
    }

    /// Rows that a type's blocks don't fill get the type that llama-quantize takes.
    @Test func typesThatDoNotFitAreReplaced() throws {
        try Layers.withFolder { folder in
            let model = try Layers.model()
            let export = try GGUFExport(
                model, plan: ResolvedPlan(try Self.plan(".*=q4_k"), model: model))
            let columns = Set(model.layers.map(\.shape.columns))
            #expect(columns.allSatisfy { $0 % 256 != 0 && $0 % 32 == 0 })
            let matrices = export.tensors.filter { $0.shape.count == 2 }
            #expect(matrices.allSatisfy { $0.type.safetensorsName == "Q5_0" })
            #expect(matrices.allSatisfy { $0.remark?.contains("instead of Q4_K") == true })
            #expect(export.tensors.filter { $0.shape.count == 1 }.allSatisfy { $0.type == .f32 })
            #expect(export.remarks.first?.contains("no tokenizer") == true)
            let file = try Self.export(model, try Self.plan(".*=q4_k"), in: folder)
            #expect(file.layers.allSatisfy { $0.storedFormat == "q5_0" })
            #expect(GGUFType.fitting(.f16, columns: 7) == .f16)
        }
    }

    /// Values of stored blocks are what a plan encodes again; the same format is no change.
    @Test func plansStartFromTheValuesOfBlocks() throws {
        try Layers.withFolder { folder in
            let file = try Self.export(try Self.sample(), try Self.plan(".*=q4_k"), in: folder)
            let layer = try #require(file.layers.first)
            let cache = EncodingCache()
            let original = try cache.matrix(for: layer, of: file, storage: nil)
            let same = try cache.matrix(
                for: layer, of: file, storage: StorageEncoding(format: "q4_k", granularity: .fixed))
            #expect(same.isBorrowed && cache.encodedCount == 0)
            let values = try file.source(of: layer.id)
            #expect(values.row(3) == original.decode(row: 3))
            #expect(try file.source(of: layer.id, rows: 3..<5).row(0) == original.decode(row: 3))
            let other = try cache.matrix(
                for: layer, of: file, storage: StorageEncoding(format: "q8_0", granularity: .fixed))
            let wanted = try PackedMatrix.encode(values, encoding: other.encoding)
            #expect(other.packedBytes() == wanted.packedBytes() && !other.isBorrowed)
        }
    }

    @Test func formatsThatGGUFLacksAreRefused() throws {
        let model = try Layers.model()
        let error = #expect(throws: ExportError.self) {
            _ = try GGUFExport(model, plan: ResolvedPlan(try Self.plan(".*=int4"), model: model))
        }
        #expect(
            error?.description.hasPrefix("GGUF files have no type for int4. They can hold f32, f16") == true)
    }

    @Test func modelsOfUnknownKindAreRefused() throws {
        try Layers.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            let entry = TensorEntry(name: "a.weight", elementType: .f32, shape: [2, 2])
            try SafetensorsWriter.write([(entry, [UInt8](repeating: 0, count: 16))], to: url)
            let model = try TransformerModel.open(url)
            #expect(throws: ExportError.self) {
                _ = try GGUFExport(model, plan: ResolvedPlan(Plan(), model: model))
            }
        }
    }

    /// What a plan says of a layer before a file is made is what the file gets.
    @Test func targetsAreTheTypesOfTheFile() throws {
        for (model, text) in [
            (try Self.sample(), "q4_k"), (try Layers.model(), "q6_k"), (try Layers.model(), "f16"),
        ] {
            let plan = ResolvedPlan(try Self.plan(".*=\(text)", "lm_head=original"), model: model)
            let export = try GGUFExport(model, plan: plan)
            let types = Dictionary(export.tensors.map { ($0.remark ?? $0.name, $0.type) }) { first, _ in first
            }
            for layer in model.layers {
                let target = try #require(try plan.ggufTarget(of: layer.id, in: model))
                let name = try #require(model.kind?.naming.gguf).place(of: layer.id.name).name + ".weight"
                #expect(types[target.remark ?? name] == target.type)
                #expect(target.type.storedFormat?.name == target.storage.format)
            }
            #expect(try plan.ggufTarget(of: LayerPath("nowhere"), in: model) == nil)
        }
        let model = try Layers.model()
        let plan = ResolvedPlan(try Self.plan(".*=int4"), model: model)
        #expect(throws: ExportError.self) { try plan.ggufTarget(of: model.layers[0].id, in: model) }
    }

    @Test func givingUpLeavesNothing() throws {
        try Layers.withFolder { folder throws in
            let cancellation = Cancellation()
            cancellation.cancel()
            let sample = try Self.sample()
            let export = try GGUFExport(
                sample, plan: ResolvedPlan(try Self.plan(".*=q8_0"), model: sample))
            #expect(throws: KernelError.self) {
                try export.write(
                    to: folder.appendingPathComponent("model.gguf"), cancellation: cancellation)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left == [])
        }
    }
}
