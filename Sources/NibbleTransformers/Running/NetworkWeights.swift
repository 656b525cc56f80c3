import NibbleKernels

/// What parts are made from: a model's weights by the paths of its description, each checked when it is asked for.
public final class NetworkWeights {
    private let model: TransformerModel
    private let weights: WeightSet
    private let description: TransformerDescription
    /// Attentions so far, each with keys and values of its own.
    private var stateCount = 0
    /// Each way in which positions turn heads, once.
    private(set) var rotaries: [RotaryEmbedding] = []
    private var rotaryIndices: [RotaryKey: Int] = [:]
    /// Bytes of memory beyond the mapped file that parts hold: packed matrices and parameters.
    private(set) var residentByteCount = 0
    private var counted: Set<LayerPath> = []

    private struct RotaryKey: Hashable {
        let configuration: RotaryEmbedding.Configuration
        let headSize: Int
    }

    init(_ model: TransformerModel, _ description: TransformerDescription, _ weights: WeightSet) {
        self.model = model
        self.description = description
        self.weights = weights
    }

    /// The matrix that a description asks for, or the one that it is tied to.
    func layer(_ matrix: Matrix) throws -> NetworkLayer {
        let path = description.ties[matrix.path] ?? matrix.path
        guard let found = weights[path] else {
            throw TransformerError.notRunnable("The weights of \(path) are missing.")
        }
        guard found.shape == matrix.shape else {
            throw TransformerError.notRunnable(
                "The weights of \(path) are \(found.shape.rows) × \(found.shape.columns), but that layer is "
                    + "\(matrix.shape.rows) × \(matrix.shape.columns).")
        }
        if counted.insert(path).inserted { residentByteCount += found.weights.residentByteCount }
        guard found.bias == nil, let bias = try matrix.biasParameter.flatMap(numbers) else {
            return NetworkLayer(path: path, linear: found)
        }
        return NetworkLayer(path: path, linear: try found.with(bias: bias))
    }

    /// The numbers of a parameter; nil for an optional one that the file doesn't have.
    func numbers(_ parameter: Parameter) throws -> [Float]? {
        guard let numbers = try model.numbers(ofParameter: parameter.name) else {
            guard parameter.presence == .required else { return nil }
            throw TransformerError.notRunnable("The weights of \(parameter.name) are missing.")
        }
        residentByteCount += numbers.count * MemoryLayout<Float>.stride
        return numbers
    }

    /// The numbers of a parameter that must be there.
    func required(_ parameter: Parameter) throws -> [Float] {
        guard let numbers = try numbers(parameter) else {
            throw TransformerError.notRunnable("The weights of \(parameter.name) are missing.")
        }
        return numbers
    }

    /// A norm with its weights.
    func norm(_ norm: Norm) throws -> NormPart {
        let numbers = try norm.parameters.map(required)
        return NormPart(
            norm: norm, weight: numbers[0], bias: numbers.count > 1 ? numbers[1] : [])
    }

    /// The place of the next attention's keys and values, in the order of ``TransformerDescription/keyValueShapes``.
    func nextStateIndex() -> Int {
        stateCount += 1
        return stateCount - 1
    }

    /// The index of a way in which positions turn heads.
    func rotaryIndex(_ configuration: RotaryEmbedding.Configuration, headSize: Int) -> Int {
        let key = RotaryKey(configuration: configuration, headSize: headSize)
        if let index = rotaryIndices[key] { return index }
        rotaries.append(RotaryEmbedding(configuration, headSize: headSize))
        rotaryIndices[key] = rotaries.count - 1
        return rotaries.count - 1
    }
}
