import NibbleKernels
import NibbleQuantization
import NibbleTransformers
import Synchronization

/// How far a plan moves what one layer makes of one token, or of one whole input.
///
/// While the plan's weights read it, each layer's input x goes through the original's matrix as well as through the
/// plan's. So an error that an earlier layer has made is not counted again: the figure is this layer's own.
public struct LayerMovement: Hashable, Sendable {
    /// The layer.
    public let layer: LayerPath
    /// ‖y − ŷ‖ ÷ ‖y‖ with y = W·x of the original and ŷ of the plan; ∞ if ŷ is not finite.
    public let relativeError: Double
    /// What the plan's product counted there.
    public let report: KernelReport
}

extension LayerMovement {
    /// Measures all layers that a plan changes at the last of some tokens.
    ///
    ///     let pair = try Contestants.prepare([plan], of: model, contextLength: tokens.count)
    ///     let moved = try LayerMovement.measure(
    ///         pair.candidates[0], against: pair.reference, model: model, tokens: tokens)
    ///
    /// - Parameter tokens: The text that is read, prompt included; at least one.
    /// - Returns: The layers with the largest error first. A matrix that several products of the token use, such as one
    ///   that layers share, is told by its largest.
    /// - Throws: ``EvaluationError/emptyPrompt``; what ``NibbleTransformers/DecoderSession`` throws;
    ///   `KernelError.cancelled`.
    public static func measure(
        _ plan: Contestant, against reference: Contestant, model: TransformerModel, tokens: [Int],
        pool: WorkPool = .shared, cancellation: Cancellation = Cancellation()
    ) throws -> [LayerMovement] {
        guard let last = tokens.last else { throw EvaluationError.emptyPrompt }
        let observer = MovementObserver(reference.weights, plan.weights, pool)
        let session = try DecoderSession(
            model: model, weights: plan.weights, contextLength: tokens.count,
            cacheStorage: plan.cacheStorage, pool: pool, observer: observer)
        if tokens.count > 1 { _ = try session.append(tokens.dropLast(), cancellation: cancellation) }
        observer.begin()
        _ = try session.append([last], cancellation: cancellation)
        return try observer.result()
    }

    /// Measures all layers that a plan of an encoder changes, over all tokens or patches of one input together.
    ///
    /// - Returns: As ``measure(_:against:model:tokens:pool:cancellation:)`` does.
    /// - Throws: What ``EncoderRun`` throws.
    public static func measure(
        _ plan: Contestant, against reference: Contestant, model: TransformerModel, input: EncoderInput,
        pool: WorkPool = .shared, cancellation: Cancellation = Cancellation()
    ) throws -> [LayerMovement] {
        let observer = MovementObserver(reference.weights, plan.weights, pool)
        let run = try EncoderRun(
            model: model, contestants: Contestants(reference: plan), pool: pool, observer: observer)
        observer.begin()
        _ = try run.run(input, cancellation: cancellation)
        return try observer.result()
    }
}

/// Multiplies each layer's input by the original's matrix too.
private final class MovementObserver: LayerObserver {
    private struct State {
        var isMeasuring = false
        var movements: [LayerPath: LayerMovement] = [:]
        var problem: KernelError?
    }

    private let original: WeightSet
    private let plan: WeightSet
    private let pool: WorkPool
    private let state = Mutex(State())

    init(_ original: WeightSet, _ plan: WeightSet, _ pool: WorkPool) {
        self.original = original
        self.plan = plan
        self.pool = pool
    }

    /// From now on every product is measured.
    func begin() { state.withLock { $0.isMeasuring = true } }

    /// - Throws: What a product of the original's threw.
    func result() throws -> [LayerMovement] {
        try state.withLock { state in
            if let problem = state.problem { throw problem }
            return state.movements.values.sorted {
                $0.relativeError == $1.relativeError
                    ? $0.layer < $1.layer : $0.relativeError > $1.relativeError
            }
        }
    }

    func observe(
        layer: LayerPath, input: UnsafeBufferPointer<Float>, output: UnsafeBufferPointer<Float>,
        tokenCount: Int, report: KernelReport
    ) {
        guard state.withLock({ $0.isMeasuring }), let before = original[layer], let after = plan[layer],
            before.weights.encoding != after.weights.encoding || before.arithmetic != after.arithmetic
        else { return }
        do {
            // Without biases, which the model adds on both sides alike.
            let (expected, _) = try product(before, input, tokenCount)
            let (actual, report) = try product(after, input, tokenCount)
            note(
                LayerMovement(
                    layer: layer, relativeError: Self.relativeError(expected, actual), report: report))
        } catch {
            state.withLock { $0.problem = error }
        }
    }

    private func note(_ movement: LayerMovement) {
        state.withLock { state in
            let known = state.movements[movement.layer]
            if known.map({ $0.relativeError < movement.relativeError }) ?? true {
                state.movements[movement.layer] = movement
            }
        }
    }

    private func product(
        _ matrix: LayerOperator, _ input: UnsafeBufferPointer<Float>, _ tokenCount: Int
    ) throws(KernelError) -> ([Float], KernelReport) {
        var output = [Float](repeating: 0, count: tokenCount * matrix.shape.rows)
        let report = try output.withUnsafeMutableBufferPointer { output throws(KernelError) in
            try matrix.apply(input, tokenCount: tokenCount, into: output, pool: pool)
        }
        return (output, report)
    }

    private static func relativeError(_ expected: [Float], _ output: [Float]) -> Double {
        var (error, power) = (0.0, 0.0)
        for (first, second) in zip(expected, output) {
            let distance = Double(first) - Double(second)
            error += distance * distance
            power += Double(first) * Double(first)
        }
        if error.isNaN { return .infinity }
        return power > 0 ? (error / power).squareRoot() : error > 0 ? .infinity : 0
    }
}
