import NibbleJSON

/// Splits by one of the known expressions.
struct SplitPreTokenizer: FilePreTokenizer {
    static let types = ["Split"]

    /// The expression's matches.
    let scanner: WordScanner

    /// A pre-tokenizer of one expression.
    init(scanner: WordScanner) { self.scanner = scanner }

    init(_ json: JSONValue) throws(TokenizerError) {
        let pattern = json["pattern"]?["Regex"]?.string ?? ""
        guard let scanner = WordScanner.recognizing(pattern), json["invert"]?.boolean != true,
            json["behavior"]?.string == "Isolated"
        else {
            throw .unsupported(
                "tokenizer.json: nibble does not know the Split pattern “\(pattern.prefix(120))”; "
                    + "it knows those of GPT-2, Llama 3 and Qwen 2.")
        }
        self.scanner = scanner
    }

    func split(_ words: Words, isFirst: Bool) -> Words {
        var result = Words()
        result.reserve(words.bytes.count)
        for word in words.slices { scanner.split(word, into: &result) }
        return result
    }

    var ggufSplits: [GGUFSplit]? { [.expression(scanner)] }
}
