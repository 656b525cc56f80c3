import Foundation
import NibbleJSON

extension GGUFVocabulary {
    /// The tokenizer of a Hugging Face folder in the words of a GGUF file.
    ///
    /// - Parameter size: How many tokens the model has; those that the tokenizer lacks are added as unused ones.
    /// - Throws: ``TokenizerError`` if there is none, or it does something that GGUF has no words for.
    public init(directory: URL, size: Int) throws(TokenizerError) {
        let read = { (name: String) throws(TokenizerError) in
            try Tokenizer.contents(of: name, in: directory)
        }
        guard let bytes = try read("tokenizer.json") else {
            throw .missing("There is no tokenizer.json in \(directory.lastPathComponent).")
        }
        try self.init(
            tokenizerJSON: bytes, configurationJSON: try read("tokenizer_config.json"),
            generationJSON: try read("generation_config.json"), size: size)
        if let template = try read("chat_template.jinja") {
            chatTemplate = chatTemplate ?? String(validating: template, as: UTF8.self)
        }
    }

    /// The tokenizer of the files of a Hugging Face folder.
    ///
    /// - Throws: ``TokenizerError``.
    public init(
        tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil, generationJSON: [UInt8]? = nil, size: Int
    ) throws(TokenizerError) {
        let json = try TokenizerJSON.parse(tokenizerJSON, file: "tokenizer.json")
        guard let model = json.present("model"), model["type"]?.string ?? "BPE" == "BPE" else {
            throw .unsupported("GGUF files take tokenizers with byte-pair encoding only.")
        }
        var numbers: [[UInt8]: Int] = [:]
        try addTokens(model, try AddedTokens.read(json), size: size, to: &numbers)
        let steps = try PreTokenizerList.steps(json.present("pre_tokenizer"))
        if steps.contains(where: { $0 is ByteLevelPreTokenizer }) {
            try setBytePairs(model, steps)
        } else {
            try setSentencePiece(json, model, steps, numbers)
        }
        let configuration = try configurationJSON.map { json throws(TokenizerError) in
            try TokenizerJSON.parse(json, file: "tokenizer_config.json")
        }
        let generation = try generationJSON.map { json throws(TokenizerError) in
            try TokenizerJSON.parse(json, file: "generation_config.json")
        }
        let frame = try PostProcessorList.frame(json.present("post_processor"))
        setSteering(configuration, generation, frame, numbers)
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

    /// Byte-level encoding: the merges, and the name of the cut.
    private mutating func setBytePairs(_ model: JSONValue, _ steps: [any PreTokenizer]) throws(TokenizerError)
    {
        self.model = Self.bytePairs
        guard let name = Self.name(of: steps, ignoresMerges: model["ignore_merges"]?.boolean ?? false) else {
            throw .unsupported("llama.cpp has no name for the way in which tokenizer.json cuts words.")
        }
        preTokenizer = name
        for (rank, entry) in (model["merges"]?.array ?? []).enumerated() {
            guard let parts = BytePairEncoding.parts(of: entry) else {
                throw .invalid("tokenizer.json: merge \(rank) is no pair.")
            }
            merges.append(parts.left + [0x20] + parts.right)
        }
    }

    private static func name(of steps: [any PreTokenizer], ignoresMerges: Bool) -> String? {
        guard let last = steps.last as? ByteLevelPreTokenizer, !last.addsBlank else { return nil }
        let first = steps.count == 2 ? steps[0] : nil
        if last.cutsWords {
            guard steps.count > 1 else {
                return GGUFPreTokenizer.name(of: .gpt2, ignoresMerges: ignoresMerges)
            }
            let cutsDigits = (first as? RunPreTokenizer)?.length == 1
            return cutsDigits && !ignoresMerges ? GGUFPreTokenizer.nameOfSingleDigits : nil
        }
        return (first as? WordPreTokenizer).flatMap {
            GGUFPreTokenizer.name(of: $0.scanner, ignoresMerges: ignoresMerges)
        }
    }

    /// SentencePiece: scores that let neighbours merge in the order of the merges.
    private mutating func setSentencePiece(
        _ json: JSONValue, _ model: JSONValue, _ steps: [any PreTokenizer], _ numbers: [[UInt8]: Int]
    ) throws(TokenizerError) {
        self.model = Self.sentencePiece
        preTokenizer = "default"
        let normalizers = try NormalizerList.steps(json.present("normalizer"))
        let metaspace = steps.first as? MetaspacePreTokenizer
        let blank = Array("▁".utf8)
        let replaces = normalizers.contains { ($0 as? ReplaceNormalizer)?.content == blank }
        guard model["byte_fallback"]?.boolean == true, replaces || metaspace?.replacement == blank else {
            throw .unsupported(
                "GGUF files take tokenizers of bytes and of SentencePiece with bytes; tokenizer.json has another."
            )
        }
        let prepends = normalizers.contains { $0 is PrependNormalizer }
        addsBlank = prepends || metaspace.map { $0.prependScheme != "never" } ?? false
        let list = model["merges"]?.array ?? []
        scores = tokens.indices.map { type(of: $0) == .normal ? -Float(list.count) - 1 : 0 }
        for (rank, entry) in list.enumerated().reversed() {
            guard let parts = BytePairEncoding.parts(of: entry), let id = numbers[parts.left + parts.right]
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

    /// Tokens that begin, end and fill up, and the template for talks.
    private mutating func setSteering(
        _ configuration: JSONValue?, _ generation: JSONValue?, _ frame: (prefix: [Int], suffix: [Int]),
        _ numbers: [[UInt8]: Int]
    ) {
        func token(_ name: String) -> Int? {
            SteeringTokens.content(configuration?[name]).flatMap { numbers[$0] }
        }
        func known(_ id: Int?) -> Int? { id.flatMap { tokens.indices.contains($0) ? $0 : nil } }
        let ends = SteeringTokens.numbers(generation?["eos_token_id"]).filter(tokens.indices.contains)
            .sorted()
        beginOfText = known(token("bos_token") ?? frame.prefix.first ?? generation?["bos_token_id"]?.integer)
        endOfText = known(token("eos_token") ?? ends.first)
        otherEnds = ends.filter { $0 != endOfText }
        padding = known(token("pad_token"))
        addsBeginOfText = !frame.prefix.isEmpty
        addsEndOfText = !frame.suffix.isEmpty
        chatTemplate = configuration?["chat_template"]?.string
    }
}
