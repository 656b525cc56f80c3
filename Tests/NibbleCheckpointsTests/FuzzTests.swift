import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// Seeded, structure-aware damage: nothing crashes, every refusal is a sentence, and what is accepted is consistent.
struct FuzzTests {
    /// What became of the inputs.
    private struct Tally {
        var accepted = 0
        var beyondTheLength = 0
        var problems: Set<String> = []

        mutating func count(_ problem: SafetensorsProblem) {
            switch problem {
            case .tooShort, .headerBeyondFile, .headerTooLong: break
            default: beyondTheLength += 1
            }
            problems.insert(String("\(problem)".prefix { $0 != "(" }))
        }
    }

    @Test func safetensors() throws {
        let total = 20_000
        var mutator = SafetensorsMutator(seed: 1)
        var tally = Tally()
        for _ in 0..<total {
            let file = mutator.next()
            let result = file.withUnsafeBytes { bytes in
                Result { () throws(CheckpointError) in try SafetensorsHeader(bytes, file: "fuzz") }
            }
            switch result {
            case .success(let header):
                tally.accepted += 1
                tally.beyondTheLength += 1
                checkCoverage(header.tensors, file)
            case .failure(.safetensors("fuzz", let problem)):
                tally.count(problem)
                checkSentence(CheckpointError.safetensors(file: "fuzz", problem).description)
            case .failure(let error): Issue.record("\(error)")
            }
        }
        #expect(tally.beyondTheLength > total / 2)
        #expect(tally.accepted > total / 20)
        #expect(
            tally.problems == [
                "tooShort", "headerBeyondFile", "header", "duplicateTensor", "shapeOverflow",
                "sizeMismatch", "reversedRange", "cutShort", "overlap", "hole",
            ])
    }

    /// The tensors of an accepted file cover its data once, and each range fits shape and type.
    private func checkCoverage(_ tensors: [TensorDescription], _ file: [UInt8]) {
        var end = file.count - tensors.reduce(0) { $0 + $1.byteCount }
        for tensor in tensors {
            let bits = tensor.shape.reduce(1, *) * tensor.elementType.bitCount
            let fits = !tensor.elementType.isReadable || tensor.byteRange.count * 8 == bits
            if tensor.byteRange.lowerBound != end || !fits {
                Issue.record("\(tensor) in a file of \(file.count) bytes")
            }
            end = tensor.byteRange.upperBound
        }
        if end != file.count { Issue.record("covered to \(end) of \(file.count)") }
    }

    private func checkSentence(_ sentence: String) {
        if !sentence.hasSuffix(".") || sentence.printable != sentence {
            Issue.record("\(sentence.printable)")
        }
    }

    /// The same through files: opened, mapped, every tensor read.
    @Test func safetensorsOnDisk() throws {
        var mutator = SafetensorsMutator(seed: 2)
        var opened = 0
        try Fixture.withFolder { folder in
            let url = folder.appendingPathComponent("model.safetensors")
            for _ in 0..<1_000 {
                try Data(mutator.next()).write(to: url)
                do throws(CheckpointError) {
                    let checkpoint = try Checkpoint.open(folder)
                    opened += 1
                    for description in checkpoint.orderedTensors where description.elementType.isUsable {
                        let tensor = try checkpoint.tensor(named: description.name)
                        #expect(try tensor.floats().count == description.elementCount)
                    }
                } catch { checkSentence(error.description) }
            }
        }
        #expect(opened > 50)
    }

    @Test func configurations() throws {
        let texts = try ["llama-tied", "llama-gqa-llama3rope"].flatMap { name in
            try ["config.json", "config.v4.json"].map { file in
                Array(try Data(contentsOf: Fixture.url(name).appendingPathComponent(file)))
            }
        }
        let accepted = fuzz(texts, count: 20_000, seed: 3) { (bytes) throws(CheckpointError) in
            let configuration = try ConfigurationFile(bytes)
            _ = try configuration.integer("hidden_size")
            _ = try configuration.number("rope_parameters.factor")
            _ = try configuration.string("hidden_act")
            _ = try configuration.boolean("attention_bias")
        }
        #expect(accepted > 2_000)
    }

    @Test func shardIndices() throws {
        let map = (0..<8).map { "\"layers.\($0).weight\": \"model-0000\($0 % 3).safetensors\"" }
        let index = "{\"metadata\": {\"total_size\": 64}, \"weight_map\": {\(map.joined(separator: ",\n"))}}"
        let accepted = fuzz([Array(index.utf8)], count: 20_000, seed: 4) { (bytes) throws(CheckpointError) in
            let index = try ShardIndex(bytes, file: "index", folder: "/models/m")
            for shard in index.shards where shard.hasPrefix("/") || shard.split(separator: "/").contains("..")
            {
                Issue.record("\(shard) was let through")
            }
        }
        #expect(accepted > 2_000)
    }

    /// Reads `count` damaged copies of `texts` and says how many `read` accepted.
    ///
    /// At least half of them must be damaged so lightly that they still are JSON: the checks behind the parser count.
    private func fuzz(
        _ texts: [[UInt8]], count: Int, seed: UInt64,
        _ read: (UnsafeRawBufferPointer) throws(CheckpointError) -> Void
    ) -> Int {
        var mutator = JSONMutator(seed: seed)
        var accepted = 0
        var parsed = 0
        for number in 0..<count {
            let text = mutator.damaged(texts[number % texts.count])
            text.withUnsafeBytes { bytes in
                do throws(CheckpointError) {
                    try read(bytes)
                    accepted += 1
                    parsed += 1
                } catch {
                    checkSentence(error.description)
                    if !error.description.contains("is not valid JSON") { parsed += 1 }
                }
            }
        }
        #expect(parsed > count / 2)
        return accepted
    }
}
