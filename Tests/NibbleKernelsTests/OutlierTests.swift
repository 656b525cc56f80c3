import Testing

@testable import NibbleKernels

/// Activation schemes that aren't codes of all activations.
@Suite struct OutlierTests {
    private static let outliersApart = Arithmetic(activation: "llm-int8")

    /// Normal activations, and large ones in three columns.
    private func input(tokens: Int) -> [Float] {
        var values = Samples.normal(tokens * 100, seed: 42)
        values = values.map { min(max($0, -5), 5) }
        (values[7], values[150], values[199]) = (6, -80, 500)
        return values
    }

    @Test(arguments: ["int8", "int4", "int4-asym", "ternary", "q8_0"])
    func columnsWithOutliersAreMultipliedAsTheyAre(_ format: String) throws {
        let encoding = try FormatCatalogue.format(named: format).defaultEncoding
        let packed = try PackedMatrix.encode(Samples.matrix(9, 100, seed: 41), encoding: encoding)
        let input = input(tokens: 3)
        let (output, report) = try packed.product(input, tokenCount: 3, Self.outliersApart)
        let reference = try ReferenceMultiplication.multiply(
            packed, activations: input, tokenCount: 3, arithmetic: Self.outliersApart)
        #expect(output.map(\.bitPattern) == reference.output.map(\.bitPattern))
        #expect(report.accumulatorOverflows == reference.report.accumulatorOverflows)
        // Far nearer to exact products than codes of all activations.
        let errors = try [Self.outliersApart, Arithmetic(activation: "int8-token")].map { arithmetic in
            let output = try packed.product(input, tokenCount: 3, arithmetic).output
            return zip(output, exact(packed, input, tokens: 3)).reduce(0) { $0 + abs(Double($1.0) - $1.1) }
        }
        #expect(errors[0] < errors[1] / 5)
    }

    private func exact(_ packed: PackedMatrix, _ input: [Float], tokens: Int) -> [Double] {
        (0..<tokens).flatMap { token in
            (0..<packed.shape.rows).map { row in
                zip(packed.decode(row: row), input[token * 100..<token * 100 + 100]).reduce(0.0) {
                    $0 + Double($1.0) * Double($1.1)
                }
            }
        }
    }

    @Test func columnsAreThoseOfAnyToken() {
        let columns = input(tokens: 3).withUnsafeBufferPointer {
            OutlierColumns($0, tokenCount: 3, threshold: 6).columns
        }
        #expect(columns == [7, 50, 99])
    }

    @Test func resultsDoNotDependOnThreads() throws {
        let packed = try PackedMatrix.encode(
            Samples.matrix(9, 100, seed: 41),
            encoding: StorageEncoding(format: "int8", granularity: .channel))
        let input = input(tokens: 5)
        let one = try packed.product(input, tokenCount: 5, Self.outliersApart).output
        let four = try packed.product(
            input, tokenCount: 5, Self.outliersApart, pool: WorkPool(threadCount: 4))
        #expect(four.output == one)
    }

    @Test(arguments: ["fp8-e4m3", "mxfp4", "nvfp4", "int8", "q4_k"])
    func dynamicFp8RoundsEachToken(_ format: String) throws {
        let encoding = try FormatCatalogue.format(named: format).defaultEncoding
        let packed = try PackedMatrix.encode(Samples.matrix(9, 100, seed: 41), encoding: encoding)
        var input = input(tokens: 3)
        input[3] = .nan
        input[104] = .infinity
        let (output, report) = try packed.product(input, tokenCount: 3, Arithmetic(activation: "fp8-token"))
        #expect(report.nonFiniteValues.count == 2 && output.allSatisfy(\.isFinite))
        let rounded = (0..<3).flatMap { token -> [Float] in
            let values = Array(input[token * 100..<token * 100 + 100])
            let largest = values.filter(\.isFinite).reduce(0) { max($0, $1.magnitude) }
            let scale = largest / 448
            return values.map { value in
                let code = MiniFloat.e4m3.code(value / scale)
                return value.isNaN ? 0 : MiniFloat.e4m3.values[Int(code)] * scale
            }
        }
        #expect(output == (try packed.product(rounded, tokenCount: 3, .float).output))
    }

    @Test func bytesWithoutASignKeepZero() throws {
        var report = KernelReport()
        let token = QuantizedToken([0.5, 0, 2, -0.1], scheme: UnsignedActivations(), report: &report)
        #expect(token.codes[1] == 0 && token.codes[2] - token.codes[3] == 255)
        #expect(QuantizedToken([0, 0], scheme: UnsignedActivations(), report: &report).scales == [1])
    }
}
