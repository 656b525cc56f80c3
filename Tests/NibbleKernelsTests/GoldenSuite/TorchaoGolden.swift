import Testing

@testable import NibbleKernels

/// torchao: integer grids, a dynamic linear layer, microscaling by every rule, NVFP4.
enum TorchaoGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [
        ("torchao/input", GoldenOperations.inputsAlone), ("torchao/int", affine), ("torchao/uint", affine),
        ("torchao/int8dyn_linear", linear), ("torchao/mx_", microscaling), ("torchao/nvfp4", nvfp4),
    ]

    /// `[u]intB_MAPPING_GROUP`: the mapping sym, asym or symnoclip, the group tensor, row or gN.
    @Sendable private static func affine(_ reader: GoldenReader) throws {
        let parts = reader.name.split(separator: "_").map(String.init)
        let isUnsigned = reader.name.hasPrefix("u")
        let bits = try #require(Int(parts[0].drop { !$0.isNumber }))
        let rule: RangeRule =
            switch parts[1] {
            case "sym": .scale(.full)
            case "symnoclip": .scale(.noClip)
            default: .scale(.least)
            }
        // Groups are rows of their own, so that their scales are f32 as there.
        let (rows, columns) = try reader.shape("x")
        let size =
            parts[2] == "tensor"
            ? rows * columns : parts[2] == "row" ? columns : try #require(Int(parts[2].dropFirst()))
        let format = "int\(bits)" + (parts[1] == "asym" ? "-asym" : "")
        let packed = try PackedMatrix.encode(
            reader.rows("x", of: size), encoding: StorageEncoding(format: format, rangeRule: rule))
        try compare(packed, reader, offset: parts[1] == "asym" && !isUnsigned ? 1 << (Int32(bits) - 1) : 0)
    }

    /// - Parameter offset: What the codes and zero points of the format lie above those of the case.
    private static func compare(_ packed: PackedMatrix, _ reader: GoldenReader, offset: Int32) throws {
        let grids = (0..<packed.shape.rows).compactMap { packed.grid(row: $0, column: 0) }
        let scales = grids.map(\.scale)
        try reader.equal(bits: scales, reader.floats("scale"), "scale")
        try reader.equal(grids.map { $0.zeroPoint - offset }, reader.integers("zp"), "zp")
        let expected = try reader.integers("q")
        reader.equal(packed.allCodes.map { $0 - offset }, expected, "q")
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
    }

    @Sendable private static func linear(_ reader: GoldenReader) throws {
        let encoding = StorageEncoding(
            format: "int8", granularity: .channel, rangeRule: .scale(.full))
        let weights = try PackedMatrix.encode(reader.matrix("w"), encoding: encoding)
        let scales = (0..<weights.shape.rows).map { weights.grid(row: $0, column: 0)?.scale ?? .nan }
        try reader.equal(bits: scales, reader.floats("w_scale"), "w_scale")
        try reader.equal(
            [Int32](repeating: 0, count: scales.count), reader.integers("w_zero_point"), "w_zero_point")
        try reader.equal(weights.allCodes, reader.integers("w_qdata"), "w_qdata")
        let tokens = try reader.shape("a").rows
        let output = try weights.product(
            reader.floats("a"), tokenCount: tokens, Arithmetic(activation: "int8-token-full")
        ).output
        let expected = try reader.floats("y")
        let largest = expected.reduce(0) { max($0, $1.magnitude) }
        reader.near(output, expected, "y") { _ in 1e-3 * largest }
    }

    private static let elements = [
        "e4m3": "mxfp8-e4m3", "e5m2": "mxfp8-e5m2", "e3m2": "mxfp6-e3m2", "e2m3": "mxfp6-e2m3",
        "fp4": "mxfp4",
    ]

    /// `mx_ELEMENT_RULE`.
    @Sendable private static func microscaling(_ reader: GoldenReader) throws {
        let parts = reader.name.split(separator: "_").map(String.init)
        let element = try #require(parts.lazy.compactMap { elements[$0] }.first)
        let rule = try #require(parts.last.flatMap(ScaleRule.init))
        let encoding = StorageEncoding(format: element, granularity: .fixed, rangeRule: .scale(rule))
        let packed = try PackedMatrix.encode(reader.rows("x", of: 32), encoding: encoding)
        try reader.equal(packed.scaleBytes(size: 32), reader.bytes("scale"), "scale")
        let codes = packed.allCodes.map { UInt8(truncatingIfNeeded: $0) }
        let data = try reader.bytes("data")
        reader.equal(data.count == codes.count ? codes : packed.nibbles(firstIsLow: true), data, "data")
    }

    @Sendable private static func nvfp4(_ reader: GoldenReader) throws {
        let packed = try PackedMatrix.encode(
            reader.matrix("x"), encoding: StorageEncoding(format: "nvfp4", granularity: .fixed))
        try reader.equal(bits: [packed.context.parameters.scale], reader.floats("s_tensor"), "s_tensor")
        try reader.equal(packed.scaleBytes(size: 16), reader.bytes("scale"), "scale")
        try reader.equal(packed.nibbles(firstIsLow: true), reader.bytes("data"), "data")
    }
}
