/// Tokens of a GGUF file that end what a model writes, by their texts and whatever their types.
///
/// The lists and their exceptions are llama.cpp's (`llama_vocab::impl::load` of `src/llama-vocab.cpp`, “maintain a list of tokens
/// that cause end-of-generation”, October 2026): converters seldom say which tokens end a turn.
struct GGUFEnds {
    /// The tokens that end what a model writes.
    private(set) var tokens: Set<Int> = []
    /// Tokens that steer the model by their texts, whatever type the file gives them.
    private(set) var controls: Set<Int> = []

    /// Texts that end a text or a turn.
    private static let ends = [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
        "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
        "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
        "<｜end▁of▁sentence｜>", "[e~[",
    ]
    /// Texts of tokens for filling in the middle, of which one each ends what a model writes, where no key names it.
    private static let middleEnds: [(key: String, texts: [String])] = [
        ("fim_pad", ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"]),
        ("fim_rep", ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"]),
        ("fim_sep", ["<|file_sep|>"]),
    ]
    /// Texts of tokens that are none where all of some others are among the ends.
    private static let exceptions: [(text: String, where: [[String]])] = [
        (
            "<|end|>",
            [
                ["<|return|>", "<|call|>"], ["<|return|>", "<|calls|>"], ["<|call|>", "<|flush|>"],
                ["<|calls|>", "<|flush|>"],
            ]
        ),
        ("</s>", [["<|tool_response>"]]),
    ]

    init(_ vocabulary: GGUFVocabulary) {
        var numbers: [[UInt8]: Int] = [:]
        for (id, token) in vocabulary.tokens.enumerated() where !token.isEmpty && token.count < 64 {
            if numbers[token] == nil { numbers[token] = id }
        }
        func number(_ text: String) -> Int? { numbers[Array(text.utf8)] }
        controls = Set(Self.ends.compactMap(number))
        tokens = controls
        for (key, texts) in Self.middleEnds {
            if let named = vocabulary.middleTokens[key] {
                tokens.insert(named)
            } else if let found = texts.compactMap(number).min() {
                tokens.insert(found)
                controls.insert(found)
            }
        }
        tokens.formUnion(vocabulary.otherEnds.filter(vocabulary.tokens.indices.contains))
        let present = Set(Self.ends.filter { text in number(text).map(tokens.contains) ?? false })
        for (text, groups) in Self.exceptions where groups.contains(where: present.isSuperset) {
            guard let id = number(text) else { continue }
            tokens.remove(id)
            controls.remove(id)
        }
    }
}
