@testable import NibbleKernels

/// Casts of small floating-point types, and what each of their codes stands for.
enum MiniFloatGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] =
        types.flatMap { name, type in
            [
                GoldenOperations.named("minifloat/decode_\(name)") { try decode($0, type) },
                GoldenOperations.named("minifloat/round_\(name)") { try round($0, type) },
            ]
        }
        + [("bf16", "bf16"), ("fp16", "f16")].flatMap { name, format in
            [
                GoldenOperations.named("minifloat/decode_\(name)") { try decode($0, format) },
                GoldenOperations.named("minifloat/round_\(name)") { try round($0, format) },
            ]
        } + [
            ("minifloat/decode_e8m0fnu", decodePowers), ("minifloat/round_e8m0fnu", roundPowers),
        ]

    private static let types: [(String, MiniFloat)] = [
        ("e4m3fn", .e4m3), ("e5m2", .e5m2), ("e4m3fnuz", .e4m3fnuz), ("e5m2fnuz", .e5m2fnuz),
        ("e3m4", .e3m4), ("e4m3", .e4m3ieee), ("e3m2fn", .e3m2), ("e2m3fn", .e2m3), ("e2m1fn", .e2m1),
    ]

    private static func decode(_ reader: GoldenReader, _ type: MiniFloat) throws {
        let values = try reader.integers("codes").map { type.values[Int($0)] }
        try reader.equal(bits: values, reader.floats("values"), "values")
    }

    /// With overflow to NaN or infinity and, where there is one, with saturation.
    private static func round(_ reader: GoldenReader, _ type: MiniFloat) throws {
        let values = try reader.floats("x")
        try compare(reader, type, values, prefix: "", .special)
        guard reader.outputNames.contains("sat_codes") else { return }
        try compare(reader, type, values, prefix: "sat_", .saturate)
    }

    private static func compare(
        _ reader: GoldenReader, _ type: MiniFloat, _ values: [Float], prefix: String,
        _ overflow: MiniFloat.Overflow
    ) throws {
        let expected = try reader.integers(prefix + "codes")
        let numbers = try reader.floats(prefix + "values")
        // Types without NaN leave open what becomes of one; elsewhere any NaN equals any other.
        let codes = zip(values, expected).map { value, code in
            let found = Int32(type.code(value, overflow: overflow))
            let isOpen = value.isNaN && type.notANumber == nil
            let areBothNaN = type.values[Int(found)].isNaN && type.values[Int(code)].isNaN
            return isOpen || areBothNaN ? code : found
        }
        reader.equal(codes, expected, prefix + "codes")
        reader.equal(bits: codes.map { type.values[Int($0)] }, numbers, prefix + "values")
    }

    @Sendable private static func decodePowers(_ reader: GoldenReader) throws {
        let values = try reader.integers("codes").map { PowerOfTwoScale.value(UInt8($0)) }
        try reader.equal(bits: values, reader.floats("values"), "values")
    }

    @Sendable private static func roundPowers(_ reader: GoldenReader) throws {
        let codes = try reader.floats("x").map { PowerOfTwoScale.byte(nearest: $0) }
        try reader.equal(codes, reader.bytes("codes"), "codes")
        try reader.equal(bits: codes.map(PowerOfTwoScale.value), reader.floats("values"), "values")
    }

    private static func encoding(_ format: String) -> StorageEncoding {
        StorageEncoding(format: format, granularity: .fixed)
    }

    /// Codes of 16 bits, whose bytes are a row of the format.
    private static func decode(_ reader: GoldenReader, _ format: String) throws {
        let owner = try ByteStorage(copying: reader.bytes("codes"))
        let shape = MatrixShape(rows: 1, columns: owner.bytes.count / 2)
        let packed = try PackedMatrix.wrapping(format: format, shape: shape, bytes: owner.bytes, owner: owner)
        try reader.equal(bits: packed.allValues, reader.floats("values"), "values")
    }

    private static func round(_ reader: GoldenReader, _ format: String) throws {
        let values = try reader.floats("x")
        let packed = try Samples.encode(values, encoding(format))
        let expected = try reader.integers("codes")
        let codes = zip(packed.allCodes, zip(expected, values)).map { $1.1.isNaN ? $1.0 : $0 }
        reader.equal(codes, expected, "codes")
        try reader.equal(bits: packed.allValues, reader.floats("values"), "values")
    }
}
