import NibbleCheckpoints
import NibbleJSON
import NibbleText

/// A GGUF file's metadata in the words of a `config.json`, by an architecture's keys.
///
/// A value of the wrong type stays wrong in the configuration, so that whoever needs it says so; one that the file doesn't
/// give is left out.
struct GGUFConfiguration {
    private let metadata: GGUFMetadata
    private let architecture: String
    private var members: [String: JSONValue]
    /// What the file calls each member.
    private var names: [String: String] = [:]
    /// The metadata's keys that have a member.
    private var translated: Set<String> = []

    /// The configuration of a file, and the keys below the architecture's name that have no place in it.
    static func read(
        _ metadata: GGUFMetadata, architecture: String, file: String, keys: KeyTable
    ) -> (file: ConfigurationFile, untranslated: [String]) {
        var configuration = GGUFConfiguration(metadata, architecture)
        configuration.addValues(keys)
        configuration.addPositions()
        let untranslated = metadata.keys.filter {
            $0.hasPrefix(architecture + ".") && !configuration.translated.contains($0)
        }
        return (
            ConfigurationFile(configuration.members, names: configuration.names, file: file), untranslated
        )
    }

    private init(_ metadata: GGUFMetadata, _ architecture: String) {
        self.metadata = metadata
        self.architecture = architecture
        members = ["model_type": .string(architecture)]
    }

    private mutating func addValues(_ keys: KeyTable) {
        for (key, source) in keys.gguf {
            let member = keys.huggingFace[key] ?? key.name
            names[member] = "\(architecture).\(source)"
            if let value = value("\(architecture).\(source)") { members[member] = Self.json(value) }
        }
        if members["vocab_size"] == nil, let tokens = metadata["tokenizer.ggml.tokens"]?.list {
            members["vocab_size"] = .integer(tokens.count)
        }
        for (key, source) in [("bos_token_id", "bos"), ("eos_token_id", "eos")] {
            if let id = metadata["tokenizer.ggml.\(source)_token_id"]?.integer { members[key] = .integer(id) }
        }
    }

    private mutating func value(_ key: String) -> GGUFValue? {
        translated.insert(key)
        return metadata[key]
    }

    /// A value as JSON has it; of a list whose numbers are the same for every layer, that number.
    private static func json(_ value: GGUFValue) -> JSONValue {
        switch value {
        case .integer(let value): .integer(value)
        case .large(let value): .number(Double(value))
        case .number(let value): .number(value)
        case .boolean(let value): .boolean(value)
        case .text(let value): .string(value)
        case .list(let values):
            if let first = values.first, first.integer != nil, values.allSatisfy({ $0 == first }) {
                json(first)
            } else {
                .array([])
            }
        }
    }

    /// How positions are stretched, and which part of a head turns.
    private mutating func addPositions() {
        let rope = "\(architecture).rope"
        let legacy = value("\(rope).scale_linear")
        let kind = value("\(rope).scaling.type") ?? .text(legacy == nil ? "none" : "linear")
        if kind != .text("none") {
            let factor = value("\(rope).scaling.factor") ?? legacy
            names["rope_scaling.rope_type"] = "\(rope).scaling.type"
            names["rope_scaling.factor"] = "\(rope).scaling.factor"
            members["rope_scaling"] = .object([
                "rope_type": Self.json(kind), "factor": factor.map(Self.json) ?? .null,
            ])
        }
        guard let count = value("\(rope).dimension_count") else { return }
        names["partial_rotary_factor"] = "\(rope).dimension_count"
        guard let turning = count.integer else {
            members["partial_rotary_factor"] = Self.json(count)
            return
        }
        let size =
            members["head_dim"]?.integer
            ?? Self.headSize(members["hidden_size"]?.integer, members["num_attention_heads"]?.integer)
        guard let size, turning != size, size > 0 else { return }
        members["partial_rotary_factor"] = .number(Double(turning) / Double(size))
    }

    private static func headSize(_ width: Int?, _ heads: Int?) -> Int? {
        guard let width, let heads, heads > 0 else { return nil }
        return width / heads
    }
}
