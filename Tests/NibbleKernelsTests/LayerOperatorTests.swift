import NibbleTestSupport
import Testing

@testable import NibbleKernels

/// A matrix with what stands before and behind its product.
@Suite struct LayerOperatorTests {
    private let columns = 96

    private func weights(_ format: String = "int8", rows: Int = 5) throws -> PackedMatrix {
        let encoding = try FormatCatalogue.format(named: format).defaultEncoding
        return try PackedMatrix.encode(Samples.matrix(rows, columns, seed: 81), encoding: encoding)
    }

    /// The same bits and counters as the matrix alone, and the bias on top of them.
    @Test(arguments: [1, 2, 40], [1, 3])
    func theBiasIsAddedToEveryToken(_ tokens: Int, _ threads: Int) throws {
        let weights = try weights(rows: 1000)
        let bias = Samples.normal(1000, seed: 82)
        let input = Samples.normal(tokens * columns, seed: 83)
        let arithmetic = Arithmetic(activation: "int8-token")
        let pool = WorkPool(threadCount: threads)
        let plain = try weights.product(input, tokenCount: tokens, arithmetic, pool: pool)
        let layer = try LayerOperator(weights: weights, arithmetic: arithmetic)
        let without = try layer.result(input, tokenCount: tokens, pool: pool)
        #expect(without.output == plain.output && without.report == plain.report)
        let biased = try layer.with(bias: bias)
        let with = try biased.result(input, tokenCount: tokens, pool: pool)
        #expect(with.output == plain.output.enumerated().map { $1 + bias[$0 % 1000] })
        #expect(with.report == plain.report)
        #expect(
            try biased.with(bias: nil).result(input, tokenCount: tokens, pool: pool).output == plain.output)
        #expect(try biased.with(arithmetic: .float).bias == bias)
    }

    @Test func theSchemeIsTheFormatsWhereNoneIsGiven() throws {
        #expect(try LayerOperator(weights: weights("q4_0")).arithmetic.activation == "int8-block32")
        #expect(try LayerOperator(weights: weights("int4")).arithmetic == .float)
    }

    /// What the parts of a transform do to one token, from their definitions.
    private func transformed(_ token: [Float], _ transform: InputTransform) -> [Float] {
        var values = token
        if let divisors = transform.divisors { values = zip(values, divisors).map { $0 / $1 } }
        if let size = transform.hadamardBlockSize { values = rotated(values, size) }
        return transform.columnOrder.map { order in order.map { values[$0] } } ?? values
    }

    /// Σ_j (−1)^(bits that i and j share) · x[j] ÷ √B.
    private func rotated(_ values: [Float], _ size: Int) -> [Float] {
        values.indices.map { index in
            let start = index / size * size
            let sum = (0..<size).reduce(0.0) { sum, column in
                let sign = ((index - start) & column).nonzeroBitCount % 2 == 0 ? 1.0 : -1
                return sum + sign * Double(values[start + column])
            }
            return Float(sum / Double(size).squareRoot())
        }
    }

    private var order: [Int] { (0..<columns).map { ($0 * 35 + 7) % columns } }
    private var divisors: [Float] { Samples.normal(columns, seed: 84).map { $0.magnitude + 0.1 } }

    @Test(arguments: [1, 3, 300], [1, 4])
    func inputsAreDividedTurnedAndPutInOrder(_ tokens: Int, _ threads: Int) throws {
        let weights = try weights()
        let input = Samples.normal(tokens * columns, seed: 85)
        let pool = WorkPool(threadCount: threads)
        for transform in [
            try InputTransform(columnOrder: order), try InputTransform(divisors: divisors),
            try InputTransform(hadamardBlockSize: 32), try InputTransform(hadamardBlockSize: 1),
            try InputTransform(columnOrder: order, divisors: divisors, hadamardBlockSize: 16),
        ] {
            let layer = try LayerOperator(weights: weights, input: transform)
            let (output, report) = try layer.result(input, tokenCount: tokens, pool: pool)
            var expected: [Float] = []
            for token in 0..<tokens {
                expected += transformed(Array(input[token * columns..<(token + 1) * columns]), transform)
            }
            let plain = try weights.product(expected, tokenCount: tokens, pool: pool)
            let largest = plain.output.reduce(0) { max($0, $1.magnitude) }
            // Only a rotation adds f32 roundings of its own.
            let limit = (transform.hadamardBlockSize ?? 1) > 1 ? 1e-5 * largest : 0
            #expect(zip(output, plain.output).allSatisfy { ($0 - $1).magnitude <= limit })
            #expect(report == plain.report)
        }
    }

    /// Rotating weights and input leaves the product; dividing the input and multiplying the weights does, too.
    @Test func matchingWeightsGiveTheSameProduct() throws {
        let source = try Samples.matrix(4, columns, seed: 86)
        let rows = (0..<4).map { source.row($0) }
        let input = Samples.normal(columns, seed: 87)
        let divisors = divisors
        let changed: [(InputTransform, [[Float]])] = [
            (try InputTransform(hadamardBlockSize: 32), rows.map { rotated($0, 32) }),
            (try InputTransform(divisors: divisors), rows.map { zip($0, divisors).map { $0 * $1 } }),
            (try InputTransform(columnOrder: order), rows.map { row in order.map { row[$0] } }),
        ]
        let f32 = StorageEncoding(format: "f32", granularity: .fixed)
        let plain = try PackedMatrix.encode(source, encoding: f32).product(input, tokenCount: 1).output
        for (transform, rows) in changed {
            let weights = try PackedMatrix.encode(
                Samples.matrix(4, columns, values: rows.flatMap { $0 }), encoding: f32)
            let output = try LayerOperator(weights: weights, input: transform).result(input, tokenCount: 1)
                .output
            #expect(zip(output, plain).allSatisfy { ($0 - $1).magnitude <= 1e-4 })
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let weights = try weights()
        for (order, divisors, size) in [
            ([0, 1, 1], nil, nil), ([0, 1, 3], nil, nil), ([-1, 0], nil, nil), (nil, [1, 0], nil),
            (nil, [1, .nan], nil), (nil, [1, .infinity], nil), (nil, nil, 0), (nil, nil, 12), (nil, nil, -4),
            ([0, 1], [1, 2, 3], nil), (nil, [1, 2, 3], 2), (nil, nil, Int.min),
        ] as [([Int]?, [Float]?, Int?)] {
            let error = #expect(throws: KernelError.self) {
                try InputTransform(columnOrder: order, divisors: divisors, hadamardBlockSize: size)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
        for transform in [
            try InputTransform(columnOrder: [0, 1]), try InputTransform(divisors: [1]),
            try InputTransform(hadamardBlockSize: 64),
        ] {
            #expect(throws: KernelError.self) { try LayerOperator(weights: weights, input: transform) }
        }
        #expect(throws: KernelError.self) { try LayerOperator(weights: weights, bias: [1]) }
        let layer = try LayerOperator(weights: weights)
        for count in [-1, 1, 2] {
            var output = [Float](repeating: 7, count: 5)
            #expect(throws: KernelError.self) {
                var span = output.mutableSpan
                try layer.apply([Float](repeating: 0, count: 40).span, tokenCount: count, into: &span)
            }
            #expect(output.allSatisfy { $0 == 7 })
        }
    }

    @Test func rangesOfActivationsAreChecked() throws {
        for (scales, zeroPoints) in [
            ([], []), ([1], []), ([1, 2], [0]), ([0], [0]), ([-1], [0]), ([.nan], [0]), ([.infinity], [0]),
        ] as [([Float], [Int32])] {
            let error = #expect(throws: KernelError.self) {
                try ActivationRange(scales: scales, zeroPoints: zeroPoints)
            }
            #expect(error?.description.hasSuffix(".") == true)
        }
        let weights = try weights()
        let two = try ActivationRange(scales: [1, 2], zeroPoints: [0, 3])
        let error = #expect(throws: KernelError.self) {
            try LayerOperator(weights: weights, arithmetic: Arithmetic(activation: "int8-token", range: two))
        }
        #expect(error?.description.contains("96 columns") == true)
    }

    @Test func emptyMatricesHaveABiasToo() throws {
        let empty = try PackedMatrix.encode(
            Samples.matrix(2, 0, values: []), encoding: StorageEncoding(format: "int8"))
        let layer = try LayerOperator(weights: empty, bias: [1, 2])
        #expect(try layer.result([], tokenCount: 2).output == [1, 2, 1, 2])
        #expect(try layer.result([], tokenCount: 0).output.isEmpty)
    }
}
