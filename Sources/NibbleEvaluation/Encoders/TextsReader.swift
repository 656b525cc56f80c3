import NibbleKernels
import NibbleText
import NibbleTokenizers
import NibbleTransformers

/// Texts for encoders: tokens in; classes, words at masks or a vector out.
final class TextsReader: InputReader {
    private let tokenizer: Tokenizer
    private let description: TransformerDescription
    private let encoders: [EncoderSession]
    private let ownPooling: SentencePooling
    let remark: String?

    init(
        model: TransformerModel, contestants: [Contestant], pool: WorkPool, observer: (any LayerObserver)?
    ) throws {
        guard let description = model.description, let tokenizer = model.tokenizer else {
            throw EvaluationError.notRunnable("The model has no tokenizer.")
        }
        self.tokenizer = tokenizer
        self.description = description
        let read = try SentencePooling.read(model.directory)
        ownPooling = read ?? .usual
        remark =
            read == nil && description.kind == .textEmbedder
            ? "The model has no modules.json: the mean of its states is taken, as sentence-transformers does then."
            : nil
        encoders = try contestants.map {
            try EncoderSession(model: model, weights: $0.weights, pool: pool, observer: observer)
        }
    }

    /// Why the texts of a model that reads tokens cannot be compared; nil when they can.
    static func problem(of model: TransformerModel) -> String? {
        guard model.tokenizer != nil else { return model.runProblem ?? "The model has no tokenizer." }
        if model.description?.kind == .maskedLanguageModel, model.tokenizer?.mask == nil {
            return "tokenizer_config.json names no mask_token, so that there is no word to be guessed."
        }
        return nil
    }

    var sessions: [any Session] { encoders }
    var pooling: SentencePooling? { ownPooling }
    var textLimit: Int? { limit }

    private var limit: Int { min(ownPooling.longestText ?? .max, description.contextLength) }

    func prepare(_ input: EncoderInput) throws -> PreparedInput {
        guard case .text(let text) = input else {
            throw EvaluationError.notRunnable("The model reads texts, not images.")
        }
        let encoded = EncodedText(text, tokenizer: tokenizer, limit: limit)
        guard !encoded.tokens.isEmpty else { throw EvaluationError.emptyPrompt }
        if description.kind == .maskedLanguageModel, masks(in: encoded).isEmpty {
            let mask = tokenizer.mask.map(tokenizer.text(ofToken:)) ?? ""
            throw EvaluationError.noMask(mask.trimmed.printable)
        }
        return .text(encoded)
    }

    func output(
        of input: PreparedInput, contestant: Int, cancellation: Cancellation
    ) throws -> EncoderOutput {
        guard case .text(let encoded) = input else { return .broken }
        // A model without a table of types reads none.
        let hasTypes = (description.input as? TokenInput)?.tokenTypes.map { $0.shape[0] > 1 } ?? false
        let output = try encoders[contestant].run(
            encoded.tokens, types: hasTypes ? encoded.types : [], cancellation: cancellation)
        return self.output(output, masks(in: encoded))
    }

    private func masks(in encoded: EncodedText) -> [Int] {
        encoded.tokens.indices.filter { encoded.tokens[$0] == tokenizer.mask }
    }

    private func output(_ output: EncoderSession.Output, _ masks: [Int]) -> EncoderOutput {
        switch description.kind {
        case .textClassifier: return .classes(logits: output.head)
        case .maskedLanguageModel:
            let size = description.vocabularySize
            var words: [(place: Int, words: TokenDistribution)] = []
            for place in masks {
                let logits = Array(output.head[place * size..<(place + 1) * size])
                guard let distribution = TokenDistribution(logits: logits) else { return .broken }
                words.append((place, distribution))
            }
            return .masks(words)
        default: return .vector(finite: ownPooling.vector(output.states, width: description.width))
        }
    }
}

extension String {
    /// The text without blanks at its ends, which decoders put before words.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
