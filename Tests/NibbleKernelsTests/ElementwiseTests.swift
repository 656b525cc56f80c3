import CNibbleKernels
import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// The best loops between products against the portable ones, and attention against its definition.
@Suite struct ElementwiseTests {
    private let tables = [InnerLoops.elementwise.pointee, InnerLoops.portableElementwise.pointee]

    @Test func everyTableGivesTheSameBits() {
        for count in Array(0...20) + [63, 64, 65] {
            var x = Samples.normal(2 * count, seed: 1, deviation: 20)
            if count > 4 { (x[1], x[3]) = (-.infinity, -95) }
            let other = Samples.normal(count, seed: 2)
            let sines = Samples.normal(count, seed: 3)
            let results = tables.map { table -> [UInt32] in
                var (soft, gate, halves, pairs) = (Array(x.prefix(count)), Array(x.prefix(count)), x, x)
                var normal = [Float](repeating: 0, count: count)
                table.rms_norm(other, sines, 1e-5, count, &normal)
                var (layer, plain, curved) = (normal, normal, Array(x.prefix(count)))
                table.layer_norm(other, sines, Array(x.prefix(count)), 1e-5, count, &layer)
                table.layer_norm(other, sines, nil, 1e-5, count, &plain)
                table.gelu(&curved, count)
                table.softmax(&soft, count)
                table.silu_multiply(&gate, other, count)
                table.rotate_halves(&halves, other, sines, count)
                table.rotate_neighbours(&pairs, other, sines, count)
                return (normal + layer + plain + curved + soft + gate + halves + pairs).map {
                    $0.isNaN ? 0x7FC0_0000 : $0.bitPattern
                }
            }
            #expect(results[0] == results[1])
        }
    }

    @Test func exponentialsAreWithinTwoUnitsInTheLastPlace() {
        // Against 0 as the largest, softmax holds e^x times one factor.
        for step in 0..<4000 {
            let x = -Float(step) * 0.0218
            for table in tables {
                var pair: [Float] = [0, x]
                table.softmax(&pair, 2)
                let expected = exp(Double(x)) / (1 + exp(Double(x)))
                #expect(abs(Double(pair[1]) - expected) <= 3 * Double(Float(expected).ulp))
            }
        }
    }

    @Test func notANumberSpreads() {
        for table in tables {
            var gate: [Float] = [.nan] + [Float](repeating: 1, count: 15)
            table.silu_multiply(&gate, gate, 16)
            #expect(gate[0].isNaN && gate[1].isFinite)
            var scores: [Float] = [1, .nan, 2]
            table.softmax(&scores, 3)
            #expect(scores.filter { $0.isNaN }.count == 3)
        }
    }

    /// Vectors as a cache keeps them, and the numbers that they decode to.
    private func stored(
        _ numbers: [Float], headSize: Int, _ storage: VectorStorage, in owner: ByteStorage
    ) -> (vectors: StoredVectors, numbers: [Float]) {
        let count = numbers.count / headSize
        let vectors = StoredVectors(
            storage, capacity: count, headSize: headSize, start: owner.pointer.baseAddress!)
        var space = [Float](repeating: 0, count: numbers.count)
        let decoded = numbers.withUnsafeBufferPointer { numbers in
            for position in 0..<count {
                vectors.write(numbers.baseAddress! + position * headSize, position: position)
            }
            return space.withUnsafeMutableBufferPointer { space in
                let floats = vectors.floats(0..<count, in: space.baseAddress!)
                return Array(UnsafeBufferPointer(start: floats, count: numbers.count))
            }
        }
        return (vectors, decoded)
    }

    @Test(arguments: VectorStorage.allCases, [16, 24, 64, 80])
    func storedVectorsAreNearWhatWasWritten(_ storage: VectorStorage, _ headSize: Int) {
        var numbers = Samples.normal(7 * headSize, seed: 12)
        numbers[2] = 1e9
        let owner = ByteStorage(count: 7 * storage.byteCount(headSize))
        let decoded = stored(numbers, headSize: headSize, storage, in: owner).numbers
        for (index, (number, result)) in zip(numbers, decoded).enumerated() {
            let block = index / headSize * headSize + index % headSize / 32 * 32
            let end = min(block + 32, (index / headSize + 1) * headSize)
            let largest = numbers[block..<end].reduce(0) { max($0, $1.magnitude) }
            switch storage {
            case .f32: #expect(result == number)
            case .f16: #expect(result == Float(Float16(number)))
            // Half a step, and what rounding the step to f16 moves the code.
            case .int8 where largest < 1e6: #expect(abs(result - number) <= largest / 127 * 0.57)
            case .int8: #expect(result.isFinite)
            }
        }
    }

    @Test(
        arguments: [(16, 1, 0), (16, 6, 0), (32, 13, 5), (64, 7, 30), (24, 9, 2), (48, 3, 17), (64, 2, 100)],
        VectorStorage.allCases)
    func attentionIsASoftmaxOverWhatCameBefore(
        _ size: (headSize: Int, count: Int, position: Int), _ storage: VectorStorage
    ) {
        let (headSize, count, position) = size
        let stride = 2 * headSize
        let queries = Samples.normal(count * stride, seed: 4)
        let bytes = (position + count) * storage.byteCount(headSize)
        let (keyBytes, valueBytes) = (ByteStorage(count: bytes), ByteStorage(count: bytes))
        let (storedKeys, keys) = stored(
            Samples.normal((position + count) * headSize, seed: 5), headSize: headSize, storage, in: keyBytes)
        let (storedValues, values) = stored(
            Samples.normal((position + count) * headSize, seed: 6), headSize: headSize, storage,
            in: valueBytes)
        var output = [Float](repeating: .nan, count: count * stride)
        queries.withUnsafeBufferPointer { queries in
            output.withUnsafeMutableBufferPointer { output in
                let heads = (0..<2).map {
                    CausalAttention.Queries(
                        start: queries.baseAddress! + $0 * headSize,
                        output: output.baseAddress! + $0 * headSize, stride: stride, count: count,
                        position: position)
                }
                CausalAttention(headSize: headSize, factor: 0.3).attend(
                    heads, keys: storedKeys, values: storedValues)
            }
        }
        for token in 0..<count {
            for head in 0..<2 {
                let query = (0..<headSize).map { Double(queries[token * stride + head * headSize + $0]) }
                let seen = position + token + 1
                let scores = (0..<seen).map { place in
                    query.indices.reduce(0.0) { $0 + query[$1] * Double(keys[place * headSize + $1]) } * 0.3
                }
                let largest = scores.max() ?? 0
                let weights = scores.map { exp($0 - largest) }
                let sum = weights.reduce(0, +)
                for channel in 0..<headSize {
                    let expected = (0..<seen).reduce(0.0) {
                        $0 + weights[$1] / sum * Double(values[$1 * headSize + channel])
                    }
                    let result = output[token * stride + head * headSize + channel]
                    #expect(abs(Double(result) - expected) < 2e-6)
                }
            }
        }
    }
}
