import NibbleCheckpoints
import NibbleKernels
import NibbleText
import NibbleTransformers

/// What a GGUF file gets for a layer: the type that the plan asks for, or what `llama-quantize` takes in its place.
public struct GGUFTarget: Hashable, Sendable {
    /// The type in the file.
    public let type: ElementType
    /// How its bytes are made.
    public let storage: StorageEncoding
    /// Why it isn't the type that the plan asks for; nil if it is.
    public let remark: String?

    init(type: ElementType, storage: StorageEncoding, remark: String?) {
        self.type = type
        self.storage = storage
        self.remark = remark
    }

    /// Decides for a layer under a setting, in a tensor of a name.
    ///
    /// - Throws: ``ExportError`` for a format that GGUF doesn't have.
    init(of layer: LinearLayer, _ setting: Setting?, name: String) throws(ExportError) {
        let kept = layer.storage == .f64 ? .f32 : layer.stored
        guard let setting else {
            (type, storage, remark) = (kept, try Self.storage(kept), nil)
            return
        }
        let wanted = try GGUFType.type(of: setting)
        guard Self.isQuantized(name) else {
            (type, storage) = (kept, try Self.storage(kept))
            remark = "\(name.printable) stays \(kept.safetensorsName), as llama-quantize leaves it."
            return
        }
        type = GGUFType.fitting(wanted, columns: layer.shape.columns)
        guard type != wanted else {
            (storage, remark) = (setting.storage, nil)
            return
        }
        storage = try Self.storage(type)
        remark =
            "\(name.printable) is \(type.safetensorsName) instead of \(wanted.safetensorsName): rows of "
            + "\(layer.shape.columns) are no whole blocks of \(wanted.blockElementCount)."
    }

    private static func storage(_ type: ElementType) throws(ExportError) -> StorageEncoding {
        guard let format = type.storedFormat else {
            throw ExportError("nibble cannot write \(type.safetensorsName) tensors.")
        }
        return format.defaultEncoding
    }

    /// Whether `llama-quantize` quantizes a matrix of this name (`tensor_allows_quantization` in `llama-quant.cpp`).
    private static func isQuantized(_ name: String) -> Bool {
        name.hasSuffix("weight") && !name.contains("_norm.weight") && !name.contains("ffn_gate_inp.weight")
    }
}

extension ResolvedPlan {
    /// What a GGUF file would get for a layer, worked out when asked for; nil for a layer that the model lacks.
    ///
    /// - Throws: ``ExportError`` for a format that GGUF doesn't have.
    public func ggufTarget(
        of id: LayerPath, in model: TransformerModel
    ) throws(ExportError) -> GGUFTarget? {
        guard let index = layers.index(of: id) else { return nil }
        let layer = layers.layers[index]
        guard model.checkpoint.gguf == nil, let table = model.kind?.naming.gguf else {
            let held = layers.layers.filter { $0.tensorName == layer.tensorName }
            return try GGUFTarget(of: held, self, name: layer.tensorName)
        }
        let place = table.place(of: id.name)
        let members =
            place.slice == nil
            ? place.members
            : layers.layers.map(\.id.name).filter {
                table.place(of: $0).name == place.name
            }
        return try GGUFTarget(
            of: members.compactMap { layers.index(of: LayerPath($0)) }.map { layers.layers[$0] }, self,
            name: place.name + ".weight")
    }
}
