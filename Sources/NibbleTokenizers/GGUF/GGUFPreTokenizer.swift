/// How text is split into words by the name that a GGUF file gives (`tokenizer.ggml.pre`), as llama.cpp reads these names.
struct GGUFPreTokenizer: Sendable {
    /// What splits, one after the other.
    let parts: [any PreTokenizer]
    /// Whether a word that is a token needs no merges.
    var ignoresMerges = false
    /// Whether a text begins with its token unless the file says otherwise.
    var addsBeginOfText = false

    /// The splitting of a name; nil for one that nibble doesn't know.
    static func named(_ name: String) -> GGUFPreTokenizer? {
        if gpt2.contains(name) { return GGUFPreTokenizer(parts: [SplitPreTokenizer(scanner: .gpt2)]) }
        if qwen2.contains(name) { return GGUFPreTokenizer(parts: [SplitPreTokenizer(scanner: .qwen2)]) }
        if likeLlama3.contains(name) {
            return GGUFPreTokenizer(parts: [SplitPreTokenizer(scanner: .llama3)])
        }
        if llama3.contains(name) {
            return GGUFPreTokenizer(
                parts: [SplitPreTokenizer(scanner: .llama3)], ignoresMerges: true, addsBeginOfText: true)
        }
        if singleDigits.contains(name) {
            return GGUFPreTokenizer(parts: [
                DigitsPreTokenizer(isIndividual: true), SplitPreTokenizer(scanner: .gpt2),
            ])
        }
        return name.isEmpty || name == "default" ? GGUFPreTokenizer(parts: unnamed) : nil
    }

    /// The name of some splits, one after the other; nil if llama.cpp has none that treats merges so.
    static func name(of splits: [GGUFSplit], ignoresMerges: Bool) -> String? {
        named.first { $0.splits == splits && $0.ignoresMerges == ignoresMerges }?.name
    }

    private static let named: [(splits: [GGUFSplit], ignoresMerges: Bool, name: String)] = [
        ([.expression(.gpt2)], false, "gpt-2"), ([.expression(.qwen2)], false, "qwen2"),
        ([.expression(.llama3)], true, "llama-bpe"), ([.expression(.llama3)], false, "dbrx"),
        ([.digits, .expression(.gpt2)], false, "smollm"),
    ]

    private static let gpt2: Set<String> = [
        "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
        "modern-bert", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4",
    ]
    private static let qwen2: Set<String> = [
        "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "stablelm2", "megrez",
    ]
    private static let llama3: Set<String> = [
        "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
    ]
    private static let likeLlama3: Set<String> = ["dbrx", "smaug-bpe", "chatglm-bpe"]
    private static let singleDigits: Set<String> = [
        "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b",
    ]

    /// Where no name is given: signs, then GPT-2's expression, then numbers, then triples of digits.
    private static let unnamed: [any PreTokenizer] = [
        RunPreTokenizer { isSign($0) }, SplitPreTokenizer(scanner: .gpt2),
        RunPreTokenizer { RunPreTokenizer.isNumber($0) },
        RunPreTokenizer(length: 3) { ("0"..."9").contains($0) },
    ]

    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            true
        default: "$+<=>^~|".unicodeScalars.contains(scalar)
        }
    }
}
