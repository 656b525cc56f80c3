import Foundation
import NibbleJSON
import NibbleText

extension GGUFVocabulary {
    /// The tokenizer of a Hugging Face folder in the words of a GGUF file.
    ///
    /// - Parameter size: How many tokens the model has; those that the tokenizer lacks are added as unused ones.
    /// - Throws: ``TokenizerError`` if there is none, or it does something that GGUF has no words for.
    public init(directory: URL, size: Int) throws(TokenizerError) {
        try self.init(try TokenizerFiles(directory: directory), size: size)
        if let template = try TokenizerFiles.contents(of: "chat_template.jinja", in: directory) {
            chatTemplate = chatTemplate ?? String(validating: template, as: UTF8.self)
        }
    }

    /// The tokenizer of the files of a Hugging Face folder.
    ///
    /// - Throws: ``TokenizerError``.
    public init(
        tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil, generationJSON: [UInt8]? = nil, size: Int
    ) throws(TokenizerError) {
        try self.init(
            try TokenizerFiles(
                tokenizer: tokenizerJSON, configuration: configurationJSON, generation: generationJSON),
            size: size)
    }

    private init(_ files: TokenizerFiles, size: Int) throws(TokenizerError) {
        self.init()
        let json = files.tokenizer
        guard let model = json.present("model"), model["type"]?.string ?? "BPE" == "BPE" else {
            throw .unsupported("GGUF files take tokenizers with byte-pair encoding only.")
        }
        var numbers: [[UInt8]: Int] = [:]
        let added = AddedTokens.merged(
            try AddedTokens.read(json), try files.furtherTokens(),
            vocabulary: try TokenModelList.vocabulary(model))
        try addTokens(model, added.entries, size: size, to: &numbers)
        remarks = Self.remarks(on: added.entries)
        let parts = try PreTokenizerList.parts(json.present("pre_tokenizer"))
        if parts.contains(where: { $0.ggufTraits.contains(.byteAlphabet) }) {
            try setBytePairs(model, parts)
        } else {
            let normalizers = try NormalizerList.parts(json.present("normalizer"))
            try setSentencePiece(model, normalizers, parts, numbers)
        }
        let postProcessors = try PostProcessorList.parts(json.present("post_processor"))
        setSpecialTokens(files, PostProcessorList.affixes(postProcessors), numbers)
    }

    /// A sentence about added tokens that take white space along, or count only as words of their own.
    private static func remarks(on added: [AddedTokens.Entry]) -> [String] {
        let odd = added.filter { $0.stripsLeft || $0.stripsRight || $0.isSingleWord }
        guard let first = odd.first else { return [] }
        let text = String(decoding: first.content, as: UTF8.self).printable(limit: 60)
        return [
            "\(odd.count) added \(odd.count == 1 ? "token" : "tokens"), such as “\(text)”, \(odd.count == 1 ? "is" : "are") marked "
                + "lstrip, rstrip or single_word, which GGUF files cannot say: texts with \(odd.count == 1 ? "it" : "them") may be "
                + "split in another way."
        ]
    }

    /// Lists the tokens by number, with their types.
    private mutating func addTokens(
        _ model: JSONValue, _ added: [AddedTokens.Entry], size: Int, to numbers: inout [[UInt8]: Int]
    ) throws(TokenizerError) {
        guard case .object(let members)? = model["vocab"] else {
            throw .invalid("tokenizer.json has no vocabulary.")
        }
        for (piece, value) in members { numbers[Array(piece.utf8)] = value.integer }
        for entry in added { numbers[entry.content] = entry.id }
        guard let last = numbers.values.max(), numbers.values.allSatisfy({ $0 >= 0 }), last < 1 << 26 else {
            throw .invalid("tokenizer.json numbers its tokens in a way that no model can use.")
        }
        let count = max(last + 1, min(size, 1 << 26))
        tokens = (0..<count).map { Array("[PAD\($0)]".utf8) }
        types = [Int32](repeating: TokenType.unused.rawValue, count: count)
        for (piece, id) in numbers {
            tokens[id] = piece
            types[id] = TokenType.normal.rawValue
        }
        for entry in added {
            types[entry.id] = (entry.isSpecial ? TokenType.control : .userDefined).rawValue
        }
        unknown = model["unk_token"]?.bytes.flatMap { numbers[$0] }
    }

