import NibbleTestSupport
import Testing

@testable import NibbleKernels

@Suite struct MultiplicationTests {
    @Test(arguments: KernelCase.products + KernelCase.integerProducts)
    func errorIsWithinTheBound(_ item: KernelCase) throws {
        // Wide codes overflow 32 bits in long rows; without overflow the bound holds.
        for columns in try codeBits(item) > 24 ? [1, 31, 33] : [1, 33, 172] {
            let packed = try PackedMatrix.encode(
                Samples.matrix(5, columns, seed: 21), encoding: item.encoding)
            let input = Samples.normal(5 * columns, seed: 22)
            let (output, report) = try packed.product(input, tokenCount: 5, item.arithmetic)
            try #require(report.accumulatorOverflows.count == 0)
            let outliers = try outlierColumns(input, tokenCount: 5, scheme: item.arithmetic.activation)
            for token in 0..<5 {
                let values = Array(input[token * columns..<(token + 1) * columns])
                let activations = try decoded(values, scheme: item.arithmetic.activation, outliers)
                for row in 0..<5 {
                    let (sum, magnitude) = exact(packed.decode(row: row), activations)
                    let limit = Double(columns + 16) * 0x1p-24 * magnitude
                    #expect(abs(Double(output[token * 5 + row]) - sum) <= limit)
                }
            }
        }
    }

    private func codeBits(_ item: KernelCase) throws -> Int {
        let scheme = try ActivationCatalogue.scheme(named: item.arithmetic.activation)
        return try item.format.codeBits + (scheme.codeBits ?? 0)
    }

    /// Activations as the scheme sees them.
    private func decoded(_ values: [Float], scheme name: String, _ outliers: [Int]) throws -> [Double] {
        let scheme = try ActivationCatalogue.scheme(named: name)
        var report = KernelReport()
        if scheme.roundsFloats {
            var rounded = values
            values.withUnsafeBufferPointer { values in
                rounded.withUnsafeMutableBufferPointer { scheme.round(values, into: $0, report: &report) }
            }
            return rounded.map(Double.init)
        }
        guard scheme.codeBits != nil else { return values.map(Double.init) }
        let token = QuantizedToken(values, scheme: scheme, outliers: outliers, report: &report)
        return values.indices.map {
            outliers.contains($0)
                ? Double(values[$0]) : Double(token.codes[$0]) * Double(token.scales[$0 / token.blockSize])
        }
    }

    private func outlierColumns(_ input: [Float], tokenCount: Int, scheme name: String) throws -> [Int] {
        guard let threshold = try ActivationCatalogue.scheme(named: name).outlierThreshold else { return [] }
        return input.withUnsafeBufferPointer {
            OutlierColumns($0, tokenCount: tokenCount, threshold: threshold).columns
        }
    }

    private func exact(_ weights: [Float], _ activations: [Double]) -> (sum: Double, magnitude: Double) {
        zip(weights, activations).reduce((0, 0)) {
            let product = Double($1.0) * $1.1
            return ($0.0 + product, $0.1 + abs(product))
        }
    }

    @Test(arguments: KernelCase.products + KernelCase.integerProducts)
    func equalsTheSequentialReferenceInEveryAccumulator(_ item: KernelCase) throws {
        guard try !item.hasFloatActivations else { return }
        for bits in Accumulator.widths {
            for overflow in Accumulator.Overflow.allCases {
                var arithmetic = item.arithmetic
                arithmetic.accumulator = Accumulator(bits: bits, overflow: overflow)
                let packed = try PackedMatrix.encode(
                    Samples.matrix(3, 100, seed: 31), encoding: item.encoding)
                let input = Samples.normal(6 * 100, seed: 32)
                let (output, report) = try packed.product(input, tokenCount: 6, arithmetic)
                let reference = try ReferenceMultiplication.multiply(
                    packed, activations: input, tokenCount: 6, arithmetic: arithmetic)
                #expect(output.map(\.bitPattern) == reference.output.map(\.bitPattern))
                #expect(report.accumulatorOverflows == reference.report.accumulatorOverflows)
                #expect(report.activationClips == reference.report.activationClips)
            }
        }
    }

    @Test func narrowAccumulatorsOverflowAndAreCounted() throws {
        // 40 products of 127 · 127 = 16129: the third leaves 16 bits.
        var arithmetic = Arithmetic(activation: "int8-token")
        arithmetic.accumulator = Accumulator(bits: 16, overflow: .saturate)
        let ones = [Float](repeating: 1, count: 40)
        let packed = try Samples.encode(ones, StorageEncoding(format: "int8", granularity: .channel))
        let (output, report) = try packed.product(ones, tokenCount: 1, arithmetic)
        #expect(report.accumulatorOverflows.count == 38)
        #expect(report.accumulatorOverflows.total == 40)
        #expect(report.accumulatorOverflows.worstExcess == 16129)
        let step: Float = 1 / 127
        #expect(output[0] == 32767 * (step * step))
        arithmetic.accumulator = Accumulator(bits: 24, overflow: .saturate)
        #expect(try packed.product(ones, tokenCount: 1, arithmetic).report.accumulatorOverflows.count == 0)
    }

