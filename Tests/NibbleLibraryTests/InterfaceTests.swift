import CNibble
import NibbleKernels
import NibbleTestSupport
import Testing

/// The C functions give what the library gives.
@Suite struct InterfaceTests {
    @Test func listsAreTheCatalogues() {
        #expect(nibble_abi_version() == NIBBLE_ABI_VERSION)
        let names = (0..<nibble_format_count()).map { nibble_format_name($0).map { String(cString: $0) } }
        #expect(names == FormatCatalogue.all.map(\.name))
        let summaries = (0..<nibble_format_count()).map {
            nibble_format_summary($0).map { String(cString: $0) }
        }
        #expect(summaries == FormatCatalogue.all.map(\.summary))
        let schemes = (0..<nibble_activation_count()).map {
            nibble_activation_name($0).map { String(cString: $0) }
        }
        #expect(schemes == ActivationCatalogue.all.map(\.name))
        #expect(nibble_format_name(nibble_format_count()) == nil && nibble_format_name(-1) == nil)
        #expect(nibble_activation_name(nibble_activation_count()) == nil)
    }

    @Test func bytesAndProductsAreThoseOfTheLibrary() throws {
        var generator = SeededGenerator(seed: 3)
        let (rows, columns, tokens) = (5, 96, 2)
        let weights = (0..<rows * columns).map { _ in generator.nextNormal() }
        let activations = (0..<tokens * columns).map { _ in generator.nextNormal() }
        var encoding = StorageEncoding(
            format: "int4", granularity: .group(32), rangeRule: .percentile(99))
        let arithmetic = Arithmetic(
            activation: "int8-token", accumulator: Accumulator(bits: 8, overflow: .saturate))
        encoding.rounding = .floor
        let packed = try PackedMatrix.encode(
            FloatMatrix(shape: MatrixShape(rows: rows, columns: columns), values: weights), encoding: encoding
        )
        var expected = [Float](repeating: 0, count: tokens * rows)
        var span = expected.mutableSpan
        let counted = try packed.multiply(
            activations.span, tokenCount: tokens, into: &span, arithmetic: arithmetic)

        var made: OpaquePointer?
        let answer = Answer { message, capacity in
            withSetting("INT4", activation: "int8-token") {
                ($0.granularity, $0.group_size) = (NIBBLE_GRANULARITY_GROUP, 32)
                ($0.range_rule, $0.range_value) = (NIBBLE_RANGE_PERCENTILE, 99)
                $0.rounding = NIBBLE_ROUNDING_FLOOR
                ($0.accumulator_bits, $0.accumulator_overflow) = (8, NIBBLE_OVERFLOW_SATURATE)
            } _: {
                nibble_matrix_encode($0, weights, rows, columns, nil, nil, &made, message, capacity)
            }
        }
        #expect(answer == Answer { _, _ in NIBBLE_OK })
        let matrix = try #require(made)
        defer { nibble_matrix_free(matrix) }
        var bytes = [UInt8](repeating: 0, count: packed.layout.byteCount)
        #expect(nibble_matrix_read_bytes(matrix, 0, rows, &bytes, bytes.count, nil, 0) == NIBBLE_OK)
        #expect(bytes == packed.packedBytes())
        var outputs = [Float](repeating: 0, count: tokens * rows)
        var report = nibble_report()
        report.size = MemoryLayout<nibble_report>.size
        #expect(
            nibble_matrix_multiply(
                matrix, activations, activations.count, tokens, &outputs, outputs.count, nil, &report, nil, 0)
                == NIBBLE_OK)
        #expect(outputs == expected)
        #expect(report.accumulator_overflows == UInt64(counted.accumulatorOverflows.count))
        #expect(report.accumulator_overflows > 0 && report.additions == UInt64(tokens * rows * columns))
        #expect(report.largest_accumulator_excess == counted.accumulatorOverflows.worstExcess)
    }

    /// Weights of the caller may change after the call, even where the format keeps them as they are.
    @Test(arguments: ["f32", "f16", "int8"])
    func matricesOwnTheirBytes(_ format: String) throws {
        var values: [Float] = [1, 2, 3, 4]
        let matrix = try #require(Matrix(format, rows: 2, columns: 2, values))
        var before = values
        #expect(nibble_matrix_decode(matrix.pointer, 0, 2, &before, 4, nil, 0) == NIBBLE_OK)
        for index in values.indices { values[index] = 9 }
        var after = values
        #expect(nibble_matrix_decode(matrix.pointer, 0, 2, &after, 4, nil, 0) == NIBBLE_OK)
        #expect(after == before && abs(after[3] - 4) < 0.05)
    }

    @Test func whatIsNotANumberIsCounted() throws {
        let matrix = try #require(Matrix("q4_0", rows: 1, columns: 32, [Float](repeating: 1, count: 32)))
        var activations = [Float](repeating: 1, count: 32)
        (activations[3], activations[4]) = (.nan, .infinity)
        var output: Float = 0
        var report = nibble_report()
        report.size = MemoryLayout<nibble_report>.size
        #expect(
            nibble_matrix_multiply(matrix.pointer, activations, 32, 1, &output, 1, nil, &report, nil, 0)
                == NIBBLE_OK)
        #expect(report.non_finite_values >= 2)
    }
}
