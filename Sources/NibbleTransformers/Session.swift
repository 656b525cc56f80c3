import Dispatch
import NibbleKernels

/// A model with one set of weights that reads tokens and predicts the next one.
///
/// It sees packed matrices, never a plan: an edit of a plan makes another weight set and another session.
public final class Session {
    /// The tokens read so far.
    public private(set) var position = 0
    /// What each layer counted since the session began.
    public private(set) var reports: [LayerPath: KernelReport] = [:]
    /// Seconds spent computing.
    public private(set) var computeSeconds = 0.0
    /// Tokens that fit.
    public let contextLength: Int
    /// How keys and values are kept.
    public let cacheStorage: VectorStorage

    private let network: DecoderNetwork
    private let cache: KeyValueCache
    private let workspace = Workspace()
    private let observer: (any LayerObserver)?
    private let pool: WorkPool
    /// Called with the hidden states after the embedding, each block and the final norm; for tests.
    var hiddenStateProbe: (([Float]) -> Void)?

    /// Tokens that are read at a time.
    var chunkLength = 512

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
        if model.configuration == nil, let problem = model.runProblem {
            throw TransformerError.notRunnable(problem)
        }
        network = try DecoderNetwork(model: model, weights: weights)
        let longest = network.configuration.contextLength
        self.contextLength = max(1, min(contextLength ?? min(longest, 4096), longest))
        cache = try KeyValueCache(
            network.configuration, capacity: self.contextLength, storage: cacheStorage)
        self.cacheStorage = cacheStorage
        self.pool = pool
        self.observer = observer
    }

    /// Forgets the tokens from `position` on.
    public func rewind(to position: Int) { self.position = min(max(position, 0), self.position) }

    /// Bytes of memory: packed weights beyond the mapped file, norms and biases, and the cache's capacity.
    public var memoryByteCount: Int {
        network.residentByteCount
            + KeyValueCache.byteCount(network.configuration, capacity: contextLength, storage: cacheStorage)
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
        let size = network.configuration.vocabularySize
        if let unknown = tokens.first(where: { !(0..<size).contains($0) }) {
            throw TransformerError.unknownToken(unknown, vocabularySize: size)
        }
        let start = DispatchTime.now().uptimeNanoseconds
        defer { computeSeconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
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
        var pass = ForwardPass(
            network: network, cache: cache, workspace: workspace, position: position,
            tokenCount: tokens.count, pool: pool, cancellation: cancellation, observer: observer,
            probe: hiddenStateProbe)
        let logits = try pass.run(tokens, logitCount: logitCount)
        position += tokens.count
        for (layer, report) in pass.reports { reports[layer, default: KernelReport()].add(report) }
        return logits
    }
}
