import Testing

@testable import NibbleKernels

/// ggml's blocks: bytes, decoded values, activations, products.
enum GGUFGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("gguf/input", GoldenOperations.inputsAlone), ("gguf/quant_", blocks), ("gguf/cquant_", blocks),
        ("gguf/imquant_", blocks), ("gguf/cref_IQ4_NL", blocksWithoutSearch), ("gguf/cref_Q8_1", q8_1),
        ("gguf/cref_Q8_K", q8_K), ("gguf/deq_", anyBlocks), ("gguf/act", activations),
        ("gguf/vecdot_", products),
    ]

    /// The format whose GGUF type stands behind an id's first underscore.
    private static func format(_ reader: GoldenReader) throws -> any NumericFormat {
        let type = String(reader.name.drop { $0 != "_" }.dropFirst())
        guard let format = FormatCatalogue.format(ofGGUFType: type) else {
            throw GoldenProblem("\(reader.id): there is no format of the GGUF type \(type).")
        }
        return format
    }

    /// Encodes, by importance where there is one, and decodes.
    @Sendable private static func blocks(_ reader: GoldenReader) throws {
        let importance = reader.hasInput("imatrix") ? try reader.floats("imatrix") : nil
        let packed = try PackedMatrix.encode(
            reader.matrix("x"), encoding: format(reader).defaultEncoding, importance: importance)
        try reader.equal(packed.packedBytes(), reader.bytes("bytes"), "bytes")
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
    }

    @Sendable private static func blocksWithoutSearch(_ reader: GoldenReader) throws {
        let (values, expected) = try (reader.floats("x"), reader.bytes("bytes"))
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: values.count, by: 32) {
            let block = Array(values[start..<start + 32])
            bytes += BlockIQ4_NL.blockWithoutSearch(block)
            // ggml leaves the codes of such a block as they happen to lie in memory.
            guard block.allSatisfy({ $0.magnitude < 1e-15 }), bytes.count <= expected.count else { continue }
            bytes.replaceSubrange(
                bytes.count - 16..<bytes.count, with: expected[bytes.count - 16..<bytes.count])
        }
        reader.equal(bytes, expected, "bytes")
        let (rows, columns) = try reader.shape("x")
        let packed = try wrap("iq4_nl", rows: rows, columns: columns, reader.bytes("bytes"))
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
    }

    /// Decodes random blocks: each is a row.
    @Sendable private static func anyBlocks(_ reader: GoldenReader) throws {
        let (rows, columns) = try reader.shape("deq")
        let packed = try wrap(format(reader).name, rows: rows, columns: columns, reader.bytes("blocks"))
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
    }

    private static func wrap(
        _ format: String, rows: Int, columns: Int, _ bytes: [UInt8]
    ) throws -> PackedMatrix {
        let owner = ByteStorage(copying: bytes)
        return try PackedMatrix.wrapping(
            format: format, shape: MatrixShape(rows: rows, columns: columns), bytes: owner.bytes,
            owner: owner)
    }

    @Sendable private static func q8_1(_ reader: GoldenReader) throws {
        try reader.equal(q8_1Bytes(reader.matrix("x")), reader.bytes("bytes"), "bytes")
    }

    /// Q8_1: Q8_0's scale, the f16 of the codes' sum times the scale before it was rounded, Q8_0's codes.
    private static func q8_1Bytes(_ source: FloatMatrix) throws -> [UInt8] {
        let encoding = StorageEncoding(format: "q8_0", granularity: .fixed)
        let packed = try PackedMatrix.encode(source, encoding: encoding)
        return (0..<source.shape.rows).flatMap { row -> [UInt8] in
            let (values, codes) = (source.row(row), packed.codes(row: row))
            let bytes = packed.packedBytes(row: row)
            return stride(from: 0, to: codes.count, by: 32).flatMap { start -> [UInt8] in
                let scale = values[start..<start + 32].reduce(0) { max($0, $1.magnitude) } / 127
                let sum = codes[start..<start + 32].reduce(0, +)
                let half = Float16(Float(sum) * scale).bitPattern
                let block = bytes[start / 32 * 34..<start / 32 * 34 + 34]
                return block.prefix(2) + Self.bytes(half) + block.dropFirst(2)
            }
        }
    }

    @Sendable private static func q8_K(_ reader: GoldenReader) throws {
        let source = try reader.matrix("x")
        try reader.equal(q8_KBytes(source), reader.bytes("bytes"), "bytes")
        let values = (0..<source.shape.rows).flatMap { row in
            let token = superBlocks(source.row(row))
            return token.codes.indices.map { Float(token.codes[$0]) * token.scales[$0 / 256] }
        }
        try reader.equal(bits: values, reader.floats("deq"), "deq", zeros: false)
    }

    private static func superBlocks(_ values: [Float]) -> QuantizedToken {
        var report = KernelReport()
        return QuantizedToken(values, scheme: SuperBlockActivations(), report: &report)
    }

    /// Q8_K: the f32 scale, the codes, the sums of sixteen codes.
    private static func q8_KBytes(_ source: FloatMatrix) -> [UInt8] {
        (0..<source.shape.rows).flatMap { row -> [UInt8] in
            let token = superBlocks(source.row(row))
            return token.scales.indices.flatMap { block -> [UInt8] in
                let codes = Array(token.codes[block * 256..<block * 256 + 256])
                let sums: [Int16] = stride(from: 0, to: 256, by: 16).map { start in
                    codes[start..<start + 16].reduce(0, +)
                }
                return bytes(token.scales[block].bitPattern)
                    + codes.map { UInt8(truncatingIfNeeded: $0) }
                    + sums.flatMap { bytes(UInt16(bitPattern: $0)) }
            }
        }
    }

    /// Lowest byte first.
    private static func bytes(_ word: some FixedWidthInteger) -> [UInt8] {
        (0..<word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }

    /// Blocks of activations; those that products are made of round ties to even, ggml's reference away from zero.
    @Sendable private static func activations(_ reader: GoldenReader) throws {
        let source = try reader.matrix("a")
        let encoding = StorageEncoding(format: "q8_0", granularity: .fixed)
        let blocks = try PackedMatrix.encode(source, encoding: encoding)
        try reader.equal(blocks.packedBytes(), reader.bytes("q8_0"), "q8_0")
        try reader.equal(q8_1Bytes(source), reader.bytes("q8_1"), "q8_1")
        reader.equal(q8_KBytes(source), try reader.bytes("q8_K"), "q8_K")
        for row in 0..<source.shape.rows {
            let values = source.row(row)
            var report = KernelReport()
            let token = QuantizedToken(values, scheme: Int8Activations(blockSize: 32), report: &report)
            reader.equal(
                codes: token.codes.map(Int32.init), blocks.codes(row: row), "codes of products",
                isTie: { index in
                    let start = index / 32 * 32
                    let largest = values[start..<start + 32].reduce(0) { max($0, $1.magnitude) }
                    let steps = values[index] * (127 / largest)
                    return steps - steps.rounded(.down) == 0.5
                })
            let scales = token.scales.indices.map { blocks.grid(row: row, column: $0 * 32)?.scale ?? .nan }
            reader.equal(bits: token.scales, scales, "scales of products")
        }
    }

    /// Products of blocks with blocks of activations, whose decoded values have those very codes and scales.
    @Sendable private static func products(_ reader: GoldenReader) throws {
        let format = try format(reader)
        let (rows, bytesPerRow) = try reader.shape("w")
        let block = try format.layout(
            of: MatrixShape(rows: 1, columns: 1), encoding: format.defaultEncoding)
        let columns = bytesPerRow / block.bytesPerRow * (1 + block.paddingColumns)
        let tokens = try reader.shape("y").columns
        let bytes = try reader.bytes("a")
        let (kind, values) = try decoded(bytes, tokens: tokens, columns: columns, reader)
        let weights = try wrap(format.name, rows: rows, columns: columns, reader.bytes("w"))
        var output = try weights.product(
            values, tokenCount: tokens, Arithmetic(activation: kind)
        ).output
        if bytes.count == tokens * columns / 32 * 36 {
            addRoundedSums(of: bytes, to: &output, weights, tokens: tokens)
        }
        var magnitudes: [Float] = []
        for row in 0..<rows {
            let weights = weights.decode(row: row)
            for token in 0..<tokens {
                let part = values[token * columns..<(token + 1) * columns]
                magnitudes.append(zip(weights, part).reduce(Float(0)) { $0 + ($1.0 * $1.1).magnitude })
            }
        }
        let found = (0..<rows).flatMap { row in (0..<tokens).map { output[$0 * rows + row] } }
        try reader.near(found, reader.floats("y"), "y") { 1e-5 * magnitudes[$0] }
    }

    /// Q8_1 holds a block's sum of scaled codes as f16, by which ggml multiplies the weights' minima: adds minimum · (that − the
    /// sum itself), by which a product of the codes differs.
    private static func addRoundedSums(
        of bytes: [UInt8], to output: inout [Float], _ weights: PackedMatrix, tokens: Int
    ) {
        guard let format = weights.format as? any IntegerCoded else { return }
        let (rows, blocks) = (weights.shape.rows, weights.shape.columns / 32)
        for place in 0..<tokens * blocks {
            let block = bytes[place * 36..<place * 36 + 36]
            let halves = [0, 2].map { offset in
                Float(
                    Float16(
                        bitPattern: UInt16(bytes[place * 36 + offset]) | UInt16(
                            bytes[place * 36 + offset + 1]) << 8))
            }
            let sum = block.dropFirst(4).reduce(Int32(0)) { $0 + Int32(Int8(bitPattern: $1)) }
            for row in 0..<rows {
                let minimum = weights.withBytes(row: row) {
                    format.number(row: $0, context: weights.context, column: place % blocks * 32, code: 0)
                        .minimum
                }
                output[place / blocks * rows + row] += minimum * (halves[1] - halves[0] * Float(sum))
            }
        }
    }

    /// Blocks of activations as numbers, and the scheme that gives these blocks again.
    private static func decoded(
        _ bytes: [UInt8], tokens: Int, columns: Int, _ reader: GoldenReader
    ) throws -> (scheme: String, values: [Float]) {
        let (perBlock, perSuperBlock) = (tokens * columns / 32, tokens * columns / 256)
        if bytes.count == perSuperBlock * 292 {
            return ("int8-block256", superBlockValues(bytes))
        }
        // Q8_1 has the scaled sum of the codes behind the scale.
        var blocks = bytes
        if bytes.count == perBlock * 36 {
            blocks = []
            for start in stride(from: 0, to: bytes.count, by: 36) {
                blocks += bytes[start..<start + 2]
                blocks += bytes[start + 4..<start + 36]
            }
        }
        let packed = try wrap("q8_0", rows: tokens, columns: columns, blocks)
        return ("int8-block32", packed.allValues)
    }

    private static func superBlockValues(_ bytes: [UInt8]) -> [Float] {
        var values: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: 292) {
            let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
            let scale = Float(bitPattern: word)
            values += bytes[start + 4..<start + 260].map { Float(Int8(bitPattern: $0)) * scale }
        }
        return values
    }
}
