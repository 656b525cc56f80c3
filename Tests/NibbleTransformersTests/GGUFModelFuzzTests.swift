import Foundation
import NibbleTestSupport
import NibbleTokenizers
import Testing

@testable import NibbleCheckpoints
@testable import NibbleTransformers

/// Seeded damage of GGUF models, from metadata to configuration and tokenizer and, for some, to a run: a sentence or a
/// model that never traps.
@Suite struct GGUFModelFuzzTests {
    /// A value of any type, most of them wrong where they come to stand.
    private static func strangeValue(_ random: inout SeededGenerator) -> [UInt8] {
        let number = { (type: UInt32) in GGUFBuilder.number(type) }
        let count = [0, 1, 3, 15, 16, 17].randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return GGUFBuilder.value("")
        case 1:
            return GGUFBuilder.value(
                ["linear", "llama", "gpt2", "\u{1B}[2J", "none"].randomElement(using: &random)!)
        case 2:
            return GGUFBuilder.value([0, 1, 2, 3, 4, 8, 64, 1 << 31, .max].randomElement(using: &random)!)
        case 3: return GGUFModel.value([Int32(-1), 1, 5, .min].randomElement(using: &random)!)
        case 4: return number(10) + GGUFBuilder.number(UInt64.max)
        case 5: return number(11) + GGUFBuilder.number(Int64.min)
        case 6:
            return GGUFModel.value([Float.nan, .infinity, -1, 0, 0.5, 1e30].randomElement(using: &random)!)
        case 7: return number(12) + GGUFBuilder.number(Double.leastNonzeroMagnitude.bitPattern)
        case 8: return GGUFModel.value(Bool.random(using: &random))
        case 9:
            return GGUFBuilder.value(
                (0..<count).map { ["", "a", " ", "a b", "▁", "é\u{0}", "<0x41>"][$0 % 7] })
        case 10:
            return GGUFModel.value((0..<count).map { _ in Float(bitPattern: UInt32(random.next() >> 32)) })
        case 11:
            return GGUFModel.value((0..<count).map { _ in Int32(truncatingIfNeeded: random.next() >> 40) })
        case 12:
            return GGUFModel.value([Int32](repeating: Int32.random(in: -1...7, using: &random), count: count))
        default:
            return number(9) + number(9) + GGUFBuilder.number(UInt64(1)) + number(0)
                + GGUFBuilder.number(UInt64(0))
        }
    }

    private static let absentKeys = [
        "llama.rope.scaling.type", "llama.rope.scaling.factor", "llama.rope.scale_linear",
        "llama.expert_count",
        "llama.attention.key_length", "general.alignment", "tokenizer.ggml.eot_token_id",
        "tokenizer.ggml.unknown_token_id", "tokenizer.ggml.add_space_prefix", "tokenizer.ggml.add_eos_token",
        "tokenizer.chat_template",
    ]

    private static func damage(_ model: inout GGUFModel, _ random: inout SeededGenerator) {
        let key = model.file.pairs.randomElement(using: &random).map {
            String(decoding: $0.key, as: UTF8.self)
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: if let key { model.set(key, nil) }
        case 1: model.set(absentKeys.randomElement(using: &random)!, strangeValue(&random))
        case 2:
            if let place = model.file.tensors.indices.randomElement(using: &random) {
                model.file.tensors[place].name = Array("blk.\(place).attn_q.bias".utf8)
            }
        case 3:
            if let place = model.file.tensors.indices.randomElement(using: &random) {
                model.file.tensors[place].lengths.swapAt(0, model.file.tensors[place].lengths.count - 1)
            }
        default: if let key { model.set(key, strangeValue(&random)) }
        }
    }

    private struct Tally {
        var (opened, configured, tokenized, refused, run) = (0, 0, 0, 0, 0)

        mutating func refuse(_ sentence: String) {
            refused += 1
            if !sentence.hasSuffix(".") || sentence.printable != sentence {
                Issue.record("\(sentence.printable)")
            }
        }
    }

    @Test func nothingTraps() throws {
        var random = SeededGenerator(seed: 17)
        var tally = Tally()
        let total = 20_000
        for number in 0..<total {
            var model = GGUFModel(isSentencePiece: number % 2 == 0)
            for _ in 0..<Int.random(in: 0...2, using: &random) { Self.damage(&model, &random) }
            let bytes = model.file.bytes
            bytes.withUnsafeBytes { bytes in
                do throws(GGUFProblem) {
                    Self.read(try GGUFHeader(bytes), &tally)
                } catch { tally.refuse(CheckpointError.gguf(file: "fuzz", error).description) }
            }
            if number % 50 == 0 { try GGUFModel.withFile(bytes) { try Self.run($0, &tally) } }
        }
        #expect(tally.opened > total / 2 && tally.opened < total)
        #expect(tally.configured > total / 4 && tally.tokenized > total / 4)
        #expect(tally.refused > total / 10 && tally.run > total / 500)
    }

    /// From metadata to configuration, and to a tokenizer that takes and gives text.
    private static func read(_ header: GGUFHeader, _ tally: inout Tally) {
        tally.opened += 1
        do {
            if let name = header.metadata["general.architecture"]?.text,
                let architecture = ArchitectureCatalogue.architecture(gguf: name, hasExperts: false)
            {
                let file = GGUFConfiguration.read(
                    header.metadata, architecture: name, file: "fuzz", keys: architecture.keys
                ).file
                let configuration = Configuration(file, keys: architecture.keys, isGGUF: true)
                let description = try architecture.describe(configuration)
                let attentions = description.blocks.prefix(1).flatMap(\.branches).compactMap {
                    $0.mixer as? Attention
                }
                if !attentions.allSatisfy({ $0.headCount % $0.keyValueHeadCount == 0 }) {
                    Issue.record("\(file)")
                }
                tally.configured += 1
            }
        } catch { tally.refuse("\(error)") }
        do {
            let tokenizer = try Tokenizer(GGUFVocabulary(header.metadata))
            let tokens = tokenizer.encode(" ab\ncé\u{0}1 2<s></s>")
            if !tokens.allSatisfy((0..<tokenizer.vocabularySize).contains) { Issue.record("\(tokens)") }
            _ = tokenizer.decode(tokens)
            tally.tokenized += 1
        } catch { tally.refuse("\(error)") }
    }

    /// From the file to two steps of a session, where the model can run.
    private static func run(_ url: URL, _ tally: inout Tally) throws {
        let model: TransformerModel
        do { model = try TransformerModel.open(url) } catch {
            tally.refuse("\(error)".replacing(url.lastPathComponent, with: "fuzz"))
            return
        }
        if let problem = model.runProblem { return tally.refuse(problem) }
        let session = try DecoderSession(model: model, weights: try ModelFixture.storedWeights(of: model))
        let logits = try session.append(model.tokenizer?.encode("a") ?? [0])
        if logits.count != model.vocabularySize { Issue.record("\(logits.count) logits") }
        tally.run += 1
    }
}
