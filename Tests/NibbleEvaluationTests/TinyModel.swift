import Foundation
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
        try EncodingCache().weightSet(for: ResolvedPlan(plan(setting), model: model), model: model)
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
        try TemporaryFolder.with("evaluation", body)
    }

    /// Calls `body` with a copy whose configuration is changed and whose tensors go through `change`.
    static func withCopy<Result>(
        configuration: [String: Any] = [:], change: (String, [UInt8]) -> [UInt8] = { $1 },
        _ body: (TransformerModel) throws -> Result
    ) throws -> Result {
        try CheckpointCopy.with(
            of: folder, configuration: { $0.merge(configuration) { _, new in new } },
            tensors: { tensors in
                for index in tensors.indices {
                    tensors[index].bytes = change(tensors[index].entry.name, tensors[index].bytes)
                }
            }
        ) { try body(TransformerModel.open($0)) }
    }
}
