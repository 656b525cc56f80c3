import NibbleJSON
import NibbleKernels
import NibbleText

/// A vision transformer: the pixels of an image in, the state of each patch out, and what the head makes of them.
public final class ImageSession: Session {
    /// What comes of an image.
    public struct Output: Sendable {
        /// The last state of each place, those of the leading tokens first.
        public let states: [Float]
        /// What the head gives: logits of the classes, or one pooled state; empty without a head.
        public let head: [Float]
    }

    private let runner: Runner
    private let input: PatchInputPart

    /// Prepares a run.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` with the reason.
    public init(
        model: TransformerModel, weights: WeightSet, pool: WorkPool = .shared,
        observer: (any LayerObserver)? = nil
    ) throws {
        let description = try Runner.description(of: model)
        guard let patches = description.input as? PatchInput else {
            throw TransformerError.notRunnable(
                "\(model.name.printable) reads no images: it is a \(description.kind.title).")
        }
        let parts = NetworkWeights(model, description, weights)
        input = try PatchInputPart(patches, parts)
        runner = Runner(try Network(description, parts), pool: pool, observer: observer)
    }

    /// What each layer counted since the session began.
    public var reports: [LayerPath: KernelReport] { runner.reports }
    /// Seconds spent computing.
    public var computeSeconds: Double { runner.computeSeconds }
    /// Bytes of memory: packed weights beyond the mapped file and parameters; keys and values live as long as a run.
    public var memoryByteCount: Int { runner.network.residentByteCount }

    /// Numbers of one image: channels × height × width.
    public var pixelCount: Int { input.input.channelCount * input.input.imageSize * input.input.imageSize }

    /// Looks at an image.
    ///
    /// - Parameter pixels: Normalized as the model was trained, channel by channel, row by row.
    /// - Throws: ``TransformerError/notRunnable(_:)`` for another number of pixels, `KernelError.cancelled`.
    public func run(_ pixels: [Float], cancellation: Cancellation = Cancellation()) throws -> Output {
        guard pixels.count == pixelCount else {
            throw TransformerError.notRunnable(
                "\(pixels.count) numbers are no image of \(input.input.channelCount) × \(input.input.imageSize) × "
                    + "\(input.input.imageSize).")
        }
        let count = input.input.positionCount
        let states = try runner.network.temporaryStates(capacity: count)
        return try runner.run(
            states: states, position: 0, tokenCount: count, cancellation: cancellation
        ) { pass in
            let last = try pass.run(try input.forward(pixels, &pass))
            let states = Array(last)
            return Output(
                states: states,
                head: try runner.network.head?.forward(last, rowCount: count, &pass) ?? [])
        }
    }
}
