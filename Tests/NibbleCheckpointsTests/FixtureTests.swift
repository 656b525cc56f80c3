import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

/// Real files as transformers writes them.
struct FixtureTests {
    @Test func singleFile() throws {
        let checkpoint = try Checkpoint.open(Fixture.url("llama-tied"))
        #expect(checkpoint.kind == "safetensors")
        #expect(checkpoint.files.count == 1)
        #expect(checkpoint.metadata == ["format": "pt"])
        #expect(checkpoint.warnings.isEmpty)
        #expect(checkpoint.configuration?.architectures == ["LlamaForCausalLM"])
        #expect(checkpoint.configuration?.modelType == "llama")
        #expect(try checkpoint.configuration?.integer("hidden_size") == 64)
        let embedding = try checkpoint.tensor(named: "model.embed_tokens.weight")
        #expect(embedding.description.shape == [256, 64])
        #expect(embedding.description.elementType == .f16)
        #expect(embedding.bytes.count == 256 * 64 * 2)
        #expect(checkpoint.totalByteCount == checkpoint.parameterCount * 2)
    }

    @Test func shards() throws {
        let checkpoint = try Checkpoint.open(Fixture.url("llama-headdim-bias"))
        #expect(checkpoint.files.count == 3)
        #expect(checkpoint.warnings.isEmpty)
        #expect(checkpoint.totalByteCount == 265_344)
        #expect(checkpoint.parameterCount == 132_672)
        #expect(try checkpoint.tensor(named: "lm_head.weight").description.fileIndex == 2)
        let byIndex = try Checkpoint.open(
            Fixture.url("llama-headdim-bias").appendingPathComponent("model.safetensors.index.json"))
        #expect(byIndex.orderedTensors == checkpoint.orderedTensors)
    }

    @Test func oneFileByItself() throws {
        let checkpoint = try Checkpoint.open(
            Fixture.url("llama-tied").appendingPathComponent("reference.safetensors"))
        let ids = try checkpoint.tensor(named: "in.input_ids")
        #expect(ids.description.elementType == .i64)
        #expect(!ids.description.elementType.isFloatingPoint)
        #expect(checkpoint.configuration?.modelType == "llama")
    }

    @Test(arguments: ["llama-tied", "llama-gqa-llama3rope", "llama-headdim-bias", "llama-linear-rope"])
    func everyWeightIsFinite(name: String) throws {
        let checkpoint = try Checkpoint.open(Fixture.url(name))
        for description in checkpoint.orderedTensors {
            let values = try checkpoint.tensor(named: description.name).floats()
            #expect(values.count == description.elementCount)
            #expect(values.allSatisfy { $0.isFinite })
            #expect(values.contains { $0 != 0 })
        }
    }
}
