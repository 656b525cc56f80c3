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
        try run(texts: [tokens], types: [types], cancellation: cancellation)[0]
    }

    /// Reads some texts together, in less time: each gives what it gives by itself, bit for bit from six tokens on.
    ///
    /// Shorter texts are multiplied by other loops then, whose sums round differently.
    ///
    /// - Parameter types: For each text the type of each token, or none; none at all for type 0 throughout.
    /// - Throws: as ``run(_:types:cancellation:)``.
    public func run(
        texts: [[Int]], types: [[Int]] = [], cancellation: Cancellation = Cancellation()
    ) throws -> [Output] {
        guard types.isEmpty || types.count == texts.count else {
            throw TransformerError.notRunnable("\(texts.count) texts need as many rows of types, or none.")
        }
        for (index, text) in texts.enumerated() {
            try check(text, types: types.isEmpty ? [] : types[index])
        }
        return try RowGroups.of(texts.map(\.count)).flatMap { group in
            try run(
                Array(texts[group]), types: types.isEmpty ? [] : Array(types[group]),
                cancellation: cancellation)
        }
    }

    private func check(_ tokens: [Int], types: [Int]) throws {
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
    }

    /// Reads the texts of a group in one pass.
    private func run(_ texts: [[Int]], types: [[Int]], cancellation: Cancellation) throws -> [Output] {
        let rows = RowGroups.rows(of: texts.map(\.count))
        let hasTypes = types.contains { !$0.isEmpty }
        let all = hasTypes ? zip(texts, types).flatMap { $1.isEmpty ? $0.map { _ in 0 } : $1 } : []
        let states = try runner.network.temporaryStates(capacity: rows.last?.upperBound ?? 0)
        return try runner.run(states: states, position: 0, texts: rows, cancellation: cancellation) { pass in
            let last = try pass.run(input.forward(Array(texts.joined()), types: all, pass))
            return try runner.network.outputs(of: last, rows, &pass).map(Output.init)
        }
    }
}

/// Which texts or images run in one pass.
enum RowGroups {
    /// Rows of a pass, at most.
    ///
    /// Some hundreds fill the tiles of the products, and more would only move what lies between products out of the near
    /// caches. Chosen by that, not found by trying sizes.
    static let rowsTogether = 512

    /// Runs of neighbours with at most ``rowsTogether`` rows, or one that has more.
    static func of(_ counts: [Int]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var rows = 0
        for (index, count) in counts.enumerated() {
            if let last = groups.last, rows + count <= rowsTogether {
                groups[groups.count - 1] = last.lowerBound..<index + 1
                rows += count
            } else {
                groups.append(index..<index + 1)
                rows = count
            }
        }
        return groups
    }

    /// The rows of each, one after the other.
    static func rows(of counts: [Int]) -> [Range<Int>] {
        var end = 0
        return counts.map { count in
            defer { end += count }
            return end..<end + count
        }
    }
}

extension Network {
    /// The last states of each text or image of a pass, and what the head makes of them.
    func outputs(
        of last: UnsafeMutableBufferPointer<Float>, _ rows: [Range<Int>], _ pass: inout Pass
    ) throws -> [(states: [Float], head: [Float])] {
        // Copies first: a head may use the memory between the products.
        let copies = rows.map {
            Array(last[$0.lowerBound * description.width..<$0.upperBound * description.width])
        }
        return try zip(rows, copies).map { rows, copy in
            guard let head else { return (copy, []) }
            var states = copy
            let result = try states.withUnsafeMutableBufferPointer {
                try head.forward($0, rowCount: rows.count, &pass)
            }
            return (copy, result)
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
