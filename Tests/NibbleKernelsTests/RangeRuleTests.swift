import NibbleTestSupport
import Testing

@testable import NibbleKernels

@Suite struct RangeRuleTests {
    private func scale(_ values: [Float], _ encoding: LayerEncoding) throws -> Float {
        try #require(Samples.encode(values, encoding).grid(row: 0, column: 0)).scale
    }

    @Test func integerScalesFollowTheRule() throws {
        let values: [Float] = [-7, 1, 2, 3.5]
        #expect(try scale(values, LayerEncoding(format: "int4")) == 1)
        #expect(try scale(values, LayerEncoding(format: "int4", rangeRule: .clip(0.5))) == 0.5)
        #expect(try scale(values, LayerEncoding(format: "int4", rangeRule: .percentile(50))) == 2.75 / 7)
        let grid = try #require(
            Samples.encode([-1, 0, 2], LayerEncoding(format: "int2-asym")).grid(row: 0, column: 0))
        #expect(grid.scale == 1 && grid.zeroPoint == 1)
    }

    @Test(arguments: [
        (0.9, 7), (1, 7), (1.1, 6), (0.5, 8), (100, 0), (1000, -3), (0.001, 16), (0, 7), (1e-38, 126),
    ])
    func binaryPointCoversTheLargestMagnitude(_ magnitude: Double, _ bits: Int) throws {
        let packed = try Samples.encode(
            [Float(-magnitude), Float(magnitude / 3)], LayerEncoding(format: "fixed8", granularity: .tensor))
        #expect(packed.context.parameters.fractionBits == bits)
        #expect(packed.context.parameters.scale == Float(sign: .plus, exponent: -bits, significand: 1))
    }

    @Test func binaryPointIsMovedByHand() throws {
        for bits in [-3, 0, 20] {
            let encoding = LayerEncoding(
                format: "fixed4", granularity: .tensor, rangeRule: .fractionBits(bits))
            #expect(try Samples.encode([1], encoding).context.parameters.fractionBits == bits)
        }
    }

    @Test func errorSearchNarrowsTheBinaryPoint() throws {
        // One outlier just above a power of two costs a whole bit for all the others.
        let values = Samples.normal(2000, seed: 4, deviation: 0.2).map { min(max($0, -0.49), 0.49) } + [0.51]
        var encoding = LayerEncoding(format: "fixed4", granularity: .tensor)
        #expect(try Samples.encode(values, encoding).context.parameters.fractionBits == 3)
        encoding.rangeRule = .meanSquaredError
        #expect(try Samples.encode(values, encoding).context.parameters.fractionBits == 4)
    }

    @Test func errorSearchFindsTheBestOfAHundred() throws {
        let values = Samples.normal(300, seed: 5) + [20]
        let encoding = LayerEncoding(format: "int4", rangeRule: .meanSquaredError)
        let found = try scale(values, encoding)
        let candidates: [(Float, Double)] = (1...100).map { step in
            let scale = 20 * (Float(step) / 100) / 7
            let error = values.reduce(0.0) { sum, value in
                let code = min(max((value / scale).rounded(.toNearestOrEven), -7), 7)
                return sum + Double((value - scale * code) * (value - scale * code))
            }
            return (scale, error)
        }
        let best = try #require(candidates.min { $0.1 < $1.1 })
        #expect(abs(found - best.0) <= best.0 * 1e-6)
    }

    @Test func selectionFindsWhatSortingFinds() {
        var generator = SeededGenerator(seed: 8)
        for count in [1, 2, 3, 10, 101] {
            let values = (0..<count).map { _ in Float(Int.random(in: 0..<20, using: &generator)) }
            for index in 0..<count {
                var copy = values
                let found = copy.withUnsafeMutableBufferPointer { Selection.element(at: index, of: $0) }
                #expect(found == values.sorted()[index])
            }
        }
    }

    @Test func halfUpDoesNotRoundTheSum() {
        #expect(RoundingMode.halfUp.round(Float(0.5).nextDown) == 0)
        #expect(RoundingMode.halfUp.round(-2.5) == -2 && RoundingMode.halfUp.round(2.5) == 3)
    }
}
