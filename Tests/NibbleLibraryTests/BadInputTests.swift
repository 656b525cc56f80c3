import CNibble
import NibbleKernels
import Testing

/// Wrong arguments are answered with a status and a sentence; nothing ends the program.
@Suite struct BadInputTests {
    private static let values = (0..<64).map { Float($0) - 32 }

    private func encode(
        _ format: String = "int8", activation: String? = nil, scaleRule: String? = nil, rows: Int = 2,
        columns: Int = 32, importance: [Float]? = nil, _ change: (inout nibble_setting) -> Void = { _ in }
    ) -> Answer {
        Answer { message, capacity in
            var made: OpaquePointer?
            let status = withSetting(format, activation: activation, scaleRule: scaleRule, change) {
                nibble_matrix_encode(
                    $0, Self.values, rows, columns, importance, nil, &made, message, capacity)
            }
            if status != NIBBLE_OK { #expect(made == nil) }
            nibble_matrix_free(made)
            return status
        }
    }

    private func expect(
        _ answer: Answer, _ status: nibble_status, _ part: String, location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, "\(answer.sentence)", sourceLocation: location)
        #expect(answer.sentence.contains(part), "\(answer.sentence)", sourceLocation: location)
        #expect(answer.sentence.hasSuffix("."), "\(answer.sentence)", sourceLocation: location)
    }

    @Test func settings() {
        expect(encode("intt4"), NIBBLE_UNKNOWN_NAME, "the nearest are int4")
        expect(encode(activation: "int8-tokens"), NIBBLE_UNKNOWN_NAME, "int8-token")
        expect(encode("iq2_xs"), NIBBLE_UNSUPPORTED, "cannot be written")
        expect(encode("f16", activation: "int8-token"), NIBBLE_UNSUPPORTED, "float")
        expect(encode { $0.format = nil }, NIBBLE_BAD_ARGUMENT, "format is NULL")
        expect(encode { $0.size = 3 }, NIBBLE_BAD_ARGUMENT, "sizeof(nibble_setting)")
        expect(encode { $0.size = 1 << 40 }, NIBBLE_BAD_ARGUMENT, "sizeof(nibble_setting)")
        expect(encode { $0.granularity = 9 }, NIBBLE_BAD_ARGUMENT, "granularity 9")
        expect(encode { $0.group_size = 32 }, NIBBLE_BAD_ARGUMENT, "NIBBLE_GRANULARITY_GROUP")
        expect(
            encode { ($0.granularity, $0.group_size) = (NIBBLE_GRANULARITY_GROUP, -7) }, NIBBLE_UNSUPPORTED,
            "group of -7")
        expect(encode { $0.range_rule = -1 }, NIBBLE_BAD_ARGUMENT, "range_rule -1")
        expect(
            encode { ($0.range_rule, $0.range_value) = (NIBBLE_RANGE_PERCENTILE, .nan) }, NIBBLE_UNSUPPORTED,
            "percentile")
        expect(
            encode("fixed8") { ($0.range_rule, $0.range_value) = (NIBBLE_RANGE_FRACTION_BITS, 1e300) },
            NIBBLE_BAD_ARGUMENT, "whole number")
        expect(encode { $0.range_rule = NIBBLE_RANGE_SCALE_RULE }, NIBBLE_BAD_ARGUMENT, "scale_rule is NULL")
        expect(
            encode(scaleRule: "flor") { $0.range_rule = NIBBLE_RANGE_SCALE_RULE }, NIBBLE_BAD_ARGUMENT,
            "there are floor, ceil")
        expect(encode { $0.rounding = 17 }, NIBBLE_BAD_ARGUMENT, "rounding 17")
        expect(encode("q4_0") { $0.rounding = 3 }, NIBBLE_BAD_ARGUMENT, "part of its definition")
        expect(encode { $0.accumulator_bits = 12 }, NIBBLE_UNSUPPORTED, "accumulator")
        expect(encode { $0.accumulator_overflow = 2 }, NIBBLE_BAD_ARGUMENT, "accumulator_overflow 2")
    }

    @Test func importance() {
        expect(
            encode("q4_0", importance: [Float](repeating: -1, count: 32)), NIBBLE_UNSUPPORTED, "importance")
        #expect(encode("q4_0", importance: [Float](repeating: 1, count: 32)).status == NIBBLE_OK)
    }

