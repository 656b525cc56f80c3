import NibbleKernels
import NibbleTransformers

extension EncodingCache {
    /// The operators of all layers of `model` under a plan that was resolved for it.
    ///
    /// - Parameters:
    ///   - previous: a set of the same model; layers whose storage hasn't changed are taken from it, so that
    ///     after an edit only the edited layers are encoded, whatever the cache had to let go of.
    ///   - progress: called with the share of weights that is done, from working threads.
    /// - Throws: ``NibbleKernels/KernelError`` if a setting can't be used or the work is cancelled;
    ///   ``NibbleTransformers/TransformerError`` or a checkpoint's error if a layer can't be read.
    public func weightSet(
        for plan: ResolvedPlan, model: TransformerModel, reusing previous: WeightSet? = nil,
        pool: WorkPool = .shared,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> WeightSet {
        let total = Double(max(1, plan.layers.weightCount))
        var done = 0.0
        var operators: [LayerPath: LayerOperator] = [:]
        for layer in model.layers {
            try cancellation.check()
            let setting = plan.setting(of: layer.id)
            let share = Double(layer.shape.elementCount) / total
            let matrix =
                try Self.matrix(of: previous?[layer.id], for: layer, setting: setting)
                ?? matrix(
                    for: layer, of: model, storage: setting?.storage, method: setting?.method ?? .rounding,
                    pool: pool, cancellation: cancellation,
                    progress: Self.part(of: progress, from: done, share: share))
            operators[layer.id] = try LayerOperator(weights: matrix, arithmetic: setting?.arithmetic)
            done += share
            progress?(min(1, done))
        }
        return WeightSet(operators)
    }

    /// The matrix of an earlier set, if it holds the bytes that a setting asks for.
    private static func matrix(
        of previous: LayerOperator?, for layer: LinearLayer, setting: Setting?
    ) throws -> PackedMatrix? {
        let storage = try setting?.storage ?? storedEncoding(of: layer)
        guard let matrix = previous?.weights, matrix.encoding == storage, matrix.shape == layer.shape else {
            return nil
        }
        return matrix
    }

    /// Reports a part of the work as its share of the whole.
    private static func part(
        of progress: (@Sendable (Double) -> Void)?, from start: Double, share: Double
    ) -> (@Sendable (Double) -> Void)? {
        guard let progress else { return nil }
        return { progress(start + share * $0) }
    }
}
