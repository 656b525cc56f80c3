import NibbleKernels
import NibbleTokenizers
import NibbleTransformers

/// One model of a comparison: its session, its choices and what is told about them.
final class ContestantRunner {
    /// What is shown.
    private(set) var progress: ContestantProgress
    /// The token that it chose last.
    private(set) var chosen = 0
    /// What it read last makes of the next token.
    private(set) var logits: [Float] = []
    private let session: DecoderSession
    private let tokenizer: Tokenizer?
    private let topCount: Int
    private var sampler: Sampler
    private var decoder: StreamingDecoder?
    private var decodedCount = 0

    init(_ contestant: Contestant, model: TransformerModel, request: ComparisonRequest, contextLength: Int)
        throws
    {
        progress = ContestantProgress(plan: contestant.plan)
        session = try DecoderSession(
            model: model, weights: contestant.weights, contextLength: contextLength,
            cacheStorage: contestant.cacheStorage, pool: request.pool)
        tokenizer = model.tokenizer
        topCount = request.topCount
        sampler = request.sampling.sampler
        decoder = model.tokenizer?.makeStreamingDecoder()
        progress.memoryByteCount = session.memoryByteCount
    }

    /// Reads the prompt, or what a cancelled reading has left of it.
    func prefill(_ tokens: [Int], _ cancellation: Cancellation) throws {
        guard session.position < tokens.count else { return }
        defer {
            progress.prefillSeconds = session.computeSeconds
            progress.reports = session.reports
        }
        logits = try session.append(Array(tokens.dropFirst(session.position)), cancellation: cancellation)
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

    /// Chooses the next token and notes how it compares with the reference's choice.
    ///
    /// - Parameter reference: the reference's prediction and choice; nil for the reference itself and where the two
    ///   have read different texts. `counterpart` is the reference's token at this place, whatever it has read.
    func choose(_ own: TokenDistribution?, against reference: ReferenceRun.Step?, counterpart: Int?) {
        chosen = sampler.sample(logits)
        let divergence = reference?.distribution.map { first in
            own.map(first.divergence(to:)) ?? .infinity
        }
        let top = own.map { TokenRecord.Candidate.top(topCount, of: $0, text: text(of:)) }
        progress.records.append(
            TokenRecord(
                position: session.position, id: chosen, text: text(of: chosen),
                logProbability: own?.logProbabilities[chosen] ?? -.infinity, top: top ?? [],
                entropy: own?.entropy ?? .nan, klDivergence: divergence,
                agrees: counterpart.map { $0 == chosen } ?? true,
                referenceRank: reference.flatMap { reference in own?.rank(of: reference.choice) }))
        progress.text += decoder?.append(chosen) ?? ""
    }

    /// Ends the text.
    func finish(_ reason: FinishReason) {
        guard progress.finished == nil else { return }
        progress.finished = reason
        progress.text += decoder?.finish() ?? ""
    }

    /// What is written so far as the text of a run that somebody stopped; the run itself can go on.
    var cancelledProgress: ContestantProgress {
        var (stopped, rest) = (progress, decoder)
        stopped.finished = .cancelled
        stopped.text += rest?.finish() ?? ""
        return stopped
    }

    private func text(of id: Int) -> String { Self.text(of: id, tokenizer) }

    /// The text of one token; its number in brackets without a tokenizer.
    static func text(of id: Int, _ tokenizer: Tokenizer?) -> String {
        guard let tokenizer else { return "[\(id)]" }
        return String(decoding: tokenizer.bytes(ofToken: id), as: UTF8.self)
    }
}
