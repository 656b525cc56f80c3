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

    /// The check of the longest prefix that fits; nil for an id of a later subject, or that nothing here knows.
    static func operation(of id: String) -> Check? {
        guard LaterSubject(of: id) == nil else { return nil }
        return all.filter { id.hasPrefix($0.prefix) }.max { $0.prefix.count < $1.prefix.count }?.check
    }

    /// Why a case isn't run.
    static func reason(for id: String) -> String { LaterSubject(of: id)?.reason ?? "an unknown id" }

    /// Inputs that other cases have, too: read, so that a file that is missing or cut short is found.
    static let inputsAlone: Check = { reader in
        for name in reader.inputNames { _ = try reader.bytes(name) }
    }
}

/// Cases whose subject isn't built yet, by the beginning of their ids.
enum LaterSubject: String, CaseIterable {
    case gptq = "gptq/"
    case hqq = "hqq/"
    case packing = "packing/"
    case metrics = "metrics/"
    case entropy = "onnxruntime/calib_entropy"

    /// The subject of a case; nil for one that is run, or that nothing here knows.
    init?(of id: String) {
        guard let subject = Self.allCases.first(where: { id.hasPrefix($0.rawValue) }) else { return nil }
        self = subject
    }

    /// Why its cases aren't run.
    var reason: String {
        switch self {
        case .gptq: "GPTQ comes with later work"
        case .hqq: "HQQ comes with later work"
        case .packing: "checkpoint packing comes with later work"
        case .metrics: "metrics come with later work"
        case .entropy: "calibration comes with later work"
        }
    }
}