    /// Byte-level encoding: the merges, and the name of the way words are split.
    private mutating func setBytePairs(_ model: JSONValue, _ parts: [any PreTokenizer]) throws(TokenizerError)
    {
        self.model = Self.bytePairs
        guard let name = Self.name(of: parts, ignoresMerges: model["ignore_merges"]?.boolean ?? false) else {
            throw .unsupported("llama.cpp has no name for the way in which tokenizer.json splits words.")
        }
        preTokenizer = name
        for (rank, entry) in (model["merges"]?.array ?? []).enumerated() {
            guard let pair = BytePairEncoding.parts(of: entry) else {
                throw .invalid("tokenizer.json: merge \(rank) is no pair.")
            }
            merges.append(pair.left + [0x20] + pair.right)
        }
    }

    /// The name of pre-tokenizers whose last one writes the byte alphabet; nil if GGUF has none for them.
    private static func name(of parts: [any PreTokenizer], ignoresMerges: Bool) -> String? {
        let places = parts.indices.filter { parts[$0].ggufTraits.contains(.byteAlphabet) }
        let splits = parts.compactMap(\.ggufSplits)
        guard places == [parts.count - 1], splits.count == parts.count else { return nil }
        return GGUFPreTokenizer.name(of: splits.flatMap(\.self), ignoresMerges: ignoresMerges)
    }

    /// SentencePiece: scores that let neighbours merge in the order of the merges.
    private mutating func setSentencePiece(
        _ model: JSONValue, _ normalizers: [any Normalizer], _ parts: [any PreTokenizer],
        _ numbers: [[UInt8]: Int]
    ) throws(TokenizerError) {
        self.model = Self.sentencePiece
        preTokenizer = "default"
        let traits = (normalizers.map(\.ggufTraits) + parts.prefix(1).map(\.ggufTraits))
            .reduce(GGUFTraits()) { $0.union($1) }
        guard model["byte_fallback"]?.boolean == true, traits.contains(.spaceMarks) else {
            throw .unsupported(
                "GGUF files take tokenizers of bytes and of SentencePiece with bytes; tokenizer.json has another."
            )
        }
        addsSpacePrefix = traits.contains(.spacePrefix)
        let list = model["merges"]?.array ?? []
        scores = tokens.indices.map { type(of: $0) == .normal ? -Float(list.count) - 1 : 0 }
        for (rank, entry) in list.enumerated().reversed() {
            guard let pair = BytePairEncoding.parts(of: entry), let id = numbers[pair.left + pair.right]
            else {
                throw .invalid("tokenizer.json: merge \(rank) names a token that is not in the vocabulary.")
            }
            scores[id] = -Float(rank)
        }
        for byte in 0...255 {
            if let id = numbers[BytePairEncoding.byteName(byte)] { types[id] = TokenType.byte.rawValue }
        }
        if let unknown { types[unknown] = TokenType.unknown.rawValue }
    }

    /// Tokens that begin and end a text, the padding token, and the chat template.
    private mutating func setSpecialTokens(
        _ files: TokenizerFiles, _ affixes: (prefix: [Int], suffix: [Int]), _ numbers: [[UInt8]: Int]
    ) {
        let generation = files.generation
        func token(_ name: String) -> Int? { files.text(of: name).flatMap { numbers[$0] } }
        func known(_ id: Int?) -> Int? { id.flatMap { tokens.indices.contains($0) ? $0 : nil } }
        let ends = SpecialTokenNames.numbers(generation?["eos_token_id"]).filter(tokens.indices.contains)
            .sorted()
        beginOfText = known(
            token("bos_token") ?? affixes.prefix.first ?? generation?["bos_token_id"]?.integer)
        endOfText = known(token("eos_token") ?? ends.first)
        otherEnds = ends.filter { $0 != endOfText }
        padding = known(token("pad_token"))
        addsBeginOfText = !affixes.prefix.isEmpty
        addsEndOfText = !affixes.suffix.isEmpty
        chatTemplate = files.configuration?["chat_template"]?.string
    }
}
