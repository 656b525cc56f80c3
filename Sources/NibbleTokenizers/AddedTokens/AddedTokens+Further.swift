import NibbleJSON
import NibbleText

extension AddedTokens {
    /// A token that a file beside `tokenizer.json` lists.
    struct Listed {
        /// The number that the file gives it; nil where it gives none.
        let id: Int?
        /// What stands for it in a text, and how it is found.
        let entry: Entry

        /// A token of which only the text is known.
        init(id: Int?, content: [UInt8], isSpecial: Bool) {
            self.id = id
            entry = Entry(
                id: 0, content: content, isSpecial: isSpecial, stripsLeft: false, stripsRight: false,
                isNormalized: !isSpecial)
        }

        /// A token with all that a file says of it; nil for one without text.
        init?(id: Int, _ json: JSONValue) throws(TokenizerError) {
            guard let content = json["content"]?.bytes, !content.isEmpty else { return nil }
            self.id = id
            entry = Entry(json, id: 0, content: content)
        }
    }

    /// The entries of `tokenizer.json` and those that other files list besides.
    ///
    /// A token that the vocabulary has keeps its number there; another gets the next free one, as `add_tokens` of the tokenizers
    /// library gives it, whatever number the file writes.
    static func merged(
        _ entries: [Entry], _ listed: [Listed], vocabulary: [[UInt8]: Int]
    ) -> (entries: [Entry], remarks: [String]) {
        var merged = entries
        var known = Set(entries.map(\.content))
        var remarks: [String] = []
        var largest = entries.map(\.id).max() ?? -1
        for token in listed where !token.entry.content.isEmpty {
            guard known.insert(token.entry.content).inserted else { continue }
            let id = vocabulary[token.entry.content] ?? max(vocabulary.count, largest + 1)
            guard id < 1 << 26 else { continue }
            largest = max(largest, id)
            merged.append(token.entry.numbered(id))
            if let written = token.id, written != id {
                let text = String(decoding: token.entry.content, as: UTF8.self).printable(limit: 60)
                remarks.append(
                    "The added token “\(text)” is listed as \(written), but it gets the number \(id), as the tokenizers "
                        + "library numbers it.")
            }
        }
        return (merged, Array(remarks.prefix(1)))
    }
}

extension AddedTokens.Entry {
    /// What a file says of a token.
    init(_ json: JSONValue, id: Int, content: [UInt8]) {
        let isSpecial = json["special"]?.boolean ?? false
        self.init(
            id: id, content: content, isSpecial: isSpecial, stripsLeft: json["lstrip"]?.boolean ?? false,
            stripsRight: json["rstrip"]?.boolean ?? false,
            isNormalized: json["normalized"]?.boolean ?? !isSpecial,
            isSingleWord: json["single_word"]?.boolean ?? false)
    }

    /// The same token with another number.
    func numbered(_ id: Int) -> AddedTokens.Entry {
        AddedTokens.Entry(
            id: id, content: content, isSpecial: isSpecial, stripsLeft: stripsLeft, stripsRight: stripsRight,
            isNormalized: isNormalized, isSingleWord: isSingleWord)
    }
}
