import NibbleTestSupport
import Testing

@testable import NibbleKernels

@Suite struct FixedPointProductTests {
    private func codes(_ count: Int, bits: Int, seed: UInt64) -> [Int16] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int16(truncatingIfNeeded: generator.next()) >> Int16(16 - bits) }
    }

    private func multiply(
        _ product: FixedPointProduct, _ input: [Int16], tokenCount: Int, threads: Int = 1
    ) throws -> (output: [Int16], report: KernelReport) {
        var output = [Int16](repeating: -1, count: tokenCount * product.weights.shape.rows)
        var span = output.mutableSpan
        let report = try product.multiply(
            input.span, tokenCount: tokenCount, into: &span, pool: WorkPool(threadCount: threads))
        return (output, report)
    }

    static let formats = [("fixed8", 8), ("fixed16", 16), ("fixed4", 8), ("int8", 8), ("int8-asym", 6)]

    @Test(arguments: formats, Accumulator.widths)
    func equalsTheReference(_ format: (name: String, inputBits: Int), _ bits: Int) throws {
        let (rows, columns) = (11, 130)
        for overflow in Accumulator.Overflow.allCases {
            for rounding in Requantization.Rounding.allCases {
                var encoding = try FormatCatalogue.format(named: format.name).defaultEncoding
                if encoding.granularity != .tensor { encoding.granularity = .channel }
                let weights = try PackedMatrix.encode(
                    Samples.matrix(rows, columns, seed: 3), encoding: encoding)
                let product = try FixedPointProduct(
                    weights: weights, inputScale: 0x1p-7, outputScale: 0.04, rounding: rounding,
                    inputZeroPoint: format.inputBits < 16 ? 3 : 0, outputZeroPoint: -5,
                    accumulator: Accumulator(bits: bits, overflow: overflow))
                for (tokenCount, threads) in [(1, 1), (5, 3)] {
                    let input = codes(tokenCount * columns, bits: format.inputBits, seed: UInt64(bits))
                    let result = try multiply(product, input, tokenCount: tokenCount, threads: threads)
                    let reference = try ReferenceMultiplication.multiply(
                        product, codes: input, tokenCount: tokenCount)
                    #expect(result == reference)
                }
            }
        }
    }

    @Test func everyPairOfBytesIsShiftedBack() throws {
        // Q1.7 · Q1.7 has 14 fraction bits; Q1.7 again is a shift by 7 that rounds halves up.
        let encoding = StorageEncoding(format: "fixed8", granularity: .tensor, rangeRule: .fractionBits(7))
        let all = (-128...127).map { Float($0) / 128 }
        let weights = try PackedMatrix.encode(Samples.matrix(256, 1, values: all), encoding: encoding)
        let product = try FixedPointProduct(
            weights: weights, inputScale: 0x1p-7, outputScale: 0x1p-7, rounding: .single,
            accumulator: Accumulator(bits: 32, overflow: .saturate))
        let result = try multiply(product, (-128...127).map(Int16.init), tokenCount: 256)
        for a in -128...127 {
            for w in -128...127 {
                let expected = min((a * w + 64) >> 7, 127)
                #expect(result.output[(a + 128) * 256 + w + 128] == Int16(expected))
            }
        }
    }

    @Test func resultsAreTheRealProductsRounded() throws {
        let encoding = StorageEncoding(format: "fixed8", granularity: .tensor)
        let weights = try PackedMatrix.encode(Samples.matrix(6, 200, seed: 8), encoding: encoding)
        let product = try FixedPointProduct(
            weights: weights, inputScale: 0x1p-6, outputScale: 0x1p-4, rounding: .single,
            range: -32768...32767)
        let input = codes(200, bits: 8, seed: 9)
        let result = try multiply(product, input, tokenCount: 1)
        for row in 0..<6 {
            let exact = zip(weights.decode(row: row), input).reduce(0.0) {
                $0 + Double($1.0) * Double($1.1) / 64
            }
            #expect(Double(result.output[row]) == (exact * 16 + 0.5).rounded(.down))
        }
    }

    @Test func whatCannotBeMultipliedIsRefused() throws {
        let grouped = try PackedMatrix.encode(
            Samples.matrix(2, 64, seed: 1), encoding: StorageEncoding(format: "int4", granularity: .group(32))
        )
        let floats = try PackedMatrix.encode(
            Samples.matrix(2, 64, seed: 1), encoding: StorageEncoding(format: "f16", granularity: .fixed))
        let one = try Requantization(multiplier: 0.5)
        for weights in [grouped, floats] {
            #expect(throws: KernelError.self) {
                try FixedPointProduct(weights: weights, requantization: [one])
            }
        }
        let weights = try PackedMatrix.encode(
            Samples.matrix(2, 3, seed: 1), encoding: StorageEncoding(format: "fixed8", granularity: .tensor))
        #expect(throws: KernelError.self) {
            try FixedPointProduct(weights: weights, requantization: [one, one, one])
        }
        let wide = try Requantization(multiplier: 0.5, range: 0...40000)
        #expect(throws: KernelError.self) { try FixedPointProduct(weights: weights, requantization: [wide]) }
        #expect(throws: KernelError.self) {
            try FixedPointProduct(weights: weights, inputScale: 1, outputScale: 0)
        }
        #expect(throws: KernelError.self) {
            try FixedPointProduct(
                weights: weights, requantization: [one], accumulator: Accumulator(bits: 12, overflow: .wrap))
        }
        let product = try FixedPointProduct(weights: weights, requantization: [one], inputZeroPoint: 1)
        #expect(throws: KernelError.self) { try multiply(product, [1, 2], tokenCount: 1) }
        #expect(throws: KernelError.self) { try multiply(product, [1, 2, .min], tokenCount: 1) }
        for count in [-1, .max] {
            #expect(throws: KernelError.self) {
                try ReferenceMultiplication.multiply(product, codes: [], tokenCount: count)
            }
        }
    }
}

private func == (
    a: (output: [Int16], report: KernelReport), b: (output: [Int16], report: KernelReport)
) -> Bool { a.output == b.output && a.report == b.report }