    @Test(arguments: FormatCatalogue.all.map(\.name))
    func sizes(_ format: String) {
        expect(encode(format, rows: 0), NIBBLE_BAD_ARGUMENT, "rows is 0")
        expect(encode(format, columns: 0), NIBBLE_BAD_ARGUMENT, "columns is 0")
        // size_t comes to Swift as Int: −1 is the largest.
        expect(encode(format, rows: -1), NIBBLE_BAD_ARGUMENT, "which no memory holds")
        expect(encode(format, rows: .max, columns: .max), NIBBLE_BAD_ARGUMENT, "does not fit any memory")
        let huge = encode(format, rows: 1 << 23, columns: 1 << 23)
        expect(huge, NIBBLE_OUT_OF_MEMORY, "this machine has")
        #expect(huge.sentence.contains("8388608 × 8388608") || huge.sentence.contains("A copy"))
    }

    @Test func pointers() {
        var made: OpaquePointer?
        var layout = nibble_layout()
        layout.size = MemoryLayout<nibble_layout>.size
        for (answer, name) in [
            (Answer { nibble_matrix_encode(nil, Self.values, 2, 32, nil, nil, &made, $0, $1) }, "setting"),
            (
                Answer { message, capacity in
                    withSetting("int8") {
                        nibble_matrix_encode($0, nil, 2, 32, nil, nil, &made, message, capacity)
                    }
                }, "weights"
            ),
            (
                Answer { message, capacity in
                    withSetting("int8") {
                        nibble_matrix_encode($0, Self.values, 2, 32, nil, nil, nil, message, capacity)
                    }
                }, "matrix"
            ),
            (Answer { nibble_layout_query(nil, 2, 32, &layout, $0, $1) }, "setting"),
            (
                Answer { message, capacity in
                    withSetting("int8") { nibble_layout_query($0, 2, 32, nil, message, capacity) }
                }, "layout"
            ),
            (Answer { nibble_matrix_layout(nil, &layout, $0, $1) }, "matrix"),
            (Answer { nibble_matrix_decode(nil, 0, 1, nil, 0, $0, $1) }, "matrix"),
            (Answer { nibble_matrix_read_bytes(nil, 0, 1, nil, 0, $0, $1) }, "matrix"),
            (Answer { nibble_matrix_multiply(nil, nil, 0, 0, nil, 0, nil, nil, $0, $1) }, "matrix"),
            (Answer { nibble_matrix_wrap(nil, nil, nil, 0, 0, 0, &made, $0, $1) }, "format"),
            (Answer { nibble_matrix_wrap("q8_0", nil, nil, 34, 1, 32, &made, $0, $1) }, "bytes"),
            (Answer { nibble_pool_create(1, nil, $0, $1) }, "pool"),
        ] { expect(answer, NIBBLE_BAD_ARGUMENT, "\(name) is NULL") }
        nibble_matrix_free(nil)
        nibble_pool_free(nil)
    }

    @Test func threads() {
        var pool: OpaquePointer?
        expect(Answer { nibble_pool_create(0, &pool, $0, $1) }, NIBBLE_BAD_ARGUMENT, "thread_count is 0")
        let cores = WorkPool.shared.threadCount
        expect(
            Answer { nibble_pool_create(cores + 1, &pool, $0, $1) }, NIBBLE_UNSUPPORTED,
            "\(cores + 1) threads")
        expect(Answer { nibble_pool_create(-1, &pool, $0, $1) }, NIBBLE_BAD_ARGUMENT, "no memory holds")
        #expect(pool == nil)
    }

    @Test func wrapping() {
        let bytes = [UInt8](repeating: 0, count: 68)
        func wrap(_ format: String, _ count: Int, _ rows: Int, _ columns: Int) -> Answer {
            Answer {
                var made: OpaquePointer?
                defer { nibble_matrix_free(made) }
                return nibble_matrix_wrap(format, nil, bytes, count, rows, columns, &made, $0, $1)
            }
        }
        #expect(wrap("q8_0", 68, 2, 32).status == NIBBLE_OK)
        expect(wrap("q8_0", 67, 2, 32), NIBBLE_BAD_ARGUMENT, "takes 68 bytes, not 67")
        expect(wrap("q8_0", 68, 0, 32), NIBBLE_BAD_ARGUMENT, "rows is 0")
        expect(wrap("q8_0", 68, .max, .max), NIBBLE_BAD_ARGUMENT, "does not fit any memory")
        expect(wrap("int4", 68, 2, 32), NIBBLE_UNSUPPORTED, "encode the matrix instead")
        expect(wrap("q8_1", 68, 2, 32), NIBBLE_UNKNOWN_NAME, "q8_0")
    }

