import NibbleTestSupport
import Testing

@testable import NibbleCheckpoints

/// Seeded, structure-aware damage of GGUF files: nothing traps, every refusal is a sentence, what is accepted fits.
struct GGUFFuzzTests {
    private static let strangeCounts: [UInt64] = [0, 1, 2, 4, 255, 1 << 20, 1 << 32, 1 << 62, 1 << 63, .max]

    /// A right file of a few tensors and values.
    private func draw(_ random: inout SeededGenerator) -> GGUFBuilder {
        var file = GGUFBuilder()
        file.version = Bool.random(using: &random) ? 3 : 2
        for index in 0..<Int.random(in: 0...4, using: &random) {
            let values = [
                GGUFBuilder.value(UInt32(index)), GGUFBuilder.value("text\u{1B}[2J"),
                GGUFBuilder.value(["a", "", "é"]), GGUFBuilder.number(UInt32(7)) + [1],
                GGUFBuilder.number(UInt32(12)) + GGUFBuilder.number(Double.nan.bitPattern),
            ]
            file.pairs.append((Array("llama.key\(index)".utf8), values.randomElement(using: &random) ?? []))
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            file.pairs.append((Array("general.architecture".utf8), GGUFBuilder.value("llama")))
        }
        for index in 0..<Int.random(in: 0...5, using: &random) {
            let kinds: [(type: UInt32, block: Int, bytes: Int)] = [
                (0, 1, 4), (1, 1, 2), (30, 1, 2), (24, 1, 1), (2, 32, 18), (8, 32, 34), (14, 256, 210),
            ]
            guard let kind = kinds.randomElement(using: &random) else { continue }
            let blocks = Int.random(in: 0...3, using: &random)
            let rows = Int.random(in: 1...3, using: &random)
            file.add(
                "blk.\(index)\u{202E}", [UInt64(blocks * kind.block), UInt64(rows)], type: kind.type,
                byteCount: blocks * rows * kind.bytes)
        }
        return file
    }

    private func damage(_ file: inout GGUFBuilder, _ random: inout SeededGenerator) {
        let strange = Self.strangeCounts.randomElement(using: &random) ?? 0
        let tensor = file.tensors.indices.randomElement(using: &random)
        let pair = file.pairs.indices.randomElement(using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: file.tensorCount = strange
        case 1: file.pairCount = strange
        case 2: if let tensor { file.tensors[tensor].offset = strange }
        case 3: if let tensor { file.tensors[tensor].lengths[0] = strange }
        case 4: if let tensor { file.tensors[tensor].type = UInt32.random(in: 0...45, using: &random) }
        case 5: if let tensor { file.tensors.append(file.tensors[tensor]) }
        case 6: if let tensor { file.tensors[tensor].lengths += [strange, 1, 1] }
        case 7: if let tensor { file.tensors[tensor].name = [0xFF] }
        case 8: if let pair { file.pairs[pair].value[0] = UInt8.random(in: 0...14, using: &random) }
        case 9: if let pair { file.pairs.append(file.pairs[pair]) }
        case 10:
            file.pairs.append(
                (Array("general.alignment".utf8), GGUFBuilder.value(UInt32(truncatingIfNeeded: strange))))
        default: file.dataCount = max(0, file.dataCount + Int.random(in: -40...40, using: &random))
        }
    }

    private func damage(bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 8))
        default: bytes.removeSubrange(place...)
        }
    }

    @Test func nothingTraps() {
        let total = 20_000
        var random = SeededGenerator(seed: 5)
        var accepted = 0
        var pastTheCounts = 0
        var problems: Set<String> = []
        for number in 0..<total {
            var file = draw(&random)
            if number % 8 != 0 { damage(&file, &random) }
            var bytes = file.bytes
            if number % 4 == 1 { damage(bytes: &bytes, &random) }
            bytes.withUnsafeBytes { bytes in
                do throws(GGUFProblem) {
                    check(try GGUFHeader(bytes), fileCount: bytes.count)
                    accepted += 1
                    pastTheCounts += 1
                } catch {
                    problems.insert(String("\(error)".prefix { $0 != "(" }))
                    let sentence = CheckpointError.gguf(file: "fuzz", error).description
                    if !sentence.hasSuffix(".") || sentence.printable != sentence {
                        Issue.record("\(sentence.printable)")
                    }
                    switch error {
                    case .notGGUF, .version, .bigEndian, .count(what: "tensors", _, _),
                        .count(what: "metadata values", _, _):
                        break
                    default: pastTheCounts += 1
                    }
                }
            }
        }
        #expect(accepted > total / 10)
        #expect(pastTheCounts > total / 2)
        #expect(
            problems.isSuperset(of: [
                "cutShort", "count", "text", "unknownValueType", "duplicateKey", "alignment", "dimensions",
                "duplicateTensor", "shapeOverflow", "partialBlock", "offset", "beyondFile",
            ]))
    }

    /// Tensors lie one behind the other inside the file, each as long as shape and type say.
    private func check(_ header: GGUFHeader, fileCount: Int) {
        var end = 0
        for tensor in header.tensors {
            let needed = TensorDescription.byteCount(
                of: tensor.elementType, elementCount: tensor.elementCount)
            let fits = !tensor.elementType.isReadable || tensor.byteRange.count == needed
            if tensor.byteRange.lowerBound < end || !fits {
                Issue.record("\(tensor.name.printable) at \(tensor.byteRange) after \(end)")
            }
            end = tensor.byteRange.upperBound
        }
        if end > fileCount { Issue.record("\(end) of \(fileCount) bytes") }
    }
}
