import Foundation
import NibbleQuantization
import NibbleTransformers
import Synchronization

/// The original's outputs that are kept from one comparison of an encoder to the next: an edit of a plan runs the plan again,
/// and the original no more.
///
/// An output depends on the model, the reference's own plan and what the network is given. Those that were kept first go when
/// all would hold more than `byteLimit`.
///
///     let references = ReferenceOutputs()
///     let first = try EncoderRun(model: model, contestants: contestants, references: references).run(input)
///     contestants.candidates = [edited]
///     let second = try EncoderRun(model: model, contestants: contestants, references: references).run(input)
public final class ReferenceOutputs: Sendable {
    /// Whose outputs they are.
    struct Scope: Hashable {
        let model: URL
        /// Tells the same place before and after its files were written anew.
        let identity: Int
        let plan: [PlanRule]

        init(_ model: TransformerModel, plan: Plan) {
            self.model = model.location
            identity = model.checkpoint.identity
            self.plan = plan.rules
        }
    }

    /// An output, and what it took.
    struct Kept: Sendable {
        let output: EncoderOutput
        let seconds: Double
    }

    private struct Key: Hashable {
        let scope: Scope
        let input: PreparedInput
    }

    private struct State {
        var outputs: [Key: Kept] = [:]
        /// The oldest first.
        var order: [Key] = []
        var byteCount = 0
    }

    private let state = Mutex(State())
    /// Bytes that outputs and inputs may hold.
    public let byteLimit: Int

    /// Nothing is kept yet.
    public init(byteLimit: Int = 64 << 20) { self.byteLimit = byteLimit }

    /// Outputs that are kept.
    var count: Int { state.withLock(\.order.count) }

    /// The output for an input; nil where none is kept.
    func output(for input: PreparedInput, in scope: Scope) -> Kept? {
        state.withLock { $0.outputs[Key(scope: scope, input: input)] }
    }

    /// Keeps an output, as far as there is room.
    func keep(_ output: EncoderOutput, seconds: Double, for input: PreparedInput, in scope: Scope) {
        let key = Key(scope: scope, input: input)
        state.withLock { state in
            guard state.outputs[key] == nil else { return }
            state.outputs[key] = Kept(output: output, seconds: seconds)
            state.order.append(key)
            state.byteCount += input.byteCount + output.byteCount
            while state.byteCount > byteLimit, !state.order.isEmpty {
                let oldest = state.order.removeFirst()
                let removed = state.outputs.removeValue(forKey: oldest)
                state.byteCount -= oldest.input.byteCount + (removed?.output.byteCount ?? 0)
            }
        }
    }
}

extension PreparedInput {
    /// Bytes that it holds.
    fileprivate var byteCount: Int {
        switch self {
        case .text(let text): 16 * text.tokens.count
        case .image(let image): image.pixels.count
        }
    }
}

extension EncoderOutput {
    /// Bytes of its numbers.
    fileprivate var byteCount: Int {
        switch self {
        case .classes(let classes): 8 * classes.logProbabilities.count
        case .masks(let masks): masks.reduce(0) { $0 + 8 * $1.words.logProbabilities.count }
        case .vector(let vector): 4 * vector.count
        case .broken: 0
        }
    }
}
