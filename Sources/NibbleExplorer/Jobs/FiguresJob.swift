import NibbleKernels
import NibbleQuantization
import NibbleStatistics
import NibbleTransformers

/// Computes what the tree shows of layers under their settings: the exact error of the stored codes.
struct FiguresJob: Sendable {
    let model: TransformerModel
    let keys: [FigureKey]
    let encodings: EncodingCache
    let profiles: ProfileCache
    let pool: WorkPool

    /// Reports the figures one layer after the other; a layer that can't be encoded is passed over, its analysis says
    /// why.
    func run(_ cancellation: Cancellation, report: (FigureKey, LayerFigures) -> Void) {
        for key in keys where !cancellation.isCancelled {
            guard let error = try? error(key, cancellation) else { continue }
            report(key, LayerFigures(error))
        }
    }

    private func error(_ key: FigureKey, _ cancellation: Cancellation) throws -> EncodingError? {
        guard let layer = model.layer(key.layer) else { return nil }
        let packed = try encodings.matrix(
            for: layer, of: model, storage: key.storage, pool: pool, cancellation: cancellation)
        return try WeightStatistics.error(
            of: packed, against: model.source(of: layer.id),
            profile: profiles.profile(of: layer.id, in: model),
            cancellation: cancellation)
    }
}
