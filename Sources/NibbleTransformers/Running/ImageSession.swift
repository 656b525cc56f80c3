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
        try run(images: [pixels], cancellation: cancellation)[0]
    }

    /// Looks at some images together: each gives what it gives by itself, bit for bit, in less time.
    ///
    /// - Throws: as ``run(_:cancellation:)``.
    public func run(images: [[Float]], cancellation: Cancellation = Cancellation()) throws -> [Output] {
        if let other = images.first(where: { $0.count != pixelCount }) {
            throw TransformerError.notRunnable(
                "\(other.count) numbers are no image of \(input.input.channelCount) × \(input.input.imageSize) × "
                    + "\(input.input.imageSize).")
        }
        let counts = images.map { _ in input.input.positionCount }
        return try RowGroups.of(counts).flatMap { group in
            let rows = RowGroups.rows(of: Array(counts[group]))
            let states = try runner.network.temporaryStates(capacity: rows.last?.upperBound ?? 0)
            return try runner.run(states: states, position: 0, texts: rows, cancellation: cancellation) {
                pass in
                let last = try pass.run(try input.forward(Array(images[group]), &pass))
                return try runner.network.outputs(of: last, rows, &pass).map(Output.init)
            }
        }
    }
}
