import NibbleCheckpoints
import NibbleTokenizers

extension GGUFVocabulary {
    /// The tokenizer that a GGUF file's metadata describes; parts of the wrong type count as absent.
    public init(_ metadata: GGUFMetadata) {
        self.init()
        func value(_ key: String) -> GGUFValue? { metadata["tokenizer.ggml." + key] }
        func bytes(_ key: String) -> [[UInt8]] { value(key)?.list?.map { Array(($0.text ?? "").utf8) } ?? [] }
        func number(_ key: String) -> Int? { value(key + "_token_id")?.integer }
        func truth(_ key: String) -> Bool? {
            if case .boolean(let value)? = value(key) { value } else { nil }
        }
        model = value("model")?.text ?? ""
        preTokenizer = value("pre")?.text ?? ""
        tokens = bytes("tokens")
        merges = bytes("merges")
        scores = value("scores")?.list?.map { Float($0.number ?? 0) } ?? []
        types = value("token_type")?.list?.map { Int32(clamping: $0.integer ?? 0) } ?? []
        (beginOfText, endOfText) = (number("bos"), number("eos"))
        otherEnds = ["eot", "eom"].compactMap(number)
        (unknown, padding) = (number("unknown"), number("padding"))
        (addsBeginOfText, addsEndOfText) = (truth("add_bos_token"), truth("add_eos_token"))
        addsBlank = truth("add_space_prefix")
        chatTemplate = metadata["tokenizer.chat_template"]?.text
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
            ("padding", padding),
        ]
        for (key, number) in numbers {
            if let number { fields.append((key + "_token_id", .unsigned(UInt32(clamping: number)))) }
        }
        let truths = [
            ("add_bos_token", addsBeginOfText), ("add_eos_token", addsEndOfText),
            ("add_space_prefix", addsBlank),
        ]
        for (key, truth) in truths { if let truth { fields.append((key, .boolean(truth))) } }
        let named = fields.map { (key: "tokenizer.ggml." + $0.key, value: $0.value) }
        return named
            + (chatTemplate.map { [(key: "tokenizer.chat_template", value: GGUFField.text($0))] } ?? [])
    }
}
