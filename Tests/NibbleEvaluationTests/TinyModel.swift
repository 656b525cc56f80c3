import Foundation
import NibbleCheckpoints
import NibbleEvaluation
import NibbleKernels
import NibbleQuantization
import NibbleTestSupport
import NibbleTransformers

/// The committed random-weight checkpoint `llama-tied`, sets of weights for it, and changed copies.
enum TinyModel {
    static let folder = RepositoryPaths.root.appendingPathComponent(
        "Tests/NibbleTransformersTests/Fixtures/llama-tied")
    /// A prompt in its vocabulary of 256.
    static let prompt = [1, 17, 5, 99, 42]

    static func open() throws -> TransformerModel { try TransformerModel.open(folder) }

    /// All layers as a setting makes them; nil as stored.
    static func weights(of model: TransformerModel, _ setting: String? = nil) throws -> WeightSet {
        try EncodingCache().weightSet(for: plan(setting), model: model)
    }

    /// The original and one other set of weights.
    static func contestants(_ model: TransformerModel, _ setting: String) throws -> Contestants {
        Contestants(
            reference: Contestant(weights: try weights(of: model)),
            candidates: [Contestant(plan: try plan(setting), weights: try weights(of: model, setting))])
    }

    /// One setting for all layers; nil keeps them as stored.
    static func plan(_ setting: String?) throws -> Plan {
        Plan(rules: try setting.map { [try PlanRule(pattern: ".*", setting: Setting.parse($0))] } ?? [])
    }

    /// Calls `body` with a fresh folder that is removed afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "nibble-evaluation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// Calls `body` with a copy whose configuration is changed and whose tensors go through `change`.
    static func withCopy<Result>(
        configuration: [String: Any] = [:], change: (String, [UInt8]) -> [UInt8] = { $1 },
        _ body: (TransformerModel) throws -> Result
    ) throws -> Result {
        try withFolder { copy in
            let data = try Data(contentsOf: folder.appendingPathComponent("config.json"))
            let values = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            let merged = values.merging(configuration) { _, new in new }
            try JSONSerialization.data(withJSONObject: merged).write(
                to: copy.appendingPathComponent("config.json"))
            let checkpoint = try Checkpoint.open(folder)
            let tensors = try checkpoint.orderedTensors.map { tensor in
                let bytes = try checkpoint.tensor(named: tensor.name).withUnsafeBytes { [UInt8]($0) }
                let entry = SafetensorsWriter.Entry(
                    name: tensor.name, elementType: tensor.elementType, shape: tensor.shape)
                return (entry: entry, bytes: change(tensor.name, bytes))
            }
            try SafetensorsWriter.write(tensors, to: copy.appendingPathComponent("model.safetensors"))
            return try body(try TransformerModel.open(copy))
        }
    }
}
