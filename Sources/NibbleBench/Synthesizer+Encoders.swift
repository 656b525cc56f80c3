import Foundation
import NibbleCheckpoints

/// Encoders of known size, with weights that are roughly normal, in f32 as most encoders are published.
enum BenchEncoder: String, CaseIterable {
    /// BERT of the size of all-MiniLM-L6: 6 blocks of width 384, 12 heads.
    case miniLM = "minilm"
    /// ViT-S: 12 blocks of width 384, 6 heads, 224 × 224 pixels in patches of 16, so 197 positions.
    case viTSmall = "vit-s"

    /// Tokens of a text, or positions of an image.
    var positionCount: Int { self == .miniLM ? 128 : 197 }

    fileprivate var configuration: String {
        let sizes = """
            "hidden_size": 384, "intermediate_size": 1536, "hidden_act": "gelu", "layer_norm_eps": 1e-12
            """
        return switch self {
        case .miniLM:
            """
            {"architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": 6, "num_attention_heads": 12,
             "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, \(sizes)}
            """
        case .viTSmall:
            """
            {"architectures": ["ViTForImageClassification"], "model_type": "vit", "num_hidden_layers": 12,
             "num_attention_heads": 6, "image_size": 224, "patch_size": 16, "num_channels": 3, "qkv_bias": true,
             "num_labels": 1000, \(sizes)}
            """
        }
    }

    fileprivate var entries: [TensorEntry] {
        switch self {
        case .miniLM:
            var list = EntryList(prefix: "")
            list.add("embeddings.word_embeddings.weight", 30522, 384)
            list.add("embeddings.position_embeddings.weight", 512, 384)
            list.add("embeddings.token_type_embeddings.weight", 2, 384)
            list.addNorm("embeddings.LayerNorm")
            for block in 0..<6 {
                list.addBlock(
                    "encoder.layer.\(block).", attention: "attention.self.",
                    norms: ["attention.output.LayerNorm", "output.LayerNorm"])
            }
            list.addLinear("pooler.dense", 384, 384)
            return list.entries
        case .viTSmall:
            var list = EntryList(prefix: "vit.")
            list.add("embeddings.cls_token", 1, 1, 384)
            list.add("embeddings.position_embeddings", 1, 197, 384)
            list.add("embeddings.patch_embeddings.projection.weight", 384, 3, 16, 16)
            list.add("embeddings.patch_embeddings.projection.bias", 384)
            for block in 0..<12 {
                list.addBlock(
                    "encoder.layer.\(block).", attention: "attention.attention.",
                    norms: ["layernorm_before", "layernorm_after"])
            }
            list.addNorm("layernorm")
            list.prefix = ""
            list.addLinear("classifier", 1000, 384)
            return list.entries
        }
    }
}

/// The tensors of an encoder, one after the other.
private struct EntryList {
    var prefix: String
    private(set) var entries: [TensorEntry] = []

    init(prefix: String) { self.prefix = prefix }

    mutating func add(_ name: String, _ lengths: Int...) {
        entries.append(.init(name: prefix + name, elementType: .f32, shape: lengths))
    }

    mutating func addLinear(_ name: String, _ rows: Int, _ columns: Int) {
        add(name + ".weight", rows, columns)
        add(name + ".bias", rows)
    }

    mutating func addNorm(_ name: String) {
        add(name + ".weight", 384)
        add(name + ".bias", 384)
    }

    mutating func addBlock(_ block: String, attention: String, norms: [String]) {
        for part in ["query", "key", "value"] { addLinear(block + attention + part, 384, 384) }
        addLinear(block + "attention.output.dense", 384, 384)
        addLinear(block + "intermediate.dense", 1536, 384)
        addLinear(block + "output.dense", 384, 1536)
        for norm in norms { addNorm(block + norm) }
    }
}

extension Synthesizer {
    /// Writes an encoder, without a tokenizer, into a folder.
    func writeEncoder(_ encoder: BenchEncoder, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(encoder.configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
        try SafetensorsWriter.write(
            encoder.entries, to: folder.appendingPathComponent("model.safetensors")
        ) { entry, append in
            // Norms pass on what they get: their weights are the only vectors of this ending.
            let isNorm = entry.shape.count == 1 && entry.name.hasSuffix(".weight")
            let numbers =
                isNorm ? [Float](repeating: 1, count: entry.shape[0]) : normalNumbers(for: entry)
            try numbers.withUnsafeBytes { try append($0) }
        }
    }
}
