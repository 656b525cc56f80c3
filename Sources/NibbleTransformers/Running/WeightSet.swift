import NibbleKernels

/// The operators of a model's layers: immutable, shared between sessions, exchanged layer by layer.
///
///     let set = WeightSet([LayerPath("lm_head"): try LayerOperator(weights: packed)])
///     set[LayerPath("lm_head")]?.shape
public struct WeightSet: Sendable {
    private let operators: [LayerPath: LayerOperator]

    /// A set of operators by layer.
    public init(_ operators: [LayerPath: LayerOperator]) { self.operators = operators }

    /// The operator of a layer.
    public subscript(id: LayerPath) -> LayerOperator? { operators[id] }

    /// Bytes of all packed matrices, mapped ones included.
    public var byteCount: Int { operators.values.reduce(0) { $0 + $1.weights.layout.byteCount } }

    /// Bytes of memory that the matrices hold beyond the mapped file.
    public var residentByteCount: Int { operators.values.reduce(0) { $0 + $1.weights.residentByteCount } }
}
