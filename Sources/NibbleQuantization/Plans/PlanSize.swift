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

    /// The size of layers that take so many bytes under a plan.
    init(_ layers: PlannedLayers, packedByteCount: Int) {
        func bits(_ bytes: Int) -> Double {
            layers.weightCount == 0 ? 0 : Double(bytes) * 8 / Double(layers.weightCount)
        }
        originalBytes = layers.storedByteCount + layers.otherByteCount
        planBytes = packedByteCount + layers.otherByteCount
        bitsPerWeight = bits(packedByteCount)
        originalBitsPerWeight = bits(layers.storedByteCount)
    }
}
