import NibbleCheckpoints
import NibbleJSON
import NibbleKernels
import NibbleText

/// A description joined to the tensors of a checkpoint: for each matrix and parameter the place of its numbers, checked.
struct Binding {
    /// The layers in the order of the forward pass.
    let layers: [LinearLayer]
    /// The place of each parameter by canonical name.
    let parameters: [String: ParameterSource]
    /// Names of tensors that the configuration promises and the file lacks, which count as zeros.
    let missing: [String]

    /// Finds and checks every tensor that the description asks for.
    ///
    /// - Throws: ``TransformerError/tensor(_:)`` naming the layer, the tensor and, where they differ, both shapes.
    init(
        _ description: TransformerDescription, _ table: NameTable, _ checkpoint: Checkpoint
    ) throws(TransformerError) {
        let binder = Binder(description, table, checkpoint)
        layers = try description.matrices.map { matrix throws(TransformerError) in try binder.layer(matrix) }
        var parameters: [String: ParameterSource] = [:]
        var missing: [String] = []
        for parameter in description.parameters {
            let source = try binder.source(parameter)
            if source == nil, parameter.presence == .expected { missing.append(binder.name(of: parameter)) }
            parameters[parameter.name] = source
        }
        self.parameters = parameters
        self.missing = missing
    }

    /// The names of all tensors that are used.
    var tensorNames: Set<String> { Set(layers.map(\.source.tensor)).union(parameters.values.map(\.tensor)) }
}

/// Where a parameter's numbers lie.
public struct ParameterSource: Hashable, Sendable {
    /// The tensor's name in the file.
    public let tensor: String
    /// Its numbers in that tensor.
    public let range: Range<Int>
}

/// Looks tensors up by canonical path.
private struct Binder {
    let description: TransformerDescription
    let table: NameTable
    let checkpoint: Checkpoint
    /// Whether names in this file begin with the table's prefix.
    let hasPrefix: Bool
    private let matrices: [LayerPath: Matrix]

    init(_ description: TransformerDescription, _ table: NameTable, _ checkpoint: Checkpoint) {
        self.description = description
        self.table = table
        self.checkpoint = checkpoint
        matrices = Dictionary(
            description.matrices.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let bare = description.matrices.first.map { table.place(of: $0.path.name, hasPrefix: false).name }
        hasPrefix = bare.map { checkpoint.tensors[$0 + ".weight"] == nil } ?? true
    }

    private var configurationName: String { checkpoint.configuration?.file.printable ?? "config.json" }

    func layer(_ matrix: Matrix) throws(TransformerError) -> LinearLayer {
        let place = table.place(of: matrix.path.name, hasPrefix: hasPrefix)
        let tensor = try stored(place.name, .weight, of: matrix.path.name)
        let joined = try joined(matrix, place)
        try check(tensor, matrix, place, rows: joined.rowCount)
        let view = TensorView(
            slice: place.slice, isTransposed: place.isTransposed, firstRow: joined.firstRow)
        let layer = LinearLayer(
            id: matrix.path, role: matrix.role, shape: matrix.shape,
            source: WeightSource(tensor: tensor.name, view: view), stored: tensor.elementType,
            tiedNames: description.names(of: matrix.path).dropFirst().map(\.name))
        guard let layer else { throw unusable(tensor) }
        return layer
    }

    /// Where a layer's rows begin in its tensor, and how many rows the tensor has.
    private func joined(
        _ matrix: Matrix, _ place: NameTable.Place
    ) throws(TransformerError) -> (firstRow: Int, rowCount: Int) {
        var (firstRow, rowCount) = (0, 0)
        for member in place.members {
            if member == matrix.path.name { firstRow = rowCount }
            guard let rows = matrices[LayerPath(member)]?.shape.rows else {
                throw .tensor(
                    "The tensor \(place.name.printable) holds \(member), which the model doesn't have.")
            }
            rowCount += rows
        }
        return (firstRow, rowCount)
    }

    private func check(
        _ tensor: TensorDescription, _ matrix: Matrix, _ place: NameTable.Place, rows: Int
    ) throws(TransformerError) {
        let columns = matrix.shape.columns
        let expected = place.isTransposed ? [columns, rows] : [rows, columns]
        if let slice = place.slice {
            guard tensor.shape.count == 3, Array(tensor.shape.dropFirst()) == expected,
                slice < tensor.shape[0]
            else {
                throw mismatch(
                    tensor, matrix.path.name, "[more than \(slice), \(expected[0]), \(expected[1])]")
            }
            return
        }
        // A convolution that moves by its own width is a product of all that it covers.
        let isFlat =
            matrix.role == .patchEmbedding && tensor.shape.first == rows
            && tensor.elementCount == matrix.shape.elementCount
        guard tensor.shape == expected || isFlat else {
            throw mismatch(tensor, matrix.path.name, "\(expected)")
        }
    }

    /// The place of a parameter; nil for one that may be missing and is.
    func source(_ parameter: Parameter) throws(TransformerError) -> ParameterSource? {
        let place = table.place(of: parameter.path, hasPrefix: hasPrefix)
        let isNeeded = parameter.presence == .required
        if !isNeeded, named(place.name, parameter.ending) == nil { return nil }
        let tensor = try stored(place.name, parameter.ending, of: parameter.name)
        guard tensor.elementType.isUsable else { throw unusable(tensor) }
        var (first, expected) = (0, parameter.shape)
        if place.members.count > 1, let matrix = matrices[LayerPath(parameter.path)] {
            let joined = try joined(matrix, place)
            (first, expected) = (joined.firstRow, [joined.rowCount])
        }
        guard tensor.shape.drop(while: { $0 == 1 }) == expected.drop(while: { $0 == 1 }) else {
            throw mismatch(tensor, parameter.name, "\(expected)")
        }
        return ParameterSource(
            tensor: tensor.name, range: first..<first + parameter.shape.reduce(1, *))
    }

    /// What the file would call a parameter.
    func name(of parameter: Parameter) -> String {
        let name = table.place(of: parameter.path, hasPrefix: hasPrefix).name
        return parameter.ending == .none ? name : "\(name).\(parameter.ending.rawValue)"
    }

    private func named(_ name: String, _ ending: Parameter.Ending) -> TensorDescription? {
        let endings = [ending.rawValue, table.olderEndings[ending]].compactMap(\.self)
        return endings.lazy.compactMap { checkpoint.tensors[$0.isEmpty ? name : "\(name).\($0)"] }.first
    }

    private func stored(
        _ name: String, _ ending: Parameter.Ending, of path: String
    ) throws(TransformerError) -> TensorDescription {
        if let tensor = named(name, ending) { return tensor }
        let full = ending == .none ? name : "\(name).\(ending.rawValue)"
        do { return try checkpoint.tensor(named: full).description } catch { throw .tensor("\(error)") }
    }

    private func mismatch(_ tensor: TensorDescription, _ path: String, _ expected: String) -> TransformerError
    {
        .tensor(
            "The tensor \(tensor.name.printable) has the shape \(tensor.shape), but \(configurationName) asks for "
                + "\(expected) for \(path).")
    }

    private func unusable(_ tensor: TensorDescription) -> TransformerError {
        .tensor(
            "The tensor \(tensor.name.printable) is stored as \(tensor.elementType.safetensorsName.printable), which nibble "
                + "cannot run.")
    }
}
