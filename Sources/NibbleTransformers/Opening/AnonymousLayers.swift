import NibbleCheckpoints
import NibbleKernels

/// Layers of a model whose architecture isn't known.
enum AnonymousLayers {
    /// Every matrix of numbers that nibble can read, under the file's own names.
    static func layers(of checkpoint: Checkpoint) -> [LinearLayer] {
        let codes = checkpoint.codes
        let matrices = checkpoint.orderedTensors.filter {
            $0.shape.count == 2 && $0.elementCount > 0 && $0.elementType.storedFormat != nil
                && codes.role(of: $0) == .plain
        }
        let names = CanonicalName.unique(for: matrices.map(\.name))
        return zip(matrices, names).compactMap { tensor, name in
            LinearLayer(
                id: LayerPath(name), role: .other,
                shape: MatrixShape(rows: tensor.shape[0], columns: tensor.shape[1]),
                source: WeightSource(tensor: tensor.name), stored: tensor.elementType, tiedNames: [])
        }
    }
}
