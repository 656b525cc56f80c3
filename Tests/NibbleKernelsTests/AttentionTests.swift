import Foundation
import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// Attention against its definition.
@Suite struct AttentionTests {
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
                    AttentionKernel.Queries(
                        start: queries.baseAddress! + $0 * headSize,
                        output: output.baseAddress! + $0 * headSize, stride: stride, count: count,
                        position: position)
                }
                AttentionKernel(factor: 0.3).attend(
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

    /// Options of one attention, named.
    struct Options: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let mask: AttentionMask
        var softCap: Float?
        var slope: Float?
        var sink: Float?

        static let all = [
            Options(testDescription: "causal", mask: .causal),
            Options(testDescription: "window", mask: .slidingWindow(7)),
            Options(testDescription: "window of 40", mask: .slidingWindow(40)),
            Options(testDescription: "window of none", mask: .slidingWindow(0)),
            Options(testDescription: "chunks", mask: .chunks(of: 9)),
            Options(testDescription: "bidirectional", mask: .bidirectional(33)),
            Options(testDescription: "bidirectional, none", mask: .bidirectional(0), sink: 1),
            Options(testDescription: "bidirectional, near", mask: .bidirectional(50, within: 5)),
            Options(testDescription: "prefix", mask: .prefix(20)),
            Options(testDescription: "soft cap", mask: .causal, softCap: 0.8),
            Options(testDescription: "linear bias", mask: .causal, slope: 0.25),
            Options(testDescription: "sink", mask: .slidingWindow(5), sink: 0.5),
            Options(
                testDescription: "all", mask: .slidingWindow(19), softCap: 2, slope: -0.1, sink: -0.3),
        ]
    }

    @Test(
        arguments: Options.all,
        [(16, 32, 1, 0), (32, 16, 13, 5), (48, 48, 7, 30), (24, 9, 9, 2), (9, 16, 8, 3), (64, 16, 20, 17)]
    )
    func optionsFollowTheirDefinition(
        _ options: Options, _ size: (keys: Int, values: Int, count: Int, position: Int)
    ) {
        let (keySize, valueSize, count, position) = size
        let positions = max(position + count, 50)
        let (keyBytes, valueBytes) = (
            ByteStorage(count: positions * keySize * 4), ByteStorage(count: positions * valueSize * 4)
        )
        let keys = stored(
            Samples.normal(positions * keySize, seed: 5), headSize: keySize, .f32, in: keyBytes)
        let values = stored(
            Samples.normal(positions * valueSize, seed: 6), headSize: valueSize, .f32, in: valueBytes)
        let queries = Samples.normal(count * keySize, seed: 4)
        var output = [Float](repeating: .nan, count: count * valueSize)
        let biases = (-60...60).map { -(options.slope ?? 0) * abs(Float($0)) }
        biases.withUnsafeBufferPointer { biases in
            queries.withUnsafeBufferPointer { queries in
                output.withUnsafeMutableBufferPointer { output in
                    let zero = biases.baseAddress! + 60
                    let head = AttentionKernel.Queries(
                        start: queries.baseAddress!, output: output.baseAddress!, stride: keySize,
                        outputStride: valueSize, count: count, position: position,
                        bias: options.slope.map { _ in .init(byDistance: zero, position: position) },
                        sink: options.sink)
                    AttentionKernel(factor: 0.3, mask: options.mask, softCap: options.softCap).attend(
                        [head], keys: keys.vectors, values: values.vectors)
                }
            }
        }
        for token in 0..<count {
            let query = queries[token * keySize..<(token + 1) * keySize].map(Double.init)
            let weights = weights(query, position + token, options, keys.numbers.map(Double.init))
            for channel in 0..<valueSize {
                let expected = weights.reduce(0.0) {
                    $0 + $1.weight * Double(values.numbers[$1.position * valueSize + channel])
                }
                #expect(abs(Double(output[token * valueSize + channel]) - expected) < 2e-6)
            }
        }
    }

    /// The weights of the positions that a query sees, by the definition.
    private func weights(
        _ query: [Double], _ position: Int, _ options: Options, _ keys: [Double]
    ) -> [(position: Int, weight: Double)] {
        let seen = options.mask.visible(from: position)
        let powers = seen.map { place in
            var score = query.indices.reduce(0.0) { $0 + query[$1] * keys[place * query.count + $1] } * 0.3
            if let cap = options.softCap.map(Double.init) { score = cap * tanh(score / cap) }
            return exp(score - Double(options.slope ?? 0) * Double(abs(place - position)))
        }
        let sum = powers.reduce(options.sink.map { exp(Double($0)) } ?? 0, +)
        return zip(seen, powers).map { ($0, $1 / sum) }
    }

    @Test func aMaskTellsWhichPositionsAQuerySees() {
        let seen: [(AttentionMask, [Range<Int>])] = [
            (.causal, [0..<1, 0..<4, 0..<11]),
            (.slidingWindow(3), [0..<1, 1..<4, 8..<11]),
            (.chunks(of: 4), [0..<1, 0..<4, 8..<11]),
            (.bidirectional(6), [0..<6, 0..<6, 0..<6]),
            (.bidirectional(6, within: 2), [0..<3, 1..<6, 8..<8]),
            (.prefix(5), [0..<5, 0..<5, 0..<11]),
            (AttentionMask { $0 - 5..<$0 }, [0..<0, 0..<3, 5..<10]),
        ]
        for (mask, ranges) in seen { #expect([0, 3, 10].map(mask.visible(from:)) == ranges) }
    }

    @Test func aBiasOfEachTokenAndPositionIsAdded() {
        // One channel, keys of zero: weights follow from the biases alone.
        let (keyBytes, valueBytes) = (ByteStorage(count: 12), ByteStorage(count: 12))
        let keys = stored([0, 0, 0], headSize: 1, .f32, in: keyBytes).vectors
        let values = stored([1, 10, 100], headSize: 1, .f32, in: valueBytes).vectors
        let biases: [Float] = [0, -.infinity, -.infinity, -.infinity, 0, 0]
        var output: [Float] = [0, 0]
        biases.withUnsafeBufferPointer { biases in
            output.withUnsafeMutableBufferPointer { output in
                [Float(1), 1].withUnsafeBufferPointer { queries in
                    let head = AttentionKernel.Queries(
                        start: queries.baseAddress!, output: output.baseAddress!, stride: 1, count: 2,
                        position: 0, bias: .init(start: biases.baseAddress!, tokenStride: 3))
                    AttentionKernel(factor: 1, mask: .bidirectional(3)).attend(
                        [head], keys: keys, values: values)
                }
            }
        }
        #expect(output == [1, 55])
    }
}
