import NibbleJSON
import NibbleKernels
import NibbleText

/// An encoder: a whole text in, the state of each token out, and what the head makes of them.
public final class EncoderSession: Session {
    /// What comes of a text.
    public struct Output: Sendable {
        /// The last state of each token, token after token.
        public let states: [Float]
        /// What the head gives: logits of each token or of the classes, or one pooled state; empty without a head.
        public let head: [Float]
    }

    private let runner: Runner
    private let input: TokenInputPart

    /// Prepares a run.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` with the reason.
    public init(
        model: TransformerModel, weights: WeightSet, pool: WorkPool = .shared,
        observer: (any LayerObserver)? = nil
    ) throws {
        let description = try Runner.description(of: model)
        guard [.textEmbedder, .textClassifier, .maskedLanguageModel].contains(description.kind),
            let tokens = description.input as? TokenInput
        else {
            throw TransformerError.notRunnable(
                "\(model.name.printable) is no text encoder but \(description.kind.titleWithArticle).")
        }
        let parts = NetworkWeights(model, description, weights)
        input = try TokenInputPart(tokens, parts)
        runner = Runner(try Network(description, parts), pool: pool, observer: observer)
    }

    /// What each layer counted since the session began.
    public var reports: [LayerPath: KernelReport] { runner.reports }
    /// Seconds spent computing.
    public var computeSeconds: Double { runner.computeSeconds }
    /// Bytes of memory: packed weights beyond the mapped file and parameters; keys and values live as long as a run.
    public var memoryByteCount: Int { runner.network.residentByteCount }

    /// Reads a text.
    ///
    /// - Parameter types: The type of each token, such as first or second sentence; none for type 0 throughout.
    /// - Throws: ``TransformerError/promptTooLong(tokens:contextLength:)``, ``TransformerError/unknownToken(_:vocabularySize:)``,
    ///   ``TransformerError/notRunnable(_:)`` for types that don't fit, `KernelError.cancelled`.
    public func run(
        _ tokens: [Int], types: [Int] = [], cancellation: Cancellation = Cancellation()
    ) throws -> Output {
        let description = runner.network.description
        guard tokens.count <= description.contextLength else {
            throw TransformerError.promptTooLong(
                tokens: tokens.count, contextLength: description.contextLength)
        }
        try description.check(tokens)
        guard types.isEmpty || types.count == tokens.count && types.allSatisfy({ 0..<input.typeCount ~= $0 })
        else {
            throw TransformerError.notRunnable(
                "\(tokens.count) tokens need as many types from 0 to \(input.typeCount - 1), or none.")
        }
        let states = try runner.network.temporaryStates(capacity: tokens.count)
        return try runner.run(
            states: states, position: 0, tokenCount: tokens.count, cancellation: cancellation
        ) { pass in
            let hidden = input.forward(tokens, types: types, position: 0, pass.arena, pass.steps)
            let last = try pass.run(hidden)
            let copy = Array(last)
            let head = try runner.network.head?.forward(last, rowCount: tokens.count, &pass) ?? []
            return Output(states: copy, head: head)
        }
    }
}

extension Network {
    /// Keys and values for one run of all positions at once: attentions of one shape share them, as none reads another's.
    func temporaryStates(capacity: Int) throws -> [KeyValueCache] {
        var shared: [KeyValueShape: KeyValueCache] = [:]
        return try description.keyValueShapes.map { shape in
            if let cache = shared[shape] { return cache }
            let cache = try KeyValueCache(shape, capacity: max(capacity, 1), storage: .f32)
            shared[shape] = cache
            return cache
        }
    }
}
