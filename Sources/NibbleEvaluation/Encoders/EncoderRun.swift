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

    /// Prepares a run.
    ///
    /// - Parameter observer: Watches the sessions of all contestants.
    /// - Throws: ``EvaluationError/notRunnable(_:)`` if the model is no encoder or cannot read its input; `TransformerError` for
    ///   weights that don't fit, and for pooling files that nibble doesn't understand.
    public init(
        model: TransformerModel, contestants: Contestants, pool: WorkPool = .shared,
        observer: (any LayerObserver)? = nil
    ) throws {
        if let problem = Self.problem(of: model) { throw EvaluationError.notRunnable(problem) }
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
    /// Seconds of computing of each contestant.
    public var computeSeconds: [Double] { reader.sessions.map(\.computeSeconds) }
    /// Bytes of memory that each contestant holds.
    public var memoryByteCounts: [Int] { reader.sessions.map(\.memoryByteCount) }
    /// Tokens that are read of a text, at most; nil for images.
    public var textLimit: Int? { reader.textLimit }

    /// Reads a text or an image with all contestants.
    ///
    /// - Throws: ``EvaluationError`` for an input of the other kind, a text without tokens, or without a mask where one is
    ///   needed; `ImageError` for an image that cannot be prepared; `KernelError.cancelled`.
    public func run(
        _ input: EncoderInput, cancellation: Cancellation = Cancellation()
    ) throws -> EncoderResult {
        let before = computeSeconds
        let (encoded, outputs) = try reader.read(input, cancellation: cancellation)
        return EncoderResult(
            input: input, encoded: encoded, outputs: outputs,
            differences: outputs.dropFirst().map { OutputDifference(of: $0, from: outputs[0]) },
            seconds: zip(computeSeconds, before).map { $0 - $1 })
    }
}

/// Reads one kind of input with all contestants: one file for each kind.
protocol InputReader: AnyObject {
    /// The original's session, then the plans'.
    var sessions: [any Session] { get }
    var pooling: SentencePooling? { get }
    var remark: String? { get }
    var textLimit: Int? { get }

    /// What each contestant makes of an input.
    func read(
        _ input: EncoderInput, cancellation: Cancellation
    ) throws -> (encoded: EncodedText?, outputs: [EncoderOutput])
}
