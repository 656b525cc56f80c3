import NibbleKernels
import NibbleStatistics

/// How well a contestant tells classes apart, and how that differs from the original.
public struct ClassScore: Hashable, Sendable {
    /// An input that the plan puts into another class than the original.
    public struct Change: Hashable, Sendable {
        /// The original's class.
        public let from: Int
        /// The plan's class.
        public let to: Int
    }

    /// Texts or images that were read.
    public private(set) var count = 0
    /// Those whose class it found.
    public private(set) var correct = 0
    /// Those that it puts into the same class as the original.
    public private(set) var agreeing = 0
    /// Those whose numbers stand for no distribution; they count as wrong.
    public private(set) var broken = 0
    /// How often each class became which other.
    public private(set) var changes: [Change: Int] = [:]
    private var divergenceSum = 0.0

    /// Nothing yet.
    public init() {}

    /// correct ÷ count.
    public var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }
    /// Where the accuracy on all such inputs is likely to lie, 95 % (Wilson 1927).
    public var accuracyInterval: ClosedRange<Double> {
        SampleInterval.wilson(successes: correct, trials: count)
    }
    /// agreeing ÷ count.
    public var agreement: Double { count == 0 ? 0 : Double(agreeing) / Double(count) }
    /// Where the agreement on all such inputs is likely to lie, 95 %.
    public var agreementInterval: ClosedRange<Double> {
        SampleInterval.wilson(successes: agreeing, trials: count)
    }
    /// The mean of KL(original‖this) over all of them, in nats; ∞ if it was for one.
    public var meanKL: Double { count == 0 ? 0 : divergenceSum / Double(count) }

    /// Takes in what came of one input.
    mutating func add(_ output: EncoderOutput, original: EncoderOutput, label: Int) {
        count += 1
        let found = output.bestClass
        if found == nil { broken += 1 }
        if found == label { correct += 1 }
        let reference = original.bestClass
        if found == reference { agreeing += 1 }
        if let found, let reference, found != reference {
            changes[Change(from: reference, to: found), default: 0] += 1
        }
        divergenceSum += OutputDifference(of: output, from: original).klDivergence ?? 0
    }
}

extension EncoderOutput {
    /// The likeliest class; nil for numbers that stand for none.
    fileprivate var bestClass: Int? {
        if case .classes(let distribution) = self { distribution.top(1).first?.id } else { nil }
    }
}

/// Texts or images with their classes, read one at a time.
public protocol LabelledInputs {
    /// How many there are.
    var count: Int { get }
    /// A text or an image, and its class by its number in the model.
    func item(_ index: Int) throws -> (input: EncoderInput, label: Int)
}

extension EncoderRun {
    /// Reads labelled inputs with all contestants.
    ///
    ///     let scores = try run.score(texts)
    ///     print(scores[0].accuracy, scores[1].accuracy)
    ///
    /// - Parameter progress: Called with the share done.
    /// - Returns: The original's score, then the plans'; and the number of texts that were cut.
    /// - Throws: What reading an input and ``run(_:cancellation:)`` throw; `KernelError.cancelled`.
    public func score(
        _ inputs: some LabelledInputs, cancellation: Cancellation = Cancellation(),
        progress: ((Double) -> Void)? = nil
    ) throws -> (scores: [ClassScore], cutCount: Int) {
        var scores: [ClassScore] = []
        var cutCount = 0
        for index in 0..<inputs.count {
            try cancellation.check()
            let item = try inputs.item(index)
            let result = try run(item.input, cancellation: cancellation)
            if scores.isEmpty { scores = result.outputs.map { _ in ClassScore() } }
            for (place, output) in result.outputs.enumerated() {
                scores[place].add(output, original: result.outputs[0], label: item.label)
            }
            cutCount += (result.encoded?.cutCount ?? 0) > 0 ? 1 : 0
            progress?(Double(index + 1) / Double(inputs.count))
        }
        return (scores, cutCount)
    }
}
