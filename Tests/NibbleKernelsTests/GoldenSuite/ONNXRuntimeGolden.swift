import Testing

@testable import NibbleKernels

/// ONNX Runtime's operators of quantization.
enum ONNXRuntimeGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("onnxruntime/ql_", linear), ("onnxruntime/ql_s8_axis0", rows),
        ("onnxruntime/ql_int4_block", blocks), ("onnxruntime/cast_f8", cast), ("onnxruntime/dql_", dynamic),
        ("onnxruntime/mmi_", product), ("onnxruntime/qlmm", codedProduct),
        ("onnxruntime/calib_percentile", percentiles),
    ]

    /// QuantizeLinear and back, of a type in the id such as u8 or s16.
    @Sendable private static func linear(_ reader: GoldenReader) throws {
        let type = try #require(reader.name.split(separator: "_").dropFirst().first)
        let bits = try #require(Int(type.dropFirst()))
        let lowest: Int32 = type.hasPrefix("s") ? -(1 << Int32(bits - 1)) : 0
        let grid = try CodeGrid(
            scale: Float(reader.number("scale")), zeroPoint: Int32(reader.number("zero_point")),
            lowestCode: lowest, highestCode: lowest + (1 << Int32(bits)) - 1)
        let codes = try grid.codes(reader.floats("x"))
        try reader.equal(codes, reader.integers("q"), "q")
        try reader.equal(bits: codes.map(grid.value(of:)), reader.floats("deq"), "deq", zeros: false)
    }

    @Sendable private static func rows(_ reader: GoldenReader) throws {
        let packed = try PackedMatrix.encode(
            reader.matrix("x"), encoding: StorageEncoding(format: "int8", granularity: .channel))
        let scales = (0..<packed.shape.rows).map { packed.grid(row: $0, column: 0)?.scale ?? .nan }
        try reader.equal(bits: scales, reader.floats("scale"), "scale")
        try reader.equal(packed.allCodes, reader.integers("q"), "q")
    }

    /// Blocks of the size in the id; their scales are f32 there, so that each is a row of its own.
    @Sendable private static func blocks(_ reader: GoldenReader) throws {
        let size = try #require(Int(reader.name.drop { $0 != "k" }.dropFirst()))
        let packed = try PackedMatrix.encode(
            reader.rows("x", of: size), encoding: StorageEncoding(format: "int4", granularity: .channel))
        let scales = (0..<packed.shape.rows).map { packed.grid(row: $0, column: 0)?.scale ?? .nan }
        try reader.equal(bits: scales, reader.floats("scale"), "scale")
        try reader.equal(packed.allCodes, reader.integers("q"), "q")
    }

    /// To a type of eight bits and back; the id ends in `sat` where overflows saturate.
    @Sendable private static func cast(_ reader: GoldenReader) throws {
        let types: [(String, MiniFloat)] = [
            ("e4m3fnuz", .e4m3fnuz), ("e5m2fnuz", .e5m2fnuz), ("e4m3fn", .e4m3), ("e5m2", .e5m2),
        ]
        let type = try #require(types.first { reader.name.contains($0.0) }).1
        let overflow: MiniFloat.Overflow =
            reader.name.hasSuffix("_sat") ? .saturate : .special
        let values = try reader.floats("x").map { type.values[Int(type.code($0, overflow: overflow))] }
        try reader.equal(bits: values, reader.floats("y"), "y")
    }

    @Sendable private static func dynamic(_ reader: GoldenReader) throws {
        let values = try reader.floats("x")
        let grid = values.withUnsafeBufferPointer { UnsignedActivations.grid(of: $0) }
        try reader.equal(bits: [grid.scale], reader.floats("scale"), "scale")
        try reader.equal([grid.zeroPoint], reader.integers("zp"), "zp")
        let expected = try reader.integers("y")
        reader.equal(grid.codes(values), expected, "y")
        var report = KernelReport()
        let token = QuantizedToken(values, scheme: UnsignedActivations(), report: &report)
        reader.equal(token.codes.map { Int32($0) + grid.zeroPoint }, expected, "codes of the scheme")
        // As weights of a tensor; zeros have scale 0 there.
        guard values.contains(where: { $0 != 0 }) else { return }
        let packed = try Samples.encode(values, StorageEncoding(format: "int8-asym", granularity: .tensor))
        reader.equal(packed.allCodes, expected, "codes of int8-asym")
    }

    /// Codes less their zero points, the weights by output column.
    private static func sums(
        _ reader: GoldenReader, zeroPoints: (Int32, Int32)
    ) throws -> [Int32] {
        let (tokens, inner) = try reader.shape("a")
        let columns = try reader.shape("b").columns
        let (a, b) = try (reader.integers("a"), reader.integers("b"))
        let weights = (0..<columns).flatMap { column in
            (0..<inner).map { b[$0 * columns + column] - zeroPoints.1 }
        }
        return try WholeNumberProduct.sums(
            weights: weights, rows: columns, activations: a.map { $0 - zeroPoints.0 }, tokens: tokens)
    }

    /// MatMulInteger: exact sums, whatever one processor's instructions make of them.
    @Sendable private static func product(_ reader: GoldenReader) throws {
        let zeroPoints = try (Int32(reader.number("az")), Int32(reader.number("bz")))
        try reader.equal(sums(reader, zeroPoints: zeroPoints), reader.integers("y"), "y")
        reader.ignore("y_ort_avx2")
    }

    /// QLinearMatMul: the sums times the factor in f32, on the output's grid.
    @Sendable private static func codedProduct(_ reader: GoldenReader) throws {
        let zeroPoints = try (Int32(reader.number("a_zp")), Int32(reader.number("b_zp")))
        let factor =
            try Float(reader.number("a_scale")) * Float(reader.number("b_scale"))
            / Float(reader.number("y_scale"))
        let grid = try CodeGrid(
            scale: 1, zeroPoint: Int32(reader.number("y_zp")), lowestCode: 0, highestCode: 255)
        let codes = try grid.codes(sums(reader, zeroPoints: zeroPoints).map { Float($0) * factor })
        try reader.equal(codes, reader.integers("y"), "y")
    }

    @Sendable private static func percentiles(_ reader: GoldenReader) throws {
        let values = try reader.floats("x")
        let found = values.withUnsafeBufferPointer { values in
            [99, 99.9, 99.99].map { RangeSearch.percentile(of: values, percent: $0) }
        }
        try reader.near(found, reader.doubles("p").map { Float($0) }, "p") { _ in 1e-6 }
    }
}

extension CodeGrid {
    /// The codes of some values, to nearest even.
    fileprivate func codes(_ values: [Float]) -> [Int32] {
        let offset = min(lowestCode, 0)
        var codes = [UInt16](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { values in
            codes.withUnsafeMutableBufferPointer {
                if let start = $0.baseAddress {
                    encode(values, rounding: .halfToEven, offset: -offset, into: start)
                }
            }
        }
        return codes.map { Int32($0) + offset }
    }
}
