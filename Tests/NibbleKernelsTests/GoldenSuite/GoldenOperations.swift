/// Which check belongs to which id: the one list of operations by the beginning of an id.
enum GoldenOperations {
    /// Compares what the library makes of a case's inputs with its outputs.
    typealias Check = @Sendable (GoldenReader) throws -> Void

    /// A check of all ids that begin with `prefix`.
    static func named(_ prefix: String, _ check: @escaping Check) -> (prefix: String, check: Check) {
        (prefix, check)
    }

    static let all: [(prefix: String, check: Check)] =
        GGUFGolden.operations + MiniFloatGolden.operations + MicroscalingGolden.operations
        + NVFP4Golden.operations + BitsandbytesGolden.operations + BitNetGolden.operations
        + FixedPointGolden.operations + TorchaoGolden.operations + ONNXRuntimeGolden.operations

    /// Families whose subject comes with later work.
    static let later = [
        "gptq/": "GPTQ comes with later work", "hqq/": "HQQ comes with later work",
        "packing/": "checkpoint packing comes with later work", "metrics/": "metrics come with later work",
        "onnxruntime/calib_entropy": "calibration comes with later work",
    ]

    /// The check of the longest prefix that fits; nil for an id that nothing here knows.
    static func operation(of id: String) -> Check? {
        guard !later.keys.contains(where: id.hasPrefix) else { return nil }
        return all.filter { id.hasPrefix($0.prefix) }.max { $0.prefix.count < $1.prefix.count }?.check
    }

    /// Why a case isn't run.
    static func reason(for id: String) -> String {
        later.first { id.hasPrefix($0.key) }?.value ?? "an unknown id"
    }

    /// Inputs that other cases have, too: read, so that a file that is missing or cut short is found.
    static let inputsAlone: Check = { reader in
        for name in reader.inputNames { _ = try reader.bytes(name) }
    }
}
