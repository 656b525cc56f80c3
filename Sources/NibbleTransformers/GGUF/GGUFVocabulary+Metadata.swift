import NibbleCheckpoints
import NibbleTokenizers

extension GGUFVocabulary {
    /// The tokenizer that a GGUF file's metadata describes.
    ///
    /// - Throws: `TokenizerError` for a value of the wrong type, and for a list that the kind of tokenizer needs.
    public init(_ metadata: GGUFMetadata) throws(TokenizerError) {
        self.init()
        let values = Values(metadata: metadata)
        model = try values.text("model") ?? ""
        preTokenizer = try values.text("pre") ?? ""
        tokens = try values.texts("tokens") ?? []
        let pairs = try values.texts("merges")
        if model == Self.bytePairs, pairs == nil, !tokens.isEmpty {
            throw .missing("The GGUF file has no list of merges (tokenizer.ggml.merges).")
        }
        merges = pairs ?? []
        scores = try values.list("scores", of: "numbers") { $0.number.map(Float.init) } ?? []
        types =
            try values.list("token_type", of: "whole numbers") { $0.integer.map(Int32.init(clamping:)) } ?? []
        (beginOfText, endOfText) = (try values.token("bos"), try values.token("eos"))
        otherEnds = [try values.token("eot"), try values.token("eom")].compactMap { $0 }
        for name in ["fim_pad", "fim_rep", "fim_sep"] {
            if let token = try values.token(name), tokens.indices.contains(token) {
                middleTokens[name] = token
            }
        }
        (unknown, padding) = (try values.token("unknown"), try values.token("padding"))
        (classification, separator) = (try values.token("cls"), try values.token("seperator"))
        addsBeginOfText = try values.truth("add_bos_token")
        addsEndOfText = try values.truth("add_eos_token")
        addsSpacePrefix = try values.truth("add_space_prefix")
        chatTemplate = metadata["tokenizer.chat_template"]?.text
    }

    /// The metadata's values below `tokenizer.ggml`, each of the type that it must have.
    private struct Values {
        let metadata: GGUFMetadata

        /// The value of a key as `convert` takes it; nil where there is none.
        private func value<Value>(
            _ key: String, _ wanted: String, _ convert: (GGUFValue) -> Value?
        ) throws(TokenizerError) -> Value? {
            guard let found = metadata["tokenizer.ggml." + key] else { return nil }
            guard let value = convert(found) else {
                throw .invalid("The GGUF file’s tokenizer.ggml.\(key) is not \(wanted).")
            }
            return value
        }

        func text(_ key: String) throws(TokenizerError) -> String? { try value(key, "a text", \.text) }

        func truth(_ key: String) throws(TokenizerError) -> Bool? {
            try value(key, "true or false") { if case .boolean(let value) = $0 { value } else { nil } }
        }

        /// A token's number; −1 and what stands for it in 32 bits say that there is none.
        func token(_ name: String) throws(TokenizerError) -> Int? {
            let number = try value(name + "_token_id", "a whole number", \.integer)
            return number == -1 || number == Int(UInt32.max) ? nil : number
        }

        func texts(_ key: String) throws(TokenizerError) -> [[UInt8]]? {
            try list(key, of: "texts") { $0.text.map { Array($0.utf8) } }
        }

        func list<Element>(
            _ key: String, of wanted: String, _ convert: (GGUFValue) -> Element?
        ) throws(TokenizerError) -> [Element]? {
            try value(key, "a list of \(wanted)") { value in
                guard let list = value.list else { return nil }
                let elements = list.compactMap(convert)
                return elements.count == list.count ? elements : nil
            }
        }
    }

    /// The keys and values of a GGUF file that describe this tokenizer.
    public var fields: [(key: String, value: GGUFField)] {
        var fields: [(key: String, value: GGUFField)] = [
            ("model", .text(model)), ("pre", .text(preTokenizer)), ("tokens", .texts(tokens)),
        ]
        if !scores.isEmpty { fields.append(("scores", .numbers(scores))) }
        if !types.isEmpty { fields.append(("token_type", .integers(types))) }
        if !merges.isEmpty { fields.append(("merges", .texts(merges))) }
        let numbers = [
            ("bos", beginOfText), ("eos", endOfText), ("eot", otherEnds.first), ("unknown", unknown),
            ("cls", classification), ("seperator", separator), ("padding", padding),
        ]
        for (key, number) in numbers {
            if let number { fields.append((key + "_token_id", .unsigned(UInt32(clamping: number)))) }
        }
        let truths = [
            ("add_bos_token", addsBeginOfText), ("add_eos_token", addsEndOfText),
            ("add_space_prefix", addsSpacePrefix),
        ]
        for (key, truth) in truths { if let truth { fields.append((key, .boolean(truth))) } }
        let named = fields.map { (key: "tokenizer.ggml." + $0.key, value: $0.value) }
        return named
            + (chatTemplate.map { [(key: "tokenizer.chat_template", value: GGUFField.text($0))] } ?? [])
    }
}
