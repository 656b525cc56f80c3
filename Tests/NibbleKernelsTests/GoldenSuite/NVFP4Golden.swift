@testable import NibbleKernels

/// NVFP4 with two levels of scales, in both orders of operations.
enum NVFP4Golden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("nvfp4/two_level", published), ("nvfp4b/two_level_torchao", torchao),
    ]

    private static func pack(_ reader: GoldenReader, _ rule: RangeRule) throws -> PackedMatrix {
        let encoding = StorageEncoding(format: "nvfp4", granularity: .fixed, rangeRule: rule)
        let packed = try PackedMatrix.encode(reader.matrix("x"), encoding: encoding)
        try reader.equal(bits: [packed.context.parameters.scale], reader.floats("s_tensor"), "s_tensor")
        try reader.equal(packed.scaleBytes(size: 16), reader.bytes("s_block"), "s_block")
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
        return packed
    }

    @Sendable private static func published(_ reader: GoldenReader) throws {
        let packed = try pack(reader, .scale(.subnormal))
        try reader.equal(packed.allCodes, reader.integers("codes"), "codes")
    }

    @Sendable private static func torchao(_ reader: GoldenReader) throws {
        let packed = try pack(reader, .minMax)
        try reader.equal(packed.nibbles(firstIsLow: true), reader.bytes("packed"), "packed")
    }
}
