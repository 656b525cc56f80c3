import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// Computes what the tree shows of layers under settings: the exact error of the stored codes.
struct FiguresJob: Job {
    static let lane = Lane.latest("figures")
    var title: String? { "errors" }

    let model: TransformerModel
    let keys: [FigureKey]

    /// Reports the figures one layer after the other; a layer that can't be encoded is passed over, its analysis says
    /// why.
    func run(_ tools: JobTools, _ desk: JobDesk<(FigureKey, LayerFigures)>) {
        for (index, key) in keys.enumerated() where !desk.cancellation.isCancelled {
            guard let error = try? error(key, tools, desk.cancellation) else { continue }
            desk.report((key, LayerFigures(error)))
            desk.show("errors", share: Double(index + 1) / Double(keys.count))
        }
    }

    func receive(_ report: (FigureKey, LayerFigures), _ state: inout ApplicationState) {
        state.workspace?.figures[report.0] = report.1
    }

    private func error(_ key: FigureKey, _ tools: JobTools, _ cancellation: Cancellation) throws
        -> EncodingError?
    {
        guard let layer = model.layer(key.layer) else { return nil }
        let packed = try tools.encodings.matrix(
            for: layer, of: model, storage: key.storage, pool: tools.pool, cancellation: cancellation)
        return try WeightStatistics.error(
            of: packed, against: model.source(of: layer.id),
            profile: tools.profiles.profile(of: layer.id, in: model),
            cancellation: cancellation)
    }
}
