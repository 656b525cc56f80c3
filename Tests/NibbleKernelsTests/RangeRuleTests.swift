import NibbleTestSupport
import Testing

@testable import NibbleKernels

@Suite struct RangeRuleTests {
    private func scale(_ values: [Float], _ encoding: StorageEncoding) throws -> Float {
        try #require(Samples.encode(values, encoding).grid(row: 0, column: 0)).scale
    }

    @Test func integerScalesFollowTheRule() throws {
        let values: [Float] = [-7, 1, 2, 3.5]
        #expect(try scale(values, StorageEncoding(format: "int4")) == 1)
        #expect(try scale(values, StorageEncoding(format: "int4", rangeRule: .clip(0.5))) == 0.5)
        #expect(try scale(values, StorageEncoding(format: "int4", rangeRule: .percentile(50))) == 2.75 / 7)
        let grid = try #require(
            Samples.encode([-1, 0, 2], StorageEncoding(format: "int2-asym")).grid(row: 0, column: 0))
        #expect(grid.scale == 1 && grid.zeroPoint == 1)
    }

    @Test(arguments: [
        (0.9, 7), (1, 7), (1.1, 6), (0.5, 8), (100, 0), (1000, -3), (0.001, 16), (0, 7), (1e-38, 126),
    ])
    func binaryPointCoversTheLargestMagnitude(_ magnitude: Double, _ bits: Int) throws {
        let packed = try Samples.encode(
            [Float(-magnitude), Float(magnitude / 3)], StorageEncoding(format: "fixed8", granularity: .tensor)
        )
        #expect(packed.context.parameters.fractionBits == bits)
        #expect(packed.context.parameters.scale == Float(sign: .plus, exponent: -bits, significand: 1))
    }

    @Test func binaryPointIsMovedByHand() throws {
        for bits in [-3, 0, 20] {
            let encoding = StorageEncoding(
                format: "fixed4", granularity: .tensor, rangeRule: .fractionBits(bits))
            #expect(try Samples.encode([1], encoding).context.parameters.fractionBits == bits)
        }
    }

    @Test func errorSearchNarrowsTheBinaryPoint() throws {
        // One outlier just above a power of two costs a whole bit for all the others.
        let values = Samples.normal(2000, seed: 4, deviation: 0.2).map { min(max($0, -0.49), 0.49) } + [0.51]
        var encoding = StorageEncoding(format: "fixed4", granularity: .tensor)
        #expect(try Samples.encode(values, encoding).context.parameters.fractionBits == 3)
        encoding.rangeRule = .meanSquaredError
        #expect(try Samples.encode(values, encoding).context.parameters.fractionBits == 4)
    }

    @Test func errorSearchFindsTheBestOfAHundred() throws {
        let values = Samples.normal(300, seed: 5) + [20]
        let encoding = StorageEncoding(format: "int4", rangeRule: .meanSquaredError)
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

    @Test(arguments: FormatCatalogue.all.compactMap { $0 as? IntegerFormat }, [16, 33, 200])
    func errorSearchesOfEveryInstructionSetEqualThePlainOne(_ format: IntegerFormat, _ count: Int) {
        for seed in 0..<12 {
            // From hardly any clipping to outliers, from f16's subnormal scales to large ones, one-sided and not.
            let size = Float(sign: .plus, exponent: [-30, -20, -3, 0, 9, 30][seed % 6], significand: 1)
            var values = Samples.normal(count, seed: UInt64(seed), deviation: size)
            values[seed % count] *= 5
            if seed % 3 == 0 { values = values.map { $0.magnitude } }
            for granularity in [Granularity.channel, .group(16)] {
                var encoding = format.defaultEncoding
                encoding.granularity = granularity
                values.withUnsafeBufferPointer { values in
                    let full = RangeSearch.extremes(values)
                    let expected = format.plainLeastErrorStep(values, full: full, encoding)
                    #expect(format.leastErrorStep(values, full: full, encoding) == expected)
                    let search = format.rangeSearch(encoding)
                    let portable = InnerLoops.portable.pointee.least_error_step
                    #expect(
                        Int(portable(values.baseAddress!, count, full.lower, full.upper, search)) == expected)
                }
            }
        }
    }

    @Test func errorSearchLeavesOutWhatIsNotFinite() throws {
        let values = Samples.normal(40, seed: 3)
        let encoding = StorageEncoding(format: "int3", rangeRule: .meanSquaredError)
        #expect(try scale(values, encoding) == scale(values + [.nan, .infinity], encoding))
    }

    @Test(arguments: [0.1, 50, 99, 99.9, 99.99, 100])
    func percentilesOfTensorsEqualThoseOfTheirValues(_ percent: Double) throws {
        for (rows, columns) in [(1, 1), (1, 2), (2, 1), (3, 7), (40, 97)] {
            var values = Samples.normal(rows * columns, seed: 6)
            if rows > 2 { (values[2], values[5], values[7]) = (.nan, .infinity, -.infinity) }
            let range = try Samples.matrix(rows, columns, values: values).range(
                rule: .percentile(percent), cancellation: Cancellation())
            let sorted = values.filter(\.isFinite).map(\.magnitude).sorted()
            let position = percent / 100 * Double(sorted.count - 1)
            let (below, above) = (sorted[Int(position)], sorted[min(Int(position) + 1, sorted.count - 1)])
            let bound = Float(
                Double(below) + (position - position.rounded(.down)) * (Double(above) - Double(below)))
            let whole = values.withUnsafeBufferPointer { RangeSearch.percentile(of: $0, percent: percent) }
            #expect(whole == bound)
            let finite = values.filter(\.isFinite)
            #expect(range.lower == max(min(finite.min() ?? 0, 0), -bound))
            #expect(range.upper == min(max(finite.max() ?? 0, 0), bound))
        }
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
