import NibbleJSON

/// Cuts a piece of text into words; no token reaches across a word's border.
protocol PreTokenizer: Sendable {
    /// Cuts each word further. `isFirst` tells whether the piece begins the text.
    func split(_ words: Words, isFirst: Bool) -> Words
}

/// Cuts by one of the known expressions.
struct WordPreTokenizer: PreTokenizer {
    let scanner: WordScanner

    func split(_ words: Words, isFirst: Bool) -> Words {
        var result = Words()
        result.reserve(words.bytes.count)
        for word in words.slices { scanner.cut(word, into: &result) }
        return result
    }
}

/// Writes every byte as a printable character, after an optional blank in front and GPT-2's cut.
struct ByteLevelPreTokenizer: PreTokenizer {
    let addsBlank: Bool
    let cutsWords: Bool

    func split(_ words: Words, isFirst: Bool) -> Words {
        let padded = addsBlank ? Self.padded(words) : words
        let cut = cutsWords ? WordPreTokenizer(scanner: .gpt2).split(padded, isFirst: isFirst) : padded
        var result = Words()
        result.reserve(2 * cut.bytes.count)
        for word in cut.slices {
            for byte in word { result.append(ByteAlphabet.characters[Int(byte)]) }
            result.endWord()
        }
        return result
    }

    private static func padded(_ words: Words) -> Words {
        var result = Words()
        for word in words.slices {
            if word.first != 0x20 { result.append(0x20) }
            result.append(word)
            result.endWord()
        }
        return result
    }
}

/// SentencePiece's blanks: each becomes a sign, which begins a word.
struct MetaspacePreTokenizer: PreTokenizer {
    let replacement: [UInt8]
    let prependScheme: String
    let cutsWords: Bool

    func split(_ words: Words, isFirst: Bool) -> Words {
        let blanks = ReplaceNormalizer(pattern: [0x20], content: replacement)
        let prepends = prependScheme == "always" || prependScheme == "first" && isFirst
        var result = Words()
        for word in words.slices {
            var text = blanks.normalize(Array(word))
            if prepends, !text.starts(with: replacement) { text = replacement + text }
            for position in text.indices {
                if cutsWords, text[position...].starts(with: replacement) { result.endWord() }
                result.append(text[position])
            }
            result.endWord()
        }
        return result
    }
}

/// The pre-tokenizers that a tokenizer file can name.
enum PreTokenizerList {
    /// The steps for the file's `pre_tokenizer`.
    static func steps(_ json: JSONValue?) throws(TokenizerError) -> [any PreTokenizer] {
        guard let json else { return [] }
        let type = json["type"]?.string ?? ""
        switch type {
        case "Sequence":
            var steps: [any PreTokenizer] = []
            for part in json["pretokenizers"]?.array ?? [] { steps += try self.steps(part) }
            return steps
        case "ByteLevel":
            return [
                ByteLevelPreTokenizer(
                    addsBlank: json["add_prefix_space"]?.boolean ?? true,
                    cutsWords: json["use_regex"]?.boolean ?? true)
            ]
        case "Split": return [try split(json)]
        case "Digits" where json["individual_digits"]?.boolean == true: return [RunPreTokenizer.digits]
        case "Metaspace":
            let legacy = json["add_prefix_space"]?.boolean == false ? "never" : "always"
            return [
                MetaspacePreTokenizer(
                    replacement: json["replacement"]?.bytes ?? Array("▁".utf8),
                    prependScheme: json["prepend_scheme"]?.string ?? legacy,
                    cutsWords: json["split"]?.boolean ?? true)
            ]
        default:
            throw .unsupported(
                "tokenizer.json: nibble does not know the pre-tokenizer “\(type.prefix(120))”.")
        }
    }

    private static func split(_ json: JSONValue) throws(TokenizerError) -> any PreTokenizer {
        let pattern = json["pattern"]?["Regex"]?.string ?? ""
        guard let scanner = WordScanner.recognizing(pattern), json["invert"]?.boolean != true,
            json["behavior"]?.string == "Isolated"
        else {
            throw .unsupported(
                "tokenizer.json: nibble does not know the Split pattern “\(pattern.prefix(120))”; "
                    + "it knows those of GPT-2, Llama 3 and Qwen 2.")
        }
        return WordPreTokenizer(scanner: scanner)
    }
}
