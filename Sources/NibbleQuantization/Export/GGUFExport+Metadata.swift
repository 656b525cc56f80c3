import NibbleCheckpoints
import NibbleTokenizers
import NibbleTransformers

extension GGUFExport {
    private static let quantizationVersion: (key: String, value: GGUFField) = (
        "general.quantization_version", .unsigned(2)
    )

    /// The type that most of the numbers have, for `general.file_type`.
    private static func fileType(_ tensors: [Tensor]) -> [(key: String, value: GGUFField)] {
        var counts: [ElementType: Int] = [:]
        for tensor in tensors { counts[tensor.type, default: 0] += tensor.shape.reduce(1, *) }
        guard let most = counts.max(by: { $0.value < $1.value })?.key, let number = GGUFType.fileType(most)
        else {
            return []
        }
        return [("general.file_type", .unsigned(number))]
    }

    /// The metadata of a GGUF file byte by byte, but for what the types of the tensors change.
    static func metadataOfFile(
        _ model: TransformerModel, _ tensors: [Tensor]
    ) -> [(key: String, value: GGUFField)] {
        guard let metadata = model.checkpoint.gguf, let file = model.checkpoint.files.first else { return [] }
        let replaced: Set = [
            "general.file_type", "general.alignment", quantizationVersion.key,
            // All parts of a model are written into one file.
            "split.no", "split.count", "split.tensors.count",
        ]
        let kept = metadata.keys.filter { !replaced.contains($0) }.compactMap { key in
            metadata.stored(key, in: file).map { (key: key, value: $0) }
        }
        return kept + fileType(tensors) + [quantizationVersion]
    }

    /// The metadata of a description (`ggml/docs/gguf.md`), with its tokenizer if GGUF has words for it.
    static func metadataOfDescription(
        _ model: TransformerModel, _ tensors: [Tensor]
    ) throws(ExportError) -> (metadata: [(key: String, value: GGUFField)], remarks: [String]) {
        let description = try described(model).0
        guard let kind = model.kind, let architecture = kind.identity.gguf else {
            throw ExportError("\(model.name.printable) has an architecture that GGUF files have no name for.")
        }
        let general: [(key: String, value: GGUFField)] = [
            ("general.architecture", .text(architecture)), ("general.type", .text("model")),
            ("general.name", .text(model.name)),
        ]
        let fields = fields(description, kind.keys).map {
            (key: "\(architecture).\($0.key)", value: $0.value)
        }
        let lost = lost(description, kind.keys)
        let all = general + fields + fileType(tensors) + [quantizationVersion]
        do throws(TokenizerError) {
            let vocabulary = try GGUFVocabulary(
                directory: model.directory, size: description.vocabularySize)
            return (all + vocabulary.fields, lost + vocabulary.remarks)
        } catch {
            return (
                all + [("tokenizer.ggml.model", .text("none"))],
                lost + ["The file has no tokenizer. \(error.description)"]
            )
        }
    }

    /// What the description says and GGUF has no key for in this architecture.
    private static func lost(_ description: TransformerDescription, _ keys: KeyTable) -> [String] {
        guard keys.gguf[.slidingWindow] == nil, let window = description.slidingWindow else { return [] }
        return [
            "GGUF files of this architecture don't say that attention sees \(window) positions only: longer texts come out "
                + "differently."
        ]
    }

    /// The keys and values below the architecture's name: what the description says, by the keys that are read back.
    private static func fields(
        _ description: TransformerDescription, _ keys: KeyTable
    ) -> [(key: String, value: GGUFField)] {
        var fields: [(key: String, value: GGUFField)] = []
        for (key, value) in description.values {
            if let name = keys.gguf[key] { fields.append((name, value)) }
            // Beside the sizes of which it is one.
            if key == .intermediateSize, description.rotary != nil {
                fields.append(("rope.dimension_count", .unsigned(UInt32(clamping: description.headSize))))
            }
        }
        if case .linear(let factor) = description.rotary?.scaling {
            fields.append(("rope.scaling.type", .text("linear")))
            fields.append(("rope.scaling.factor", .number(Float(factor))))
        }
        return fields
    }
}
