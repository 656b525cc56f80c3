/// A tokenizer as the metadata of a GGUF file describes it, key by key (`ggml/docs/gguf.md`, `tokenizer.ggml.*`).
public struct GGUFVocabulary: Sendable, Equatable {
    /// What kind of token an entry is (`tokenizer.ggml.token_type`).
    public enum TokenType: Int32, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// `model` of SentencePiece vocabularies: neighbours merge by the score of what they make.
    public static let sentencePiece = "llama"
    /// `model` of byte-level byte-pair encoding: neighbours merge by a list.
    public static let bytePairs = "gpt2"

    /// `model` of BERT's vocabularies: words are taken apart into the longest pieces.
    public static let wordPiece = "bert"

    /// How words are made into tokens: ``sentencePiece``, ``bytePairs`` or ``wordPiece``.
    public var model = ""
    /// How text is split into words (`pre`); empty if the file doesn't say.
    public var preTokenizer = ""
    /// The tokens in UTF-8, by number.
    public var tokens: [[UInt8]] = []
    /// Score of each token; may be empty.
    public var scores: [Float] = []
    /// Type of each token, as ``TokenType`` counts them; may be empty.
    public var types: [Int32] = []
    /// Pairs of tokens that merge, with a space between them, the first to merge first.
    public var merges: [[UInt8]] = []
    /// The token that begins a text.
    public var beginOfText: Int?
    /// The token that ends a text.
    public var endOfText: Int?
    /// Other tokens that end what a model writes (`eot_token_id`, `eom_token_id`).
    public var otherEnds: [Int] = []
    /// Tokens for filling in the middle that end what a model writes, by the names of their keys (`fim_pad`, `fim_rep`,
    /// `fim_sep`, each with `_token_id`).
    public var middleTokens: [String: Int] = [:]
    /// The token of what the vocabulary lacks.
    public var unknown: Int?
    /// The token before a text that is classified (`cls_token_id`).
    public var classification: Int?
    /// The token after each text of a pair (`seperator_token_id`, spelled so in the files).
    public var separator: Int?
    /// The padding token.
    public var padding: Int?
    /// Whether ``beginOfText`` is put before a text; nil for the kind's default.
    public var addsBeginOfText: Bool?
    /// Whether ``endOfText`` is put behind a text; nil for the kind's default.
    public var addsEndOfText: Bool?
    /// Whether a space is put before a text; nil for the kind's default.
    public var addsSpacePrefix: Bool?
    /// The chat template, in the Jinja language.
    public var chatTemplate: String?

    /// What GGUF has no words for, as sentences; the text may be split in another way.
    public internal(set) var remarks: [String] = []

    /// An empty vocabulary.
    public init() {}

    /// The token of what the vocabulary lacks, if there is such a token.
    var knownUnknown: Int? { unknown.flatMap { tokens.indices.contains($0) ? $0 : nil } }

    /// The type of a token; normal where the file gives none that is known.
    func type(of token: Int) -> TokenType {
        types.indices.contains(token) ? TokenType(rawValue: types[token]) ?? .normal : .normal
    }
}