    @Test func rowsAndPlaces() throws {
        let matrix = try #require(Matrix("int8", rows: 2, columns: 32, Self.values))
        var row = [Float](repeating: 0, count: 32)
        func decode(_ first: Int, _ count: Int, _ places: Int) -> Answer {
            Answer { nibble_matrix_decode(matrix.pointer, first, count, &row, places, $0, $1) }
        }
        #expect(decode(1, 1, 32).status == NIBBLE_OK)
        expect(decode(2, 1, 32), NIBBLE_BAD_ARGUMENT, "the matrix has 2")
        expect(decode(-1, 1, 32), NIBBLE_BAD_ARGUMENT, "the matrix has 2")
        expect(decode(1, -1, 32), NIBBLE_BAD_ARGUMENT, "no memory holds")
        expect(decode(0, 0, 0), NIBBLE_BAD_ARGUMENT, "row_count is 0")
        expect(decode(0, 1, 31), NIBBLE_BAD_ARGUMENT, "32 are needed")
        expect(
            Answer { nibble_matrix_read_bytes(matrix.pointer, 0, 1, &row, 5, $0, $1) }, NIBBLE_BAD_ARGUMENT,
            "byte_count is 5")
    }

    @Test func products() throws {
        let matrix = try #require(Matrix("int8", rows: 2, columns: 32, Self.values))
        var numbers = [Float](repeating: 1, count: 64)
        var report = nibble_report()
        func multiply(_ activations: Int, _ tokens: Int, _ outputs: Int, offset: Int = 32) -> Answer {
            numbers.withUnsafeMutableBufferPointer { numbers in
                let start = numbers.baseAddress
                return Answer {
                    nibble_matrix_multiply(
                        matrix.pointer, start, activations, tokens, start.map { $0 + offset }, outputs, nil,
                        &report, $0, $1)
                }
            }
        }
        expect(multiply(32, 1, 2), NIBBLE_BAD_ARGUMENT, "size of nibble_report is 0")
        report.size = MemoryLayout<nibble_report>.size
        #expect(multiply(32, 1, 2).status == NIBBLE_OK)
        expect(multiply(32, 0, 2), NIBBLE_BAD_ARGUMENT, "token_count is 0")
        expect(multiply(31, 1, 2), NIBBLE_BAD_ARGUMENT, "activation_count is 31, but 32 are needed")
        expect(multiply(32, 1, 3), NIBBLE_BAD_ARGUMENT, "output_count is 3, but 2 are needed")
        expect(multiply(32, .max, 2), NIBBLE_BAD_ARGUMENT, "are needed")
        expect(multiply(32, 1, 2, offset: 31), NIBBLE_BAD_ARGUMENT, "overlap")
    }

    @Test func sentencesFitTheirBuffers() {
        let whole = encode("int„4").sentence
        for capacity in [1, 2, 30, 33, 34, 35, 36, 60] {
            let cut = Answer(capacity: capacity) { message, capacity in
                var made: OpaquePointer?
                return withSetting("int„4") {
                    nibble_matrix_encode($0, Self.values, 2, 32, nil, nil, &made, message, capacity)
                }
            }
            #expect(cut.status == NIBBLE_UNKNOWN_NAME)
            #expect(whole.hasPrefix(cut.sentence) && cut.sentence.utf8.count < capacity)
            #expect(cut.sentence.utf8.count > capacity - 4 - 1)
        }
        #expect(nibble_pool_create(0, nil, nil, 0) == NIBBLE_BAD_ARGUMENT)
        #expect(nibble_pool_create(0, nil, nil, 99) == NIBBLE_BAD_ARGUMENT)
    }

    @Test func textThatIsNoUTF8IsRefused() {
        let wrong: [CChar] = [0x69, -1, -2, 0]
        expect(
            Answer { message, capacity in
                var made: OpaquePointer?
                return nibble_matrix_wrap(wrong, nil, "x", 1, 1, 1, &made, message, capacity)
            }, NIBBLE_BAD_ARGUMENT, "not UTF-8")
    }
}
