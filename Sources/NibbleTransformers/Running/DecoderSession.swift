import NibbleJSON
import NibbleKernels
import NibbleText

/// A causal language model that reads tokens and predicts the next one.
///
///     let session = try DecoderSession(model: model, weights: weights)
///     let logits = try session.append(tokenizer.encode("Once upon a time"))
///     let next = Sampler.largest(logits)
public final class DecoderSession: Session {
    /// The tokens read so far.
    public private(set) var position = 0
    /// Tokens that fit.
    public let contextLength: Int
    /// How keys and values are kept.
    public let cacheStorage: VectorStorage

    private let runner: Runner
    private let input: TokenInputPart
    private let head: any HeadPart
    private let states: [KeyValueCache]

    /// Tokens that are read at a time, at most.
    static let longestChunk = 512
    /// Tokens that are read at a time.
    var chunkLength = longestChunk

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - contextLength: Tokens that fit; nil for as many as the model was made for, at most 4096.
    ///   - cacheStorage: How keys and values are kept.
    /// - Throws: ``TransformerError/notRunnable(_:)`` with the reason.
    public init(
        model: TransformerModel, weights: WeightSet, contextLength: Int? = nil,
        cacheStorage: VectorStorage = .f32, pool: WorkPool = .shared,
        observer: (any LayerObserver)? = nil
    ) throws {
        let description = try Runner.description(of: model)
        let parts = NetworkWeights(model, description, weights)
        guard description.kind == .causalLanguageModel, let tokens = description.input as? TokenInput else {
            throw TransformerError.notRunnable(
                "\(model.name.printable) is no language model but \(description.kind.titleWithArticle): it continues no text."
            )
        }
        input = try TokenInputPart(tokens, parts)
        let network = try Network(description, parts)
        guard let head = network.head else {
            throw TransformerError.notRunnable("The model has no head that predicts tokens.")
        }
        self.head = head
        runner = Runner(network, pool: pool, observer: observer)
        let longest = description.contextLength
        let length = max(1, min(contextLength ?? min(longest, 4096), longest))
        self.contextLength = length
        self.cacheStorage = cacheStorage
        states = try description.keyValueShapes.map {
            try KeyValueCache($0, capacity: length, storage: cacheStorage)
        }
    }

    /// What each layer counted since the session began.
    public var reports: [LayerPath: KernelReport] { runner.reports }
    /// Seconds spent computing.
    public var computeSeconds: Double { runner.computeSeconds }
    /// Bytes of the numbers between the products.
    var workByteCount: Int { runner.arena.byteCount }

    /// Forgets the tokens from `position` on.
    public func rewind(to position: Int) { self.position = min(max(position, 0), self.position) }

    /// Bytes of memory: packed weights beyond the mapped file, norms and biases, and the cache's capacity.
    public var memoryByteCount: Int {
        runner.network.residentByteCount
            + KeyValueCache.byteCount(
                runner.network.description.keyValueShapes, capacity: contextLength, storage: cacheStorage)
    }

    /// Reads tokens and returns the logits of the last one, or of each with `allLogits`.
    ///
    /// - Returns: vocabulary numbers for one token, or tokens × vocabulary numbers.
    /// - Throws: ``TransformerError/promptTooLong(tokens:contextLength:)``, ``TransformerError/unknownToken(_:vocabularySize:)``,
    ///   `KernelError.cancelled`.
    public func append(
        _ tokens: [Int], allLogits: Bool = false, cancellation: Cancellation = Cancellation()
    ) throws -> [Float] {
        guard position + tokens.count <= contextLength else {
            throw TransformerError.promptTooLong(
                tokens: position + tokens.count, contextLength: contextLength)
        }
        try runner.network.description.check(tokens)
        var logits: [Float] = []
        for first in stride(from: 0, to: tokens.count, by: chunkLength) {
            let chunk = Array(tokens[first..<min(first + chunkLength, tokens.count)])
            let isLast = first + chunk.count == tokens.count
            let wanted = allLogits ? chunk.count : isLast ? 1 : 0
            logits += try run(chunk, logitCount: wanted, cancellation: cancellation)
        }
        return logits
    }

    private func run(_ tokens: [Int], logitCount: Int, cancellation: Cancellation) throws -> [Float] {
        let logits = try runner.run(
            states: states, position: position, texts: [0..<tokens.count], cancellation: cancellation
        ) { pass in
            let hidden = input.forward(tokens, pass)
            let result = try pass.run(hidden)
            guard logitCount > 0 else { return [Float]() }
            let last = UnsafeMutableBufferPointer(
                rebasing: result.suffix(logitCount * runner.network.description.width))
            return try head.forward(last, rowCount: logitCount, &pass)
        }
        position += tokens.count
        return logits
    }
}

extension TransformerDescription {
    /// Throws for a token that is not in the vocabulary.
    func check(_ tokens: [Int]) throws(TransformerError) {
        guard let unknown = tokens.first(where: { !(0..<vocabularySize).contains($0) }) else { return }
        throw .unknownToken(unknown, vocabularySize: vocabularySize)
    }
}
