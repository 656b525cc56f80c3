import Synchronization

/// A flag that one thread raises and the worker reads between chunks of work.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Not cancelled.
    public init() {}

    /// Asks the worker to stop soon.
    public func cancel() { flag.store(true, ordering: .releasing) }

    /// Whether somebody asked to stop.
    public var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// - Throws: ``KernelError/cancelled`` once somebody asked to stop.
    public func check() throws(KernelError) { if isCancelled { throw .cancelled } }
}
