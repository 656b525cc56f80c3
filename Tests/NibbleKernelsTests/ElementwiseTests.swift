import CNibbleKernels
import Foundation
import Testing

@testable import NibbleKernels

/// The loops between products of every table that this processor runs against the portable ones, which come last.
@Suite struct ElementwiseTests {
    private let tables = (0..<3).compactMap { nibble_elementwise_kernels_at($0)?.pointee }

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
                var (layer, plain, curved, exact) = (
                    normal, normal, Array(x.prefix(count)), Array(x.prefix(count))
                )
                table.layer_norm(other, sines, Array(x.prefix(count)), 1e-5, count, &layer)
                table.layer_norm(other, sines, nil, 1e-5, count, &plain)
                table.gelu(&curved, count)
                table.gelu_erf(&exact, count)
                table.softmax(&soft, count)
                table.silu_multiply(&gate, other, count)
                table.rotate_halves(&halves, other, sines, count)
                table.rotate_neighbours(&pairs, other, sines, count)
                return (normal + layer + plain + curved + exact + soft + gate + halves + pairs).map {
                    $0.isNaN ? 0x7FC0_0000 : $0.bitPattern
                }
            }
            for other in results { #expect(other == results.last) }
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
}
