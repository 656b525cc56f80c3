import NibbleImages
import NibbleKernels
import NibbleQuantization
import NibbleText
import NibbleTokenizers
import NibbleTransformers

/// What all contestants make of one input.
public struct EncoderResult: Sendable {
    /// The text or the image.
    public let input: EncoderInput
    /// The text's tokens; nil of an image.
    public let encoded: EncodedText?
    /// The original's output, then the plans'.
    public let outputs: [EncoderOutput]
    /// How each plan's output differs from the original's.
    public let differences: [OutputDifference]
    /// Seconds that each contestant computed, the original first.
    public let seconds: [Double]
}

/// Runs texts or images through the original of an encoder and through plans, and compares what comes out.
///
///     let contestants = try Contestants.prepare([plan], of: model, contextLength: 1)
///     let run = try EncoderRun(model: model, contestants: contestants)
///     let result = try run.run(.text(TextInput("A fine day.")))
public final class EncoderRun {
    private let reader: any InputReader
    private let references: ReferenceOutputs?
    private let scope: ReferenceOutputs.Scope
    /// Seconds that kept outputs took when they were computed.
    private var keptSeconds = 0.0

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - references: Where the original's outputs are kept for further runs; nil computes them again.
    ///   - observer: Watches the sessions of all contestants.
    /// - Throws: ``EvaluationError/notRunnable(_:)`` if the model is no encoder or cannot read its input; `TransformerError` for
    ///   weights that don't fit, and for pooling files that nibble doesn't understand.
    public init(
        model: TransformerModel, contestants: Contestants, pool: WorkPool = .shared,
        references: ReferenceOutputs? = nil, observer: (any LayerObserver)? = nil
    ) throws {
        if let problem = Self.problem(of: model) { throw EvaluationError.notRunnable(problem) }
        self.references = references
        scope = ReferenceOutputs.Scope(model, plan: contestants.reference.plan)
        let all = [contestants.reference] + contestants.candidates
        reader =
            if model.description?.input is PatchInput {
                try ImagesReader(model: model, contestants: all, pool: pool, observer: observer)
            } else {
                try TextsReader(model: model, contestants: all, pool: pool, observer: observer)
            }
    }

    /// Why what a model makes of its input cannot be compared; nil when it can.
    public static func problem(of model: TransformerModel) -> String? {
        if let problem = model.networkProblem { return problem }
        switch model.description?.input {
        case is PatchInput: return model.imageProblem
        case is TokenInput where model.description?.kind != .causalLanguageModel:
            return TextsReader.problem(of: model)
        default: return "\(model.name.printable) is no encoder: it has neither classes nor vectors."
        }
    }

    /// How tokens' states become one vector; nil for images.
    public var pooling: SentencePooling? { reader.pooling }
    /// What a person should know of the way in which inputs are read, as a sentence; nil for nothing.
    public var remark: String? { reader.remark }
    /// What each layer of each contestant counted, the original's first.
    public var reports: [[LayerPath: KernelReport]] { reader.sessions.map(\.reports) }
    /// Seconds of computing of each contestant, those of kept outputs among them.
    public var computeSeconds: [Double] {
        reader.sessions.enumerated().map { $1.computeSeconds + ($0 == 0 ? keptSeconds : 0) }
    }
    /// Bytes of memory that each contestant holds.
    public var memoryByteCounts: [Int] { reader.sessions.map(\.memoryByteCount) }
    /// Tokens that are read of a text, at most; nil for images.
    public var textLimit: Int? { reader.textLimit }

    /// An input as the network takes it: tokens, or the part of an image that is read in the size that is read.
    ///
    /// - Throws: As ``run(_:prepared:cancellation:)`` does for inputs that cannot be read.
    public func prepare(_ input: EncoderInput) throws -> PreparedInput { try reader.prepare(input) }

    /// Reads a text or an image with all contestants.
    ///
    /// - Parameter prepared: What ``prepare(_:)`` gave of the input, where that is known already.
    /// - Throws: ``EvaluationError`` for an input of the other kind, a text without tokens, or without a mask where one is
    ///   needed; `ImageError` for an image that cannot be prepared; `KernelError.cancelled`.
    public func run(
        _ input: EncoderInput, prepared: PreparedInput? = nil, cancellation: Cancellation = Cancellation()
    ) throws -> EncoderResult {
        let before = computeSeconds
        let prepared = try prepared ?? prepare(input)
        let outputs = try reader.sessions.indices.map { contestant in
            contestant == 0
                ? try original(prepared, cancellation)
                : try reader.output(of: prepared, contestant: contestant, cancellation: cancellation)
        }
        return EncoderResult(
            input: input, encoded: prepared.text, outputs: outputs,
            differences: outputs.dropFirst().map { OutputDifference(of: $0, from: outputs[0]) },
            seconds: zip(computeSeconds, before).map { $0 - $1 })
    }

    /// The original's output: a kept one, or a new one.
    private func original(_ input: PreparedInput, _ cancellation: Cancellation) throws -> EncoderOutput {
        if let kept = references?.output(for: input, in: scope) {
            keptSeconds += kept.seconds
            return kept.output
        }
        let before = reader.sessions[0].computeSeconds
        let output = try reader.output(of: input, contestant: 0, cancellation: cancellation)
        references?.keep(output, seconds: reader.sessions[0].computeSeconds - before, for: input, in: scope)
        return output
    }
}

/// What a network is given: all that its output depends on.
public enum PreparedInput: Hashable, Sendable {
    /// The tokens of a text.
    case text(EncodedText)
    /// An image in the size that the model reads.
    case image(Image)

    /// The tokens; nil of an image.
    var text: EncodedText? { if case .text(let text) = self { text } else { nil } }
}

/// Reads one kind of input with all contestants: one file for each kind.
protocol InputReader: AnyObject {
    /// The original's session, then the plans'.
    var sessions: [any Session] { get }
    var pooling: SentencePooling? { get }
    var remark: String? { get }
    var textLimit: Int? { get }

    /// An input as the network takes it.
    func prepare(_ input: EncoderInput) throws -> PreparedInput
    /// What a contestant makes of an input; the original is number 0.
    func output(of input: PreparedInput, contestant: Int, cancellation: Cancellation) throws -> EncoderOutput
}
