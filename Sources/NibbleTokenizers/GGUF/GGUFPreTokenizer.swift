/// How text is cut by the name that a GGUF file gives (`tokenizer.ggml.pre`), as llama.cpp reads these names.
struct GGUFPreTokenizer: Sendable {
    /// The cuts, one after the other.
    let steps: [any PreTokenizer]
    /// Whether a word that is a token needs no merges.
    var ignoresMerges = false
    /// Whether a text begins with its token unless the file says otherwise.
    var addsBeginOfText = false

    /// The cut of a name; nil for one that nibble doesn't know.
    static func named(_ name: String) -> GGUFPreTokenizer? {
        if gpt2.contains(name) { return GGUFPreTokenizer(steps: [WordPreTokenizer(scanner: .gpt2)]) }
        if qwen2.contains(name) { return GGUFPreTokenizer(steps: [WordPreTokenizer(scanner: .qwen2)]) }
        if likeLlama3.contains(name) {
            return GGUFPreTokenizer(steps: [WordPreTokenizer(scanner: .llama3)])
        }
        if llama3.contains(name) {
            return GGUFPreTokenizer(
                steps: [WordPreTokenizer(scanner: .llama3)], ignoresMerges: true, addsBeginOfText: true)
        }
        if singleDigits.contains(name) {
            return GGUFPreTokenizer(steps: [RunPreTokenizer.digits, WordPreTokenizer(scanner: .gpt2)])
        }
        return name.isEmpty || name == "default" ? GGUFPreTokenizer(steps: unnamed) : nil
    }

    /// The name for a scanner; nil if llama.cpp has none that treats merges so.
    static func name(of scanner: WordScanner, ignoresMerges: Bool) -> String? {
        let names: [(WordScanner, Bool, String)] = [
            (.gpt2, false, "gpt-2"), (.qwen2, false, "qwen2"), (.llama3, true, "llama-bpe"),
            (.llama3, false, "dbrx"),
        ]
        return names.first { $0.0 == scanner && $0.1 == ignoresMerges }?.2
    }

    /// The name for single digits before GPT-2's expression.
    static let nameOfSingleDigits = "smollm"

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
        RunPreTokenizer { isSign($0) }, WordPreTokenizer(scanner: .gpt2),
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
