import NibbleKernels
import NibbleTransformers

/// How large a model is as stored and under a plan, from the formats' layouts, without encoding anything.
public struct PlanSize: Hashable, Sendable {
    /// Bytes of all tensors as stored in the file.
    public let originalBytes: Int
    /// Bytes of all tensors with the plan's layers packed.
    public let planBytes: Int
    /// Bits per weight of the layers under the plan: scales, zero points and padding included, other tensors
    /// not.
    public let bitsPerWeight: Double
    /// Bits per weight of the layers as stored.
    public let originalBitsPerWeight: Double

    /// planBytes ÷ originalBytes; 1 for an empty model.
    public var ratio: Double { originalBytes == 0 ? 1 : Double(planBytes) / Double(originalBytes) }

    /// The size of `model` under `plan`.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` if a setting can't be used with a layer.
    public static func estimate(_ plan: Plan, model: TransformerModel) throws(KernelError) -> PlanSize {
        try estimate(
            plan.resolve(model.layers), layers: model.layers,
            otherBytes: model.otherTensors.reduce(0) { $0 + $1.byteCount })
    }

    /// The size of layers with settings, and of `otherBytes` bytes that stay as they are.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` if a setting can't be used with a layer.
    static func estimate(
        _ settings: [LayerPath: Setting], layers: [LinearLayer], otherBytes: Int
    ) throws(KernelError) -> PlanSize {
        var (original, planned, weights) = (0, 0, 0)
        for layer in layers {
            let stored = layer.storedByteCount
            original += stored
            weights += layer.shape.elementCount
            planned +=
                try settings[layer.id].map { setting throws(KernelError) in
                    try byteCount(of: layer.shape, setting: setting)
                } ?? stored
        }
        func bits(_ bytes: Int) -> Double { weights == 0 ? 0 : Double(bytes) * 8 / Double(weights) }
        return PlanSize(
            originalBytes: original + otherBytes, planBytes: planned + otherBytes,
            bitsPerWeight: bits(planned),
            originalBitsPerWeight: bits(original))
    }

    /// Bytes of one packed matrix.
    ///
    /// - Throws: ``NibbleKernels/KernelError`` if the setting can't be used.
    public static func byteCount(of shape: MatrixShape, setting: Setting) throws(KernelError) -> Int {
        try FormatCatalogue.format(named: setting.storage.format)
            .layout(of: shape, encoding: setting.storage).byteCount
    }
}
