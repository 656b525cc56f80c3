import NibbleKernels
import NibbleTokenizers
import NibbleTransformers

/// One model of a comparison: its session, its choices and what is told about them.
final class ContestantRunner {
    /// What is shown.
    private(set) var progress: ContestantProgress
    /// The token that it chose last.
    private(set) var chosen = 0
    private let session: DecoderSession
    private let tokenizer: Tokenizer?
    private let topCount: Int
    private var sampler: Sampler
    private var decoder: StreamingDecoder?
    private var logits: [Float] = []
    private var decodedCount = 0

    init(_ contestant: Contestant, model: TransformerModel, request: ComparisonRequest, contextLength: Int)
        throws
    {
        progress = ContestantProgress(name: contestant.name)
        session = try DecoderSession(
            model: model, weights: contestant.weights, contextLength: contextLength,
            cacheStorage: contestant.cacheStorage, pool: request.pool)
        tokenizer = model.tokenizer
        topCount = request.topCount
        sampler = request.sampling.sampler
        decoder = model.tokenizer?.makeStreamingDecoder()
        progress.memoryByteCount = session.memoryByteCount
    }

    /// Reads the prompt.
    func prefill(_ tokens: [Int], _ cancellation: Cancellation) throws {
        defer {
            progress.prefillSeconds = session.computeSeconds
            progress.reports = session.reports
        }
        logits = try session.append(tokens, cancellation: cancellation)
    }

    /// Reads one more token.
    func read(_ token: Int, _ cancellation: Cancellation) throws {
        logits = try session.append([token], cancellation: cancellation)
        decodedCount += 1
        let seconds = session.computeSeconds - progress.prefillSeconds
        progress.tokensPerSecond = seconds > 0 ? Double(decodedCount) / seconds : 0
        progress.reports = session.reports
    }

    /// The prediction for the next token.
    func predict() -> TokenDistribution? { TokenDistribution(logits: logits) }

    /// Chooses the next token and notes how it compares with the original's choice.
    ///
    /// - Parameter reference: the original's prediction and choice; nil for the original itself and where the two
    ///   have read different texts. `counterpart` is the original's token at this place, whatever it has read.
    func choose(_ own: TokenDistribution?, against reference: Reference?, counterpart: Int?) {
        chosen = sampler.sample(logits)
        let divergence = reference?.distribution.map { first in
            own.map(first.divergence(to:)) ?? .infinity
        }
        let top = own?.top(topCount).map {
            TokenRecord.Candidate(id: $0.id, text: text(of: $0.id), probability: $0.probability)
        }
        progress.records.append(
            TokenRecord(
                position: session.position, id: chosen, text: text(of: chosen),
                logProbability: own?.logProbabilities[chosen] ?? -.infinity, top: top ?? [],
                entropy: own?.entropy ?? .nan, klDivergence: divergence,
                agrees: counterpart.map { $0 == chosen } ?? true,
                referenceRank: reference.flatMap { reference in own?.rank(of: reference.choice) }))
        progress.text += decoder?.append(chosen) ?? ""
    }

    /// What the original predicted and chose at a place.
    struct Reference {
        let distribution: TokenDistribution?
        let choice: Int
    }

    func finish(_ reason: FinishReason) {
        guard progress.finished == nil else { return }
        progress.finished = reason
        progress.text += decoder?.finish() ?? ""
    }

    private func text(of id: Int) -> String { Self.text(of: id, tokenizer) }

    /// The text of one token; its number in brackets without a tokenizer.
    static func text(of id: Int, _ tokenizer: Tokenizer?) -> String {
        guard let tokenizer else { return "[\(id)]" }
        return String(decoding: tokenizer.bytes(ofToken: id), as: UTF8.self)
    }
}
