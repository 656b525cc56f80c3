import NibbleJSON

extension BytePairEncoding {
    /// Reads the `model` of a tokenizer file.
    ///
    /// - Throws: ``TokenizerError`` for another kind of model, or merges of tokens that aren't in the vocabulary.
    init(_ json: JSONValue) throws(TokenizerError) {
        let affixes = ["continuing_subword_prefix", "end_of_word_suffix"]
        for option in affixes where !(json[option]?.bytes ?? []).isEmpty {
            throw .unsupported("tokenizer.json: nibble does not know the option \(option).")
        }
        let vocabulary = try TokenModelList.vocabulary(json)
        var options = Options()
        options.unknown = json["unk_token"]?.bytes.flatMap { vocabulary[$0] }
        if json["byte_fallback"]?.boolean ?? false {
            options.byteTokens = (0...255).map { vocabulary[Self.byteName($0)] }
        }
        options.ignoresMerges = json["ignore_merges"]?.boolean ?? false
        options.fusesUnknown = json["fuse_unk"]?.boolean ?? false
        let merges = try Self.merges(json["merges"]?.array ?? [], vocabulary)
        self.init(vocabulary: vocabulary, merges: merges, options: options)
    }

    /// The token of a byte, such as <0x0A>.
    static func byteName(_ byte: Int) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array(("<0x" + (digits.count == 1 ? "0" : "") + digits + ">").utf8)
    }

    static func merges(
        _ list: [JSONValue], _ vocabulary: [[UInt8]: Int]
    ) throws(TokenizerError) -> [Pair: Merge] {
        var merges: [Pair: Merge] = [:]
        merges.reserveCapacity(list.count)
        for (rank, entry) in list.enumerated() {
            guard let parts = parts(of: entry), let left = vocabulary[parts.left],
                let right = vocabulary[parts.right], let merged = vocabulary[parts.left + parts.right]
            else {
                throw .invalid("tokenizer.json: merge \(rank) names a token that is not in the vocabulary.")
            }
            let pair = Pair(UInt32(truncatingIfNeeded: left), UInt32(truncatingIfNeeded: right))
            merges[pair] = Merge(
                rank: UInt32(truncatingIfNeeded: rank), token: UInt32(truncatingIfNeeded: merged))
        }
        return merges
    }

    /// “a b” or ["a", "b"].
    static func parts(of entry: JSONValue) -> (left: [UInt8], right: [UInt8])? {
        if let pair = entry.array {
            guard pair.count == 2, let left = pair[0].bytes, let right = pair[1].bytes else { return nil }
            return (left, right)
        }
        guard let text = entry.bytes, let space = text.firstIndex(of: 0x20) else { return nil }
        return (Array(text[..<space]), Array(text[(space + 1)...]))
    }
}
