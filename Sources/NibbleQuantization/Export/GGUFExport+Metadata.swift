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
        let replaced: Set = ["general.file_type", "general.alignment", quantizationVersion.key]
        let kept = metadata.keys.filter { !replaced.contains($0) }.compactMap { key in
            metadata.stored(key, in: file).map { (key: key, value: $0) }
        }
        return kept + fileType(tensors) + [quantizationVersion]
    }

    /// The metadata of a Llama (`ggml/docs/gguf.md`), with its tokenizer if GGUF has words for it.
    static func metadataOfLlama(
        _ model: TransformerModel, _ tensors: [Tensor]
    ) throws(ExportError) -> (metadata: [(key: String, value: GGUFField)], remarks: [String]) {
        guard let configuration = model.configuration else {
            throw ExportError(
                "\(model.name.printable) cannot be written as GGUF: its architecture is unknown.")
        }
        let general: [(key: String, value: GGUFField)] = [
            ("general.architecture", .text("llama")), ("general.type", .text("model")),
            ("general.name", .text(model.name)),
        ]
        let all = general + fields(configuration) + fileType(tensors) + [quantizationVersion]
        do throws(TokenizerError) {
            let vocabulary = try GGUFVocabulary(
                directory: model.directory, size: configuration.vocabularySize)
            return (all + vocabulary.fields, [])
        } catch {
            return (
                all + [("tokenizer.ggml.model", .text("none"))],
                ["The file has no tokenizer. \(error.description)"]
            )
        }
    }

    private static func fields(_ configuration: ModelConfiguration) -> [(key: String, value: GGUFField)] {
        let numbers = [
            ("vocab_size", configuration.vocabularySize), ("context_length", configuration.contextLength),
            ("embedding_length", configuration.hiddenSize), ("block_count", configuration.layerCount),
            ("feed_forward_length", configuration.intermediateSize),
            ("rope.dimension_count", configuration.headSize),
            ("attention.head_count", configuration.headCount),
            ("attention.head_count_kv", configuration.keyValueHeadCount),
            ("attention.key_length", configuration.headSize),
            ("attention.value_length", configuration.headSize),
        ]
        var fields: [(key: String, value: GGUFField)] = numbers.map {
            ("llama." + $0.0, .unsigned(UInt32(clamping: $0.1)))
        }
        fields.append(("llama.attention.layer_norm_rms_epsilon", .number(configuration.normEpsilon)))
        fields.append(("llama.rope.freq_base", .number(Float(configuration.rope.theta))))
        if case .linear(let factor) = configuration.rope.scaling {
            fields.append(("llama.rope.scaling.type", .text("linear")))
            fields.append(("llama.rope.scaling.factor", .number(Float(factor))))
        }
        return fields
    }
}
