import Foundation
import NibbleCheckpoints
import NibbleCommandLine

/// Makes checkpoints of any size with weights that are roughly normal: for benchmarks, never for quality.
struct Synthesizer {
    /// The dimensions of a Llama-shaped model.
    struct Shape {
        var hiddenSize = 2048
        var intermediateSize = 5632
        var layerCount = 22
        var headCount = 32
        var keyValueHeadCount = 4
        var vocabularySize = 32000

        /// 134 M parameters, 12 layers of width 768.
        static let small = Shape(
            hiddenSize: 768, intermediateSize: 2048, layerCount: 12, headCount: 12, keyValueHeadCount: 12)
        /// 1.1 B parameters, 22 layers of width 2048 with 4 key-value heads.
        static let large = Shape()

        /// The shape of TinyLlama's size, 1.1 B parameters or 2.2 GB in f16, with as many layers as give `byteCount`.
        static func ofSize(_ byteCount: Int) -> Shape {
            var shape = Shape()
            let outside = 2 * 2 * shape.vocabularySize * shape.hiddenSize
            let head = shape.hiddenSize / shape.headCount * shape.keyValueHeadCount
            let block = 2 * shape.hiddenSize * (2 * shape.hiddenSize + 2 * head + 3 * shape.intermediateSize)
            shape.layerCount = max(1, (byteCount - outside + block - 1) / block)
            return shape
        }
    }

    /// A million values, used again and again from varying places.
    private let pattern: [UInt8]

    init(seed: UInt64 = 1) {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 32
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 << 20)
        for _ in 0..<(1 << 20) {
            // The sum of eight uniform numbers is close to normal; σ = 0.02 is usual for trained models.
            let sum = (0..<8).reduce(0.0) { total, _ in total + Double(next()) / Double(UInt32.max) - 0.5 }
            let bits = Float16(sum * 0.02 / (8.0 / 12).squareRoot()).bitPattern
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
        pattern = bytes
    }

    /// As many numbers in f32 as an entry has places for, σ = 0.02.
    func normalNumbers(for entry: TensorEntry) -> [Float] {
        let count = entry.shape.reduce(1, *)
        let start = entry.name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return (0..<count).map { index in
            let place = (start + index) % (pattern.count / 2) * 2
            return Float(Float16(bitPattern: UInt16(pattern[place]) | UInt16(pattern[place + 1]) << 8))
        }
    }

    /// Writes one matrix in f16 as a weight file.
    func writeMatrix(rows: Int, columns: Int, to url: URL) throws {
        let entry = TensorEntry(name: "weight", elementType: .f16, shape: [rows, columns])
        try SafetensorsWriter.write([entry], to: url, contents: fill)
    }

    /// Writes a tokenizer of single bytes and made-up words.
    func writeTokenizer(vocabularySize: Int, to folder: URL) throws {
        let letters = Array("aeioubcdfghjklmn")
        var tokens = ["<unk>", "<s>", "</s>"] + (0..<256).map { String(format: "<0x%02X>", $0) }
        for number in 0..<max(0, vocabularySize - tokens.count) {
            let word = (0..<4).map { letters[number >> (4 * $0) & 15] }
            tokens.append("▁" + String(word))
        }
        let vocabulary = tokens.enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", ")
        let special = ["<unk>", "<s>", "</s>"].enumerated().map {
            "{\"id\": \($0.offset), \"content\": \"\($0.element)\", \"single_word\": false, \"lstrip\": false, "
                + "\"rstrip\": false, \"normalized\": false, \"special\": true}"
        }
        let text = """
            {"version": "1.0", "added_tokens": [\(special.joined(separator: ", "))],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
               {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
             "pre_tokenizer": null, "post_processor": null,
             "decoder": {"type": "Sequence", "decoders": [
               {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
               {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
             "model": {"type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "fuse_unk": true,
               "vocab": {\(vocabulary)}, "merges": []}}
            """
        try Data(text.utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
    }

    /// Writes a Llama-shaped model in f16, without a tokenizer, into a folder.
    func writeModel(_ shape: Shape, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
             "hidden_size": \(shape.hiddenSize), "intermediate_size": \(shape.intermediateSize),
             "num_hidden_layers": \(shape.layerCount), "num_attention_heads": \(shape.headCount),
             "num_key_value_heads": \(shape.keyValueHeadCount), "vocab_size": \(shape.vocabularySize),
             "max_position_embeddings": 2048, "rms_norm_eps": 1e-05, "tie_word_embeddings": false}
            """
        try Data(configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
        try SafetensorsWriter.write(
            Self.entries(shape), to: folder.appendingPathComponent("model.safetensors"), contents: fill)
    }

    private static func entries(_ shape: Shape) -> [TensorEntry] {
        let (width, inner) = (shape.hiddenSize, shape.intermediateSize)
        let keys = width / shape.headCount * shape.keyValueHeadCount
        var entries: [TensorEntry] = []
        func add(_ name: String, _ lengths: Int...) {
            entries.append(.init(name: name, elementType: .f16, shape: lengths))
        }
        add("model.embed_tokens.weight", shape.vocabularySize, width)
        for block in 0..<shape.layerCount {
            let prefix = "model.layers.\(block)."
            add(prefix + "input_layernorm.weight", width)
            add(prefix + "self_attn.q_proj.weight", width, width)
            add(prefix + "self_attn.k_proj.weight", keys, width)
            add(prefix + "self_attn.v_proj.weight", keys, width)
            add(prefix + "self_attn.o_proj.weight", width, width)
            add(prefix + "post_attention_layernorm.weight", width)
            add(prefix + "mlp.gate_proj.weight", inner, width)
            add(prefix + "mlp.up_proj.weight", inner, width)
            add(prefix + "mlp.down_proj.weight", width, inner)
        }
        add("model.norm.weight", width)
        add("lm_head.weight", shape.vocabularySize, width)
        return entries
    }

    private func fill(_ entry: TensorEntry, append: TensorEntry.Append) throws {
        guard entry.shape.count > 1 else { return try fillWithOnes(entry, append: append) }
        var remaining = entry.byteCount ?? 0
        var start = entry.name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } * 2
        while remaining > 0 {
            try Interruption.cancellation.check()
            let count = min(remaining, pattern.count - start)
            try pattern.withUnsafeBytes {
                try append(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
            }
            remaining -= count
            start = 0
        }
    }
}

extension Synthesizer {
    /// Norms pass everything on.
    private func fillWithOnes(_ entry: TensorEntry, append: TensorEntry.Append) throws {
        let ones = [UInt16](repeating: Float16(1).bitPattern.littleEndian, count: (entry.byteCount ?? 0) / 2)
        try ones.withUnsafeBytes { try append($0) }
    }
}

/// A folder for a benchmark's files, removed with everything in it.
enum ScratchFolder {
    /// Calls `body` with a new folder in `parent`, or in the system's place for temporary files.
    static func with<Result>(in parent: String?, _ body: (URL) throws -> Result) throws -> Result {
        let base = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let folder = base.appendingPathComponent("nibble-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
