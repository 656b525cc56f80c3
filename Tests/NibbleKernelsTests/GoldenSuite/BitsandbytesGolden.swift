import Testing

@testable import NibbleKernels

/// bitsandbytes: blocks of levels, quantized scales, the dynamic map, LLM.int8.
enum BitsandbytesGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("bitsandbytes/input", GoldenOperations.inputsAlone), ("bitsandbytes/table_", table),
        ("bitsandbytes/nf4_b", blocks), ("bitsandbytes/fp4_b", blocks),
        ("bitsandbytes/dynamic_map", dynamicMap), ("bitsandbytes/blockwise8", bytes),
        ("bitsandbytes/llmint8_vec", outliers), ("bitsandbytes/llmint8_mm", product),
    ]

    private static func format(_ reader: GoldenReader) throws -> NormalFloatFormat {
        let name =
            (reader.name.contains("nf4") ? "nf4" : "bnb-fp4") + (reader.name.hasSuffix("_dq") ? "-dq" : "")
        return try #require(FormatCatalogue.format(named: name) as? NormalFloatFormat)
    }

    @Sendable private static func table(_ reader: GoldenReader) throws {
        try reader.equal(bits: format(reader).levels, reader.floats("code"), "code", zeros: false)
    }

    /// Blocks of the size in the id run over all rows: the matrix is one row here.
    @Sendable private static func blocks(_ reader: GoldenReader) throws {
        let format = try format(reader)
        let size = Int(reader.name.dropFirst(5).prefix { $0.isNumber }) ?? 0
        let values = try reader.floats("x")
        let packed = try Samples.encode(
            values, StorageEncoding(format: format.name, granularity: .group(size)))
        let scales = stride(from: 0, to: values.count, by: size).map { start in
            values[start..<min(start + size, values.count)].reduce(Float(0)) { max($0, $1.magnitude) }
        }
        let expected = try reader.bytes("packed").flatMap { [Int32($0 >> 4), Int32($0 & 15)] }
        reader.equal(codes: packed.allCodes, Array(expected.prefix(values.count)), "packed") { index in
            isBetween(values[index] * (1 / scales[index / size]), format.levels)
        }
        let decoded = packed.allValues
        if format.hasQuantizedScales {
            let parameters = packed.context.parameters
            let offset = try reader.floats("offset")
            reader.near([parameters.scaleOffset], offset, "offset") { _ in 1e-6 * offset[0].magnitude }
            let largest = try reader.floats("state2_absmax")
            reader.near(parameters.scaleScales, largest, "state2_absmax") { 1e-5 * largest[$0] }
            try reader.equal(bits: DynamicMap.values, reader.floats("state2_code"), "state2_code")
            let codes = Array(packed.packedBytes(row: 0).suffix(scales.count))
            try reader.equal(codes, reader.bytes("absmax_q"), "absmax_q")
            let deq = try reader.floats("deq")
            reader.near(decoded, deq, "deq") { 1e-5 * deq[$0].magnitude }
        } else {
            try reader.equal(bits: scales, reader.floats("absmax"), "absmax")
            let stored = scales.indices.map { packed.scale(ofGroup: $0) }
            reader.equal(bits: stored, scales, "stored scales")
            try reader.near(decoded, reader.floats("deq"), "deq") { 1e-6 * scales[$0 / size] }
        }
    }

    /// Whether a number lies within one unit in the last place of the middle between two levels.
    private static func isBetween(_ number: Float, _ levels: [Float]) -> Bool {
        let levels = levels.sorted()
        let middles = zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 }
        return middles.contains { ($0 - number).magnitude <= number.ulp }
    }

    @Sendable private static func dynamicMap(_ reader: GoldenReader) throws {
        try reader.equal(bits: DynamicMap.values, reader.floats("code"), "code", zeros: false)
    }

    /// Blocks of 256 with codes of the dynamic map.
    @Sendable private static func bytes(_ reader: GoldenReader) throws {
        let (values, map) = try (reader.floats("x"), DynamicMap.values)
        let largest = stride(from: 0, to: values.count, by: 256).map { start in
            values[start..<min(start + 256, values.count)].reduce(Float(0)) { max($0, $1.magnitude) }
        }
        let codes = values.enumerated().map { Int32(DynamicMap.code($1, largest: largest[$0 / 256])) }
        let expected = try reader.integers("q")
        reader.equal(codes: codes, expected, "q") { index in
            let scaled = values[index] * (1 / max(largest[index / 256], 1e-38))
            let (lower, upper) = (min(codes[index], expected[index]), max(codes[index], expected[index]))
            return upper == lower + 1 && (map[Int(lower)] + map[Int(upper)]) / 2 == scaled
        }
        try reader.equal(bits: largest, reader.floats("absmax"), "absmax")
        let decoded = expected.enumerated().map { map[Int($1)] * largest[$0 / 256] }
        try reader.equal(bits: decoded, reader.floats("deq"), "deq", zeros: false)
    }

    /// Tokens of a matrix by LLM.int8: codes, magnitudes of the rest, columns of outliers.
    private static func tokens(
        _ reader: GoldenReader, _ name: String, _ scheme: OutlierActivations
    ) throws -> (codes: [Int32], scales: [Float], outliers: [Int]) {
        let (source, values) = try (reader.matrix(name), reader.floats(name))
        let threshold = try #require(scheme.outlierThreshold)
        let columns = values.withUnsafeBufferPointer {
            OutlierColumns($0, tokenCount: source.shape.rows, threshold: threshold).columns
        }
        var report = KernelReport()
        let tokens = (0..<source.shape.rows).map {
            QuantizedToken(source.row($0), scheme: scheme, outliers: columns, report: &report)
        }
        return (tokens.flatMap { $0.codes.map(Int32.init) }, tokens.map { $0.scales[0] }, columns)
    }

    @Sendable private static func outliers(_ reader: GoldenReader) throws {
        let found = try tokens(reader, "x", OutlierActivations())
        try reader.equal(found.codes, reader.integers("q"), "q")
        let largest = try reader.floats("row_absmax")
        reader.equal(bits: found.scales, largest.map { $0 / 127 }, "row_absmax")
        try reader.equal(found.outliers.map { Int32($0) }, reader.integers("outlier_cols"), "outlier_cols")
    }

    /// Both sides by row and without outliers; the product of the decoded values, which have these very codes.
    @Sendable private static func product(_ reader: GoldenReader) throws {
        let all = OutlierActivations(threshold: .infinity)
        let (a, w) = try (tokens(reader, "a", all), tokens(reader, "w", all))
        try reader.equal(a.codes, reader.integers("qa"), "qa")
        try reader.equal(w.codes, reader.integers("qw"), "qw")
        try reader.equal(bits: a.scales, reader.floats("sa").map { $0 / 127 }, "sa")
        try reader.equal(bits: w.scales, reader.floats("sw").map { $0 / 127 }, "sw")
        let (rows, tokens) = (w.scales.count, a.scales.count)
        let sums = try WholeNumberProduct.sums(
            weights: w.codes, rows: rows, activations: a.codes, tokens: tokens)
        try reader.equal(sums, reader.integers("acc"), "acc")
        let columns = try reader.shape("w").columns
        let values = [w, a].map { side in
            side.codes.enumerated().map { Float($1) * side.scales[$0 / columns] }
        }
        let weights = try PackedMatrix.encode(
            FloatMatrix(shape: MatrixShape(rows: rows, columns: columns), values: values[0]),
            encoding: StorageEncoding(format: "int8", granularity: .channel))
        reader.equal(weights.allCodes, w.codes, "codes of int8")
        let output = try weights.product(
            values[1], tokenCount: tokens, Arithmetic(activation: "int8-token")
        ).output
        let expected = try reader.floats("out")
        reader.near(output, expected, "out") { 2e-3 * expected[$0].magnitude }
    }
}

extension PackedMatrix {
    /// The scale of a group of the first row of a format of levels.
    fileprivate func scale(ofGroup group: Int) -> Float {
        guard let format = format as? NormalFloatFormat else { return .nan }
        return packedBytes(row: 0).withUnsafeBytes { bytes in
            let size = format.scaleByteCount(encoding)
            let start = bytes.count - (layout.groupsPerRow - group) * size
            return format.scale(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]), context, group: group)
        }
    }
}
