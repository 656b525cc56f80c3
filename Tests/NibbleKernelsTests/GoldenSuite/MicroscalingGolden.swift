@testable import NibbleKernels

/// OCP MX by the published rule.
enum MicroscalingGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] =
        [("mx/input", GoldenOperations.inputsAlone)]
        + [
            ("mx/mxfp8_e4m3", "mxfp8-e4m3"), ("mx/mxfp8_e5m2", "mxfp8-e5m2"), ("mx/mxfp6_e3m2", "mxfp6-e3m2"),
            ("mx/mxfp6_e2m3", "mxfp6-e2m3"), ("mx/mxfp4_e2m1", "mxfp4"), ("mx/mxint8", "mxint8"),
        ].map { prefix, format in GoldenOperations.named(prefix) { try blocks($0, format: format) } }

    private static func blocks(_ reader: GoldenReader, format name: String) throws {
        let format = try FormatCatalogue.format(named: name)
        let packed = try PackedMatrix.encode(reader.matrix("x"), encoding: format.defaultEncoding)
        try reader.equal(packed.scaleBytes(size: 32), reader.bytes("scale"), "scale")
        let codes = packed.allCodes.map { UInt8(truncatingIfNeeded: $0) }
        try reader.equal(codes, reader.bytes("codes"), "codes")
        try reader.equal(bits: packed.allValues, reader.floats("deq"), "deq", zeros: false)
    }
}

extension PackedMatrix {
    /// The last byte of each row for each group of `size` columns: a scale of one byte.
    func scaleBytes(size: Int) -> [UInt8] {
        let count = (shape.columns + size - 1) / size
        return (0..<shape.rows).flatMap { packedBytes(row: $0).suffix(count) }
    }

    /// Two codes of four bits in a byte, the first in the low or the high half, over all rows without gaps.
    func nibbles(firstIsLow: Bool) -> [UInt8] {
        let codes = allCodes.map { UInt8(truncatingIfNeeded: $0) }
        return stride(from: 0, to: codes.count, by: 2).map {
            let second = $0 + 1 < codes.count ? codes[$0 + 1] : 0
            return firstIsLow ? codes[$0] | second << 4 : codes[$0] << 4 | second
        }
    }
}
