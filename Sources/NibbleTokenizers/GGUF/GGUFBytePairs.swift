/// Byte-level byte-pair encoding: words by the name of an expression, merges by their rank.
enum GGUFBytePairs: GGUFModel {
    static let name = GGUFVocabulary.bytePairs

    static func parts(of vocabulary: GGUFVocabulary) throws(TokenizerError) -> GGUFModelParts {
        guard let splitting = GGUFPreTokenizer.named(vocabulary.preTokenizer) else {
            throw .unsupported(
                "nibble does not know the pre-tokenizer “\(vocabulary.preTokenizer.prefix(120))” of the GGUF file."
            )
        }
        var numbers: [[UInt8]: Int] = [:]
        numbers.reserveCapacity(vocabulary.tokens.count)
        for (id, token) in vocabulary.tokens.enumerated() { numbers[token] = id }
        var options = BytePairEncoding.Options()
        options.ignoresMerges = splitting.ignoresMerges
        options.unknown = vocabulary.knownUnknown
        var parts = TokenizerParts(
            model: BytePairEncoding(
                vocabulary: numbers, merges: merges(vocabulary.merges, numbers), options: options))
        parts.preTokenizers =
            splitting.parts + [ByteLevelPreTokenizer(addsSpace: false, splitsWords: false)]
        parts.decoders = [ByteLevelDecoder()]
        return GGUFModelParts(parts: parts, addsBeginOfText: splitting.addsBeginOfText)
    }

    /// The merges whose parts and result are tokens; the first of two that are the same counts.
    private static func merges(
        _ list: [[UInt8]], _ numbers: [[UInt8]: Int]
    ) -> [BytePairEncoding.Pair: BytePairEncoding.Merge] {
        var merges: [BytePairEncoding.Pair: BytePairEncoding.Merge] = [:]
        merges.reserveCapacity(list.count)
        for (rank, text) in list.enumerated() {
            guard let space = text.dropFirst().firstIndex(of: 0x20),
                case let (first, second) = (Array(text[..<space]), Array(text[(space + 1)...])),
                let left = numbers[first], let right = numbers[second], let both = numbers[first + second]
            else { continue }
            let pair = BytePairEncoding.Pair(
                UInt32(truncatingIfNeeded: left), UInt32(truncatingIfNeeded: right))
            let merge = BytePairEncoding.Merge(
                rank: UInt32(truncatingIfNeeded: rank), token: UInt32(truncatingIfNeeded: both))
            if merges[pair] == nil { merges[pair] = merge }
        }
        return merges
    }
}
