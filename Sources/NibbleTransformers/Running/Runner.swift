import Dispatch
import NibbleKernels

/// What all sessions share: a network, its work space, and what was counted and timed.
final class Runner {
    let network: Network
    let arena = Arena()
    let pool: WorkPool
    private let observer: (any LayerObserver)?
    private(set) var reports: [LayerPath: KernelReport] = [:]
    private(set) var computeSeconds = 0.0

    init(_ network: Network, pool: WorkPool, observer: (any LayerObserver)?) {
        self.network = network
        self.pool = pool
        self.observer = observer
    }

    /// The description of a model that can run.
    ///
    /// - Throws: ``TransformerError/notRunnable(_:)`` with the reason.
    static func description(of model: TransformerModel) throws -> TransformerDescription {
        guard let description = model.description else {
            throw TransformerError.notRunnable(
                model.networkProblem ?? "The model has no usable configuration.")
        }
        return description
    }

    /// Runs `body` with a pass over the rows of some texts, and takes its counters.
    func run<Result>(
        states: [KeyValueCache], position: Int, texts: [Range<Int>], cancellation: Cancellation,
        _ body: (inout Pass) throws -> Result
    ) throws -> Result {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { computeSeconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        var pass = Pass(
            network: network, states: states, arena: arena, position: position, texts: texts, pool: pool,
            cancellation: cancellation, observer: observer)
        let result = try body(&pass)
        for (layer, report) in pass.reports { reports[layer, default: KernelReport()].add(report) }
        return result
    }
}
