import NibbleKernels

/// The packed matrices of a model's layers: immutable, shared between sessions, exchanged layer by layer.
public struct WeightSet: Sendable {
    private let matrices: [LayerPath: PackedMatrix]

    /// A set of matrices by layer.
    public init(_ matrices: [LayerPath: PackedMatrix]) { self.matrices = matrices }

    /// The matrix of a layer.
    public subscript(id: LayerPath) -> PackedMatrix? { matrices[id] }

    /// Bytes of all packed matrices, mapped ones included.
    public var byteCount: Int { matrices.values.reduce(0) { $0 + $1.layout.byteCount } }

    /// Bytes of memory that the matrices hold beyond the mapped file.
    public var residentByteCount: Int { matrices.values.reduce(0) { $0 + $1.residentByteCount } }

    /// The set with one layer exchanged; all others are shared.
    public func replacing(_ id: LayerPath, with matrix: PackedMatrix) -> WeightSet {
        var changed = matrices
        changed[id] = matrix
        return WeightSet(changed)
    }
}
