import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// GGUF files: one that the `gguf` package wrote, and every way in which one can be wrong.
struct GGUFTests {
    private struct Expected: Decodable {
        let shape: [Int]
        let type: String
        let bytes: Int
        let sum: Int
        let floats: [Float]
    }

    private static let folder = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleCheckpointsTests/Fixtures")

    @Test func aFileOfTheReferencePackageIsRead() throws {
        let checkpoint = try Checkpoint.open(Self.folder.appendingPathComponent("small.gguf"))
        let expected = try JSONDecoder().decode(
            [String: Expected].self,
            from: Data(contentsOf: Self.folder.appendingPathComponent("small.json")))
        #expect(checkpoint.kind == "GGUF" && checkpoint.warnings.isEmpty)
        #expect(Set(checkpoint.tensors.keys) == Set(expected.keys) && expected.count == 6)
        for (name, facts) in expected {
            let tensor = try checkpoint.tensor(named: name)
            #expect(tensor.description.shape == facts.shape)
            #expect(tensor.description.elementType.safetensorsName == facts.type)
            #expect(tensor.bytes.count == facts.bytes)
            #expect(tensor.bytes.reduce(0) { $0 + Int($1) } == facts.sum)
            if tensor.description.elementType.isUsable {
                #expect(Array(try tensor.floats().prefix(4)) == facts.floats)
            } else {
                #expect(throws: CheckpointError.self) { try tensor.floats() }
            }
        }
        #expect(checkpoint.parameterCount == 5 * 64 + 3 * 64 + 2 * 64 + 7 + 3 * 64 + 2 * 256)
    }

    @Test func metadataIsReadAsItStands() throws {
        let checkpoint = try Checkpoint.open(Self.folder.appendingPathComponent("small.gguf"))
        let configuration = try #require(checkpoint.configuration)
        #expect(configuration.modelType == "llama")
        #expect(checkpoint.metadata["general.name"] == "small – é")
        #expect(checkpoint.metadata["test.negative"] == "-5")
        #expect(checkpoint.metadata["test.large"] == "9223372036854775809")
        #expect(checkpoint.metadata["test.double"] == "0.1")
        #expect(checkpoint.metadata["tokenizer.ggml.add_bos_token"] == "true")
        #expect(checkpoint.metadata["tokenizer.ggml.tokens"] == "a list of 5")
    }

    private func problem(_ change: (inout GGUFBuilder) -> Void) -> GGUFProblem? {
        var file = GGUFBuilder.small
        change(&file)
        return problem(of: file.bytes)
    }

    private func problem(of bytes: [UInt8]) -> GGUFProblem? {
        bytes.withUnsafeBytes { bytes -> GGUFProblem? in
            do throws(GGUFProblem) {
                _ = try GGUFHeader(bytes)
                return nil
            } catch { return error }
        }
    }

    @Test func startsAreChecked() {
        #expect(problem { _ in } == nil)
        #expect(problem { $0.magic = Array("GGML".utf8) } == .notGGUF)
        #expect(problem { $0.version = 1 } == .version(1))
        #expect(problem { $0.version = UInt32(3).byteSwapped } == .bigEndian)
        #expect(problem { $0.version = 2 } == nil)
        let start = Array(GGUFBuilder.small.bytes.prefix(10))
        #expect(problem(of: start) == .cutShort(what: "the number of tensors", offset: 8))
    }

    @Test func countsThatLieCostNothing() throws {
        let many = problem { $0.tensorCount = 1 << 60 }
        guard case .count("tensors", 1 << 60, _) = many else {
            Issue.record("\(String(describing: many))")
            return
        }
        #expect(problem { $0.pairCount = .max } != nil)
        #expect(problem { $0.pairCount = 4 } != nil)
        let list = GGUFBuilder.number(UInt32(9)) + GGUFBuilder.number(UInt32(0))
        #expect(problem { $0.pairs[2].value = list + GGUFBuilder.number(UInt64.max) } != nil)
        let long = GGUFBuilder.number(UInt64(9 << 20)) + [UInt8](repeating: 0, count: 9 << 20)
        #expect(
            problem { $0.pairs[2].value = list + long }
                == .listsTooLong(key: "tokenizer.ggml.tokens", limit: 1 << 23))
    }

    @Test func valuesAreChecked() {
        let number = { (type: UInt32) in GGUFBuilder.number(type) }
        #expect(
            problem { $0.pairs[1].value = number(13) }
                == .unknownValueType(key: "llama.block_count", type: 13))
        #expect(
            problem { $0.pairs[1].value = number(7) + [2] }
                == .truthValue(key: "llama.block_count", value: 2))
        let nested = (0..<5).flatMap { _ in number(9) + GGUFBuilder.number(UInt64(1)) }
        #expect(
            problem { $0.pairs[1].value = number(9) + nested } == .nestedTooDeep(key: "llama.block_count"))
        #expect(problem { $0.pairs[1].key = $0.pairs[0].key } == .duplicateKey("general.architecture"))
        let text = problem { $0.pairs[0].value = number(8) + GGUFBuilder.text([0xC3, 0x28]) }
        #expect(text == .text(what: "the value of “general.architecture”", offset: 64))
        for alignment in [UInt32(0), 4, 48] {
            let key = Array("general.alignment".utf8)
            #expect(
                problem { $0.pairs.append((key, GGUFBuilder.value(alignment))) } == .alignment("\(alignment)")
            )
        }
    }

    @Test func tensorsAreChecked() {
        #expect(problem { $0.tensors[1].name = $0.tensors[0].name } == .duplicateTensor("a"))
        #expect(
            problem { $0.tensors[1].lengths = [1, 1, 1, 1, 1] } == .dimensions(tensor: "b", count: 5))
        #expect(
            problem { $0.tensors[1].lengths = [1 << 40, 1 << 40] }
                == .shapeOverflow(tensor: "b", shape: [1 << 40, 1 << 40]))
        #expect(
            problem { $0.tensors[1].lengths = [.max] } == .shapeOverflow(tensor: "b", shape: [.max]))
        #expect(
            problem { $0.tensors[0].lengths = [48, 2] }
                == .partialBlock(tensor: "a", rowLength: 48, type: "Q8_0", block: 32))
        #expect(problem { $0.tensors[1].offset += 32 } == .offset(tensor: "b", found: 192, expected: 160))
        #expect(problem { $0.tensors[1].offset = 0 } == .offset(tensor: "b", found: 0, expected: 160))
        let start = GGUFBuilder.small.bytes.count - 336
        #expect(
            problem { $0.dataCount -= 1 }
                == .beyondFile(tensor: "c", end: start + 336, fileCount: start + 335))
        let huge = problem { $0.tensors[2].lengths = [1 << 53, 32] }
        guard case .beyondFile("c", _, _) = huge else {
            Issue.record("\(String(describing: huge))")
            return
        }
    }

    @Test func bytesBehindTheLastTensorAreMentioned() throws {
        var file = GGUFBuilder.small
        file.dataCount += 100
        try Fixture.withFolder(["m.gguf": file.bytes]) { folder in
            let warnings = try Checkpoint.open(folder).warnings
            #expect(warnings.count == 1)
            #expect(warnings.last?.contains("84 bytes behind its last tensor") == true)
        }
    }
}
