/// Cuts a piece of text into words; no token reaches across a word's border.
protocol PreTokenizer: Sendable {
    /// The words of one piece, each as UTF-8. `isFirst` tells whether the piece begins the text.
    func split(_ words: [[UInt8]], isFirst: Bool) -> [[UInt8]]
}

/// Cuts by one of the known expressions.
struct WordPreTokenizer: PreTokenizer {
    let scanner: WordScanner

    func split(_ words: [[UInt8]], isFirst: Bool) -> [[UInt8]] {
        words.flatMap { word in scanner.words(in: String(decoding: word, as: UTF8.self)[...]).map { Array($0.utf8) } }
    }
}

/// Writes every byte as a printable character, after an optional blank in front and GPT-2's cut.
struct ByteLevelPreTokenizer: PreTokenizer {
    let addsBlank: Bool
    let cutsWords: Bool

    func split(_ words: [[UInt8]], isFirst: Bool) -> [[UInt8]] {
        let padded = words.map { addsBlank && $0.first != 0x20 ? [0x20] + $0 : $0 }
        let cut = cutsWords ? WordPreTokenizer(scanner: .gpt2).split(padded, isFirst: isFirst) : padded
        return cut.map { $0.flatMap { ByteAlphabet.characters[Int($0)] } }
    }
}

/// SentencePiece's blanks: each becomes a sign, which begins a word.
struct MetaspacePreTokenizer: PreTokenizer {
    let replacement: [UInt8]
    let prependScheme: String
    let cutsWords: Bool

    func split(_ words: [[UInt8]], isFirst: Bool) -> [[UInt8]] {
        words.flatMap { word in
            var text = ReplaceNormalizer(pattern: [0x20], content: replacement).normalize(word)
            let prepends = prependScheme == "always" || prependScheme == "first" && isFirst
            if prepends, !text.starts(with: replacement) { text = replacement + text }
            return cutsWords ? cut(text) : [text]
        }
    }

    private func cut(_ text: [UInt8]) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        for position in text.indices {
            if !word.isEmpty, text[position...].starts(with: replacement) {
                words.append(word)
                word = []
            }
            word.append(text[position])
        }
        return word.isEmpty ? words : words + [word]
    }
}

/// The pre-tokenizers that a tokenizer file can name.
enum PreTokenizerList {
    /// The steps for the file's `pre_tokenizer`.
    static func steps(_ json: JSON?) throws(TokenizerError) -> [any PreTokenizer] {
        guard let json else { return [] }
        let type = json["type"]?.text ?? ""
        switch type {
        case "Sequence":
            var steps: [any PreTokenizer] = []
            for part in json["pretokenizers"]?.array ?? [] { steps += try self.steps(part) }
            return steps
        case "ByteLevel":
            let addsBlank = json["add_prefix_space"]?.boolean ?? true
            return [ByteLevelPreTokenizer(addsBlank: addsBlank, cutsWords: json["use_regex"]?.boolean ?? true)]
        case "Split": return [try split(json)]
        case "Metaspace":
            let legacy = json["add_prefix_space"]?.boolean == false ? "never" : "always"
            return [
                MetaspacePreTokenizer(
                    replacement: json["replacement"]?.bytes ?? Array("▁".utf8),
                    prependScheme: json["prepend_scheme"]?.text ?? legacy, cutsWords: json["split"]?.boolean ?? true)
            ]
        default: throw .unsupported("tokenizer.json: nibble does not know the pre-tokenizer “\(type)”.")
        }
    }

    private static func split(_ json: JSON) throws(TokenizerError) -> any PreTokenizer {
        let pattern = json["pattern"]?["Regex"]?.text ?? ""
        guard let scanner = WordScanner.recognizing(pattern), json["invert"]?.boolean != true,
            json["behavior"]?.text == "Isolated"
        else {
            throw .unsupported(
                "tokenizer.json: nibble does not know the Split pattern “\(pattern.prefix(120))”; it knows those of GPT-2, Llama 3 and Qwen 2.")
        }
        return WordPreTokenizer(scanner: scanner)
    }
}
