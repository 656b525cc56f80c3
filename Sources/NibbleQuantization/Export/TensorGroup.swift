import NibbleCheckpoints
import NibbleKernels
import NibbleText
import NibbleTransformers

/// The layers that a file of another kind holds in one tensor: query, key and value, or one matrix of every expert.
struct TensorGroup {
    /// The tensor's name there.
    let name: String
    /// Its layers in the order of its rows.
    private(set) var layers: [LinearLayer]
    private let isStacked: Bool

    /// The tensor's shape, outermost first: rows behind rows, or matrix behind matrix.
    var shape: [Int] {
        let first = layers[0].shape
        return isStacked
            ? [layers.count, first.rows, first.columns]
            : [layers.reduce(0) { $0 + $1.shape.rows }, first.columns]
    }

    /// The tensors of a model's layers by a table of names, in the order of the forward pass.
    static func of(_ layers: [LinearLayer], _ table: NameTable) -> [TensorGroup] {
        var groups: [TensorGroup] = []
        var indices: [String: Int] = [:]
        for layer in layers {
            let place = table.place(of: layer.id.name)
            let name = place.name + ".weight"
            if let index = indices[name] {
                groups[index].layers.append(layer)
            } else {
                indices[name] = groups.count
                groups.append(TensorGroup(name: name, layers: [layer], isStacked: place.slice != nil))
            }
        }
        return groups
    }

    /// The tensors of parameters by a table of names, in the order of their canonical names.
    static func of(
        _ parameters: [Parameter], _ table: NameTable
    ) -> [(name: String, members: [Parameter])] {
        var groups: [(name: String, members: [Parameter])] = []
        var indices: [String: Int] = [:]
        for parameter in parameters.sorted(by: { $0.name < $1.name }) {
            let place = table.place(of: parameter.path)
            let name = "\(place.name).\(parameter.ending.rawValue)"
            if let index = indices[name] {
                groups[index].members.append(parameter)
                groups[index].members.sort { first, second in
                    let places = [first, second].map { place.members.firstIndex(of: $0.path) ?? 0 }
                    return places[0] < places[1]
                }
            } else {
                indices[name] = groups.count
                groups.append((name, [parameter]))
            }
        }
        return groups
    }
}

extension GGUFTarget {
    /// Decides the one type of a tensor's layers: the widest where the plan gives them several.
    ///
    /// - Throws: ``ExportError`` for a format that GGUF doesn't have.
    init(of layers: [LinearLayer], _ plan: ResolvedPlan, name: String) throws(ExportError) {
        let targets = try layers.map { layer throws(ExportError) in
            try GGUFTarget(of: layer, plan.setting(of: layer.id), name: name)
        }
        let widest = targets.reduce(targets[0]) { $1.type.bitCount > $0.type.bitCount ? $1 : $0 }
        guard targets.contains(where: { $0.type != widest.type }) else {
            self = targets[0]
            return
        }
        self.init(
            type: widest.type, storage: widest.storage,
            remark: "\(name.printable) is \(widest.type.safetensorsName) throughout: a GGUF file holds "
                + "\(layers.count) layers in it, for which the plan asks several types.")
    }
}
