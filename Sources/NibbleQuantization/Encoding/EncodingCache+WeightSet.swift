import NibbleKernels
import NibbleTransformers

extension EncodingCache {
    /// The matrices of all layers of `model` under `plan`.
    ///
    /// - Parameters:
    ///   - previous: a set of the same model; layers whose setting hasn't changed are taken from it, so that
    ///     after an edit only the edited layers are encoded, whatever the cache had to let go of.
    ///   - progress: called with the share of weights that is done, from working threads.
    /// - Throws: ``NibbleKernels/KernelError`` if a setting can't be used or the work is cancelled;
    ///   ``NibbleTransformers/TransformerError`` or a checkpoint's error if a layer can't be read.
    public func weightSet(
        for plan: Plan, model: TransformerModel, reusing previous: WeightSet? = nil, pool: WorkPool = .shared,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> WeightSet {
        let settings = plan.resolve(model.layers)
        let total = Double(max(1, model.layers.reduce(0) { $0 + $1.shape.elementCount }))
        var done = 0.0
        var matrices: [LayerPath: PackedMatrix] = [:]
        for layer in model.layers {
            try cancellation.check()
            let setting = settings[layer.id]
            let encoding = try setting?.encoding ?? Self.storedEncoding(of: layer)
            let share = Double(layer.shape.elementCount) / total
            if let matrix = previous?[layer.id], matrix.encoding == encoding, matrix.shape == layer.shape {
                matrices[layer.id] = matrix
            } else {
                let inner = Self.part(of: progress, from: done, share: share)
                matrices[layer.id] = try matrix(
                    for: layer, of: model, setting: setting, pool: pool, cancellation: cancellation,
                    progress: inner)
            }
            done += share
            progress?(min(1, done))
        }
        return WeightSet(matrices)
    }

    /// Reports a part of the work as its share of the whole.
    private static func part(
        of progress: (@Sendable (Double) -> Void)?, from start: Double, share: Double
    ) -> (@Sendable (Double) -> Void)? {
        guard let progress else { return nil }
        return { progress(start + share * $0) }
    }
}