    @Test(arguments: KernelCase.standardProducts)
    func threadsDoNotChangeTheResult(_ item: KernelCase) throws {
        let source = try Samples.matrix(160, 257, seed: 41)
        let input = Samples.normal(5 * 257, seed: 42)
        let one = WorkPool(threadCount: 1)
        let many = WorkPool(threadCount: 5)
        let first = try PackedMatrix.encode(source, encoding: item.encoding, pool: one)
        let second = try PackedMatrix.encode(source, encoding: item.encoding, pool: many)
        #expect(first.packedBytes() == second.packedBytes())
        let expected = try first.product(input, tokenCount: 5, item.arithmetic, pool: one)
        let result = try first.product(input, tokenCount: 5, item.arithmetic, pool: many)
        #expect(expected.output == result.output && expected.report == result.report)
    }

    @Test(arguments: KernelCase.products)
    func tokensTogetherEqualTokensAlone(_ item: KernelCase) throws {
        let packed = try PackedMatrix.encode(Samples.matrix(4, 70, seed: 51), encoding: item.encoding)
        let input = Samples.normal(7 * 70, seed: 52)
        let together = try packed.product(input, tokenCount: 7, item.arithmetic).output
        // Rows without a run-time layout are summed in another order for one token than for many.
        let isSummedAlike = try !item.hasFloatActivations || packed.storage.tiles != nil
        for token in 0..<7 {
            let values = Array(input[token * 70..<(token + 1) * 70])
            let alone = try packed.product(values, tokenCount: 1, item.arithmetic).output
            for row in 0..<4 {
                let (one, other) = (alone[row], together[token * 4 + row])
                let magnitude = exact(packed.decode(row: row), values.map(Double.init)).magnitude
                let limit = isSummedAlike ? 0 : 2 * Double(70 + 16) * 0x1p-24 * magnitude
                #expect(abs(Double(one) - Double(other)) <= limit)
            }
        }
    }

    @Test(arguments: KernelCase.integerProducts)
    func anotherArithmeticSharesTheBytes(_ item: KernelCase) throws {
        let source = try Samples.matrix(3, 70, seed: 61)
        let plain = try LayerOperator(
            weights: PackedMatrix.encode(source, encoding: item.encoding), arithmetic: .float)
        let accumulator = Accumulator(bits: 24, overflow: .saturate)
        let wanted = Arithmetic(activation: item.arithmetic.activation, accumulator: accumulator)
        let changed = try plain.with(arithmetic: wanted)
        #expect(changed.weights.storage === plain.weights.storage)
        #expect(changed.arithmetic == wanted)
        let encoded = try PackedMatrix.encode(source, encoding: item.encoding)
        #expect(changed.weights.encoding == encoded.encoding)
        let input = Samples.normal(70, seed: 62)
        let expected = try encoded.product(input, tokenCount: 1, wanted)
        #expect(try changed.weights.product(input, tokenCount: 1, wanted) == expected)
        #expect(try changed.result(input, tokenCount: 1) == expected)
        #expect(throws: KernelError.self) {
            try plain.with(arithmetic: Arithmetic(activation: "int9", accumulator: accumulator))
        }
    }

    @Test func nonFiniteValuesAreCounted() throws {
        for activation in ["float", "int8-token", "int8-block32"] {
            let encoding = StorageEncoding(format: "int4", granularity: .channel)
            let packed = try PackedMatrix.encode(Samples.matrix(3, 40, seed: 6), encoding: encoding)
            var input = Samples.normal(2 * 40, seed: 7)
            (input[4], input[50]) = (.nan, .infinity)
            let (output, report) = try packed.product(
                input, tokenCount: 2, Arithmetic(activation: activation))
            let strange = output.filter { !$0.isFinite }.count
            #expect(report.nonFiniteValues.count == 2 + strange)
            #expect(report.nonFiniteValues.total == 80 + 6)
            #expect((strange == 0) == (activation != "float"))
        }
    }

    @Test(arguments: KernelCase.standardProducts)
    func gridsHaveRealEndsWhateverTheWeights(_ item: KernelCase) throws {
        var values = Samples.normal(2 * 300, seed: 71)
        (values[3], values[40], values[299], values[305]) = (.nan, .infinity, -.infinity, .nan)
        let packed = try PackedMatrix.encode(Samples.matrix(2, 300, values: values), encoding: item.encoding)
        for row in 0..<2 {
            for column in 0..<300 {
                guard let grid = packed.grid(row: row, column: column) else { continue }
                #expect(grid.lowest.isFinite && grid.highest.isFinite)
            }
        }
        let input = Samples.normal(300, seed: 72)
        let (output, reference) = try (
            packed.product(input, tokenCount: 1, item.arithmetic).output,
            ReferenceMultiplication.multiply(
                packed, activations: input, tokenCount: 1, arithmetic: item.arithmetic
            ).output
        )
        for (result, expected) in zip(output, reference) { #expect(result.isNaN == expected.isNaN) }
    }

    @Test func sizesThatDoNotFitAreRefused() throws {
        let packed = try PackedMatrix.encode(
            Samples.matrix(3, 4, seed: 1), encoding: StorageEncoding(format: "int4"))
        #expect(throws: KernelError.self) { try packed.product([1, 2, 3], tokenCount: 1) }
        #expect(throws: KernelError.self) { try packed.product([], tokenCount: -1) }
        #expect(throws: KernelError.self) { try packed.product([1], tokenCount: .max) }
        for tokenCount in [1, -1, .max] {
            let error = #expect(throws: KernelError.self) {
                try ReferenceMultiplication.multiply(packed, activations: [1], tokenCount: tokenCount)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
        #expect(try packed.product([], tokenCount: 0).output.isEmpty)
    }
}
