import NibbleCheckpoints
import NibbleJSON
import NibbleText

/// What a model's files hold that its description doesn't use: each key and each tensor is used, known to change nothing, or
/// named here.
enum Remarks {
    /// Keys of the configuration that nobody read, in the file's words.
    static func unknownKeys(
        _ configuration: Configuration, _ keys: KeyTable, untranslated: [String]
    ) -> [String] {
        let harmless = HarmlessKeys.huggingFace.union(keys.harmless)
        var unknown = unread(configuration.file.root, below: "", configuration.readPaths).filter {
            !harmless.contains($0)
        }
        unknown = unknown.map { configuration.file.name(of: $0) }
        return unknown
            + untranslated.filter { key in !HarmlessKeys.gguf.contains { key.hasSuffix("." + $0) } }
    }

    /// Paths of values that nobody asked for; of an object of which something was read, what wasn't.
    private static func unread(_ value: JSONValue, below path: String, _ read: Set<String>) -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { key, member -> [String] in
            let inner = path.isEmpty ? key : "\(path).\(key)"
            if saysNothing(member) { return [] }
            if case .object = member, read.contains(where: { $0.hasPrefix(inner + ".") }) {
                return unread(member, below: inner, read)
            }
            return read.contains(inner) ? [] : [inner]
        }
    }

    /// Null, false, zero and nothing switch nothing on.
    private static func saysNothing(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .boolean(false), .integer(0), .number(0): true
        case .array(let values): values.isEmpty
        case .object(let members): members.count == 0
        case .string(let text): text.isEmpty
        default: false
        }
    }

    /// Tensors that no layer and no parameter is.
    static func unknownTensors(
        _ checkpoint: Checkpoint, used: Set<String>, table: NameTable, ties: [LayerPath: LayerPath]
    ) -> [String] {
        let tied = Set(
            ties.keys.flatMap { path in
                [true, false].flatMap { hasPrefix in
                    let name = table.place(of: path.name, hasPrefix: hasPrefix).name
                    return ["\(name).weight", "\(name).bias"]
                }
            })
        return checkpoint.orderedTensors.map(\.name).filter { name in
            !used.contains(name) && !tied.contains(name) && !table.isHarmless(name)
        }
    }

    /// A sentence about tensors that the configuration promises in vain.
    static func ofMissing(_ names: [String]) -> [String] {
        guard let first = names.first.map({ $0.printable(limit: 120) }) else { return [] }
        return names.count == 1
            ? [
                "The configuration promises the tensor “\(first)”, which is missing: it counts as zeros, as in transformers."
            ]
            : [
                "The configuration promises \(names.count) tensors that are missing, such as “\(first)”: they count as zeros, as "
                    + "in transformers."
            ]
    }

    /// A sentence about a configuration that speaks of quantized weights where none are.
    static func ofQuantization(_ checkpoint: Checkpoint) -> [String] {
        guard checkpoint.gguf == nil, let file = checkpoint.configuration,
            let declared = StoredQuantization(file)
        else { return [] }
        return [
            "\(file.file.printable) asks for quantization (\(declared.summary)), but the weights are stored as plain numbers: they "
                + "run as they are."
        ]
    }

    /// Sentences about tensors that can't be read.
    static func ofUnreadable(_ checkpoint: Checkpoint) -> [String] {
        let unreadable = checkpoint.orderedTensors.filter { !$0.elementType.isReadable }
        guard let first = unreadable.first else { return [] }
        let name = first.name.printable(limit: 120)
        let type = first.elementType.safetensorsName.printable(limit: 40)
        guard unreadable.count > 1 else {
            return ["The tensor “\(name)” is of the type \(type), which can’t be read; all others can."]
        }
        return [
            "\(unreadable.count) tensors are of types that can’t be read, such as “\(name)” (\(type)); all others can."
        ]
    }

    /// A sentence about names that are not understood; none for no names.
    static func sentences(_ names: [String], one: String, many: String) -> [String] {
        guard let first = names.first.map({ $0.printable(limit: 120) }) else { return [] }
        return names.count == 1
            ? ["The \(one) “\(first)” is not understood: the numbers may be wrong."]
            : ["\(names.count) \(many) are not understood, such as “\(first)”: the numbers may be wrong."]
    }
}

extension NameTable {
    /// Whether a tensor of this name changes nothing: constants that older files store.
    func isHarmless(_ name: String) -> Bool {
        let endings = [".inv_freq", ".masked_bias", ".position_ids"]
        return endings.contains(where: name.hasSuffix)
            || harmless.contains(where: { Pattern(name).text.hasSuffix($0) })
    }
}
