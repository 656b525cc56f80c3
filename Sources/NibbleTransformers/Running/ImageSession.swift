import NibbleImages
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
    /// The rows of positions of the last image's size.
    private var positions: (size: ImageSize, rows: [Float])?

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

    /// Looks at an image of the size that the model was made for.
    ///
    /// - Parameter pixels: Normalized as the model was trained, channel by channel, row by row.
    /// - Throws: What ``run(_:cancellation:)-(PreparedImage,_)`` throws.
    public func run(_ pixels: [Float], cancellation: Cancellation = Cancellation()) throws -> Output {
        try run(PreparedImage(numbers: pixels, size: input.input.imageSize), cancellation: cancellation)
    }

    /// Looks at an image.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` for a size that the model doesn't read, `KernelError.cancelled`.
    public func run(_ image: PreparedImage, cancellation: Cancellation = Cancellation()) throws -> Output {
        try run(images: [image], cancellation: cancellation)[0]
    }

    /// Looks at some images together, in less time: each gives what it gives by itself, bit for bit from six patches on.
    ///
    /// - Throws: What ``run(_:cancellation:)-(PreparedImage,_)`` throws.
    public func run(images: [PreparedImage], cancellation: Cancellation = Cancellation()) throws -> [Output] {
        for image in images { try check(image) }
        let counts = images.map { input.input.positionCount(of: $0.size) }
        return try RowGroups.of(counts).flatMap { group in
            let rows = RowGroups.rows(of: Array(counts[group]))
            let images = Array(images[group])
            let positions = images.map { positionRows(for: $0.size) }
            let states = try runner.network.temporaryStates(capacity: rows.last?.upperBound ?? 0)
            return try runner.run(states: states, position: 0, texts: rows, cancellation: cancellation) {
                pass in
                let last = try pass.run(try input.forward(images, positions: positions, &pass))
                return try runner.network.outputs(of: last, rows, &pass).map(Output.init)
            }
        }
    }

    private func check(_ image: PreparedImage) throws {
        let (patches, size) = (input.input, image.size)
        if let problem = patches.problem(with: size) { throw TransformerError.notRunnable(problem) }
        guard image.numbers.count == patches.channelCount * size.height * size.width else {
            throw TransformerError.notRunnable(
                "\(image.numbers.count) numbers are no image of \(size.text) pixels.")
        }
    }

    private func positionRows(for size: ImageSize) -> [Float] {
        if let positions, positions.size == size { return positions.rows }
        let rows = input.positions(for: size)
        positions = (size, rows)
        return rows
    }
}
