import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTokenizers
import NibbleTransformers

/// What all contestants make of one text.
public struct EncoderResult: Sendable {
    /// The text.
    public let input: TextInput
    /// The text's tokens.
    public let encoded: EncodedText
    /// The original's output, then the plans'.
    public let outputs: [EncoderOutput]
    /// How each plan's output differs from the original's.
    public let differences: [OutputDifference]
}

/// Runs texts through the original of an encoder and through plans, and compares what comes out.
///
///     let contestants = try Contestants.prepare([plan], of: model, contextLength: 1)
///     let run = try EncoderRun(model: model, contestants: contestants)
///     let result = try run.run(TextInput("A fine day."))
public final class EncoderRun {
    private let model: TransformerModel
    private let tokenizer: Tokenizer
    private let description: TransformerDescription
    private let sessions: [EncoderSession]
    /// How tokens' states become one vector.
    public let pooling: SentencePooling
    /// What a person should know of the pooling, as a sentence; nil for nothing.
    public let remark: String?

    /// Prepares a run.
    ///
    /// - Parameter observer: Watches the sessions of all contestants.
    /// - Throws: ``EvaluationError/notRunnable(_:)`` if the model is no text encoder or has no tokenizer;
    ///   `TransformerError` for weights that don't fit, and for pooling files that nibble doesn't understand.
    public init(
        model: TransformerModel, contestants: Contestants, pool: WorkPool = .shared,
        observer: (any LayerObserver)? = nil
    ) throws {
        if let problem = Self.problem(of: model) { throw EvaluationError.notRunnable(problem) }
        guard let description = model.description, let tokenizer = model.tokenizer else {
            throw EvaluationError.notRunnable("The model has no tokenizer.")
        }
        self.model = model
        self.tokenizer = tokenizer
        self.description = description
        let read = try SentencePooling.read(model.directory)
        pooling = read ?? .usual
        remark =
            read == nil && description.kind == .textEmbedder
            ? "The model has no modules.json: the mean of its states is taken, as sentence-transformers does then."
            : nil
        sessions = try ([contestants.reference] + contestants.candidates).map {
            try EncoderSession(model: model, weights: $0.weights, pool: pool, observer: observer)
        }
    }

    /// Why a model's texts cannot be compared as an encoder's; nil when they can.
    public static func problem(of model: TransformerModel) -> String? {
        if let problem = model.networkProblem { return problem }
        guard let description = model.description, description.input is TokenInput,
            description.kind != .causalLanguageModel
        else { return "\(model.name.printable) is no text encoder." }
        guard model.tokenizer != nil else { return model.runProblem ?? "The model has no tokenizer." }
        if description.kind == .maskedLanguageModel, model.tokenizer?.mask == nil {
            return "tokenizer_config.json names no mask_token, so that there is no word to be guessed."
        }
        return nil
    }

    /// What each layer of each contestant counted, the original's first.
    public var reports: [[LayerPath: KernelReport]] { sessions.map(\.reports) }
    /// Seconds of computing of each contestant.
    public var computeSeconds: [Double] { sessions.map(\.computeSeconds) }
    /// Bytes of memory that each contestant holds.
    public var memoryByteCounts: [Int] { sessions.map(\.memoryByteCount) }
    /// Tokens that are read of a text, at most.
    public var textLimit: Int { min(pooling.longestText ?? .max, description.contextLength) }

    /// Reads a text with all contestants.
    ///
    /// - Throws: ``EvaluationError`` for a text without tokens, or without a mask where one is needed; `KernelError.cancelled`.
    public func run(
        _ input: TextInput, cancellation: Cancellation = Cancellation()
    ) throws -> EncoderResult {
        let encoded = EncodedText(input, tokenizer: tokenizer, limit: textLimit)
        guard !encoded.tokens.isEmpty else { throw EvaluationError.emptyPrompt }
        let masks = encoded.tokens.indices.filter { encoded.tokens[$0] == tokenizer.mask }
        if description.kind == .maskedLanguageModel, masks.isEmpty {
            let mask = tokenizer.mask.map(tokenizer.text(ofToken:)) ?? ""
            throw EvaluationError.noMask(mask.trimmed.printable)
        }
        // A model without a table of types reads none.
        let hasTypes = (description.input as? TokenInput)?.tokenTypes.map { $0.shape[0] > 1 } ?? false
        let outputs = try sessions.map { session in
            let output = try session.run(
                encoded.tokens, types: hasTypes ? encoded.types : [], cancellation: cancellation)
            return self.output(output, masks)
        }
        return EncoderResult(
            input: input, encoded: encoded, outputs: outputs,
            differences: outputs.dropFirst().map { OutputDifference(of: $0, from: outputs[0]) })
    }

    private func output(_ output: EncoderSession.Output, _ masks: [Int]) -> EncoderOutput {
        switch description.kind {
        case .textClassifier:
            return TokenDistribution(logits: output.head).map(EncoderOutput.classes) ?? .broken
        case .maskedLanguageModel:
            let size = description.vocabularySize
            var words: [(place: Int, words: TokenDistribution)] = []
            for place in masks {
                let logits = Array(output.head[place * size..<(place + 1) * size])
                guard let distribution = TokenDistribution(logits: logits) else { return .broken }
                words.append((place, distribution))
            }
            return .masks(words)
        default:
            let vector = pooling.vector(output.states, width: description.width)
            return vector.allSatisfy(\.isFinite) ? .vector(vector) : .broken
        }
    }
}

extension String {
    /// The text without blanks at its ends, which decoders put before words.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
