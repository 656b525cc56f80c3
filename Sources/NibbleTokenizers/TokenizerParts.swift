import NibbleJSON

/// What a tokenizer is made of, whichever file says so.
struct TokenizerParts: Sendable {
    /// Tokens that are found in a text before all else.
    var addedTokens: [AddedTokens.Entry] = []
    /// What changes the text, in order.
    var normalizers: [any Normalizer] = []
    /// What splits it into words, in order.
    var preTokenizers: [any PreTokenizer] = []
    /// What makes words into tokens.
    var model: any TokenModel
    /// What puts special tokens around the texts, in order.
    var postProcessors: [any PostProcessor] = []
    /// What makes tokens into text again, in order.
    var decoders: [any TokenDecoder] = []
    /// What each token stands for where the model's vocabulary doesn't say it.
    var pieces: [Int: [UInt8]] = [:]
    /// The token that begins a text.
    var beginOfText: Int?
    /// The token that stands for a word to be guessed.
    var mask: Int?
    /// Tokens that end a text.
    var endOfText: Set<Int> = []
    /// What a person should know of the files, as sentences.
    var remarks: [String] = []
}

extension TokenizerParts {
    /// The parts that a `tokenizer.json` names, with the tokens that the files beside it add.
    ///
    /// - Throws: ``TokenizerError`` for a part that nibble doesn't know, and for what contradicts itself.
    init(_ files: TokenizerFiles) throws(TokenizerError) {
        let json = files.tokenizer
        guard let description = json.present("model") else {
            throw .invalid("tokenizer.json has no model.")
        }
        let model = try TokenModelList.model(description)
        let (entries, unlike) = AddedTokens.merged(
            try AddedTokens.read(json), try files.furtherTokens(), vocabulary: model.vocabulary)
        self.init(addedTokens: entries, model: model)
        remarks = files.remarks + unlike
        normalizers = try NormalizerList.parts(json.present("normalizer"))
        preTokenizers = try PreTokenizerList.parts(json.present("pre_tokenizer"))
        postProcessors = try PostProcessorList.parts(json.present("post_processor"))
        decoders = try TokenDecoderList.parts(json.present("decoder"))
        pieces = Dictionary(model.vocabulary.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let number = { (content: [UInt8]) -> Int? in
            entries.first { $0.content == content }?.id ?? model.vocabulary[content]
        }
        let prefix = PostProcessorList.affixes(postProcessors).prefix
        beginOfText = files.text(of: "bos_token").flatMap(number) ?? prefix.first
        mask = files.text(of: "mask_token").flatMap(number)
        endOfText = Set([files.text(of: "eos_token")].compactMap(\.self).compactMap(number))
            .union(SpecialTokenNames.numbers(files.generation?["eos_token_id"]))
    }
}
