@testable import NibbleKernels

/// BitNet b1.58: ternary weights, activations of eight bits per token.
enum BitNetGolden {
    static let operations: [(prefix: String, check: GoldenOperations.Check)] = [("bitnet/b158", ternary)]

    @Sendable private static func ternary(_ reader: GoldenReader) throws {
        let source = try reader.matrix("w")
        let packed = try PackedMatrix.encode(
            source, encoding: StorageEncoding(format: "ternary", granularity: .fixed))
        let mean = try reader.floats("gamma")[0]
        reader.near([packed.context.parameters.scale], [mean], "gamma") { _ in 1e-6 * mean }
        let values = try reader.floats("w")
        // A mean in another order of summation may move a value that lies just between two codes.
        try reader.equal(codes: packed.allCodes, reader.integers("q"), "q") {
            ((values[$0] / mean).magnitude - 0.5).magnitude <= 1e-6
        }
        var codes: [Int32] = []
        var largest: [Float] = []
        var report = KernelReport()
        for row in 0..<source.shape.rows {
            let token = QuantizedToken(
                source.row(row), scheme: Int8Activations(blockSize: nil), report: &report)
            codes += token.codes.map(Int32.init)
            largest.append(source.row(row).reduce(0) { max($0, $1.magnitude) })
        }
        try reader.equal(codes, reader.integers("act_q"), "act_q")
        try reader.equal(bits: largest, reader.floats("act_amax"), "act_amax")
    }
}
