import Dispatch
import NibbleKernels
import Synchronization

/// Lets others pause, resume and cancel a job, which looks here now and then.
final class JobControl: Sendable {
    /// Raised when the job should stop.
    let cancellation = Cancellation()
    private let isHeld = Atomic<Bool>(false)
    /// Signalled by whatever a sleeping job should look at.
    private let change = DispatchSemaphore(value: 0)

    /// Asks the job to stop.
    func cancel() {
        cancellation.cancel()
        change.signal()
    }

    /// Asks the job to wait at its next ``checkpoint()``.
    func pause() { isHeld.store(true, ordering: .releasing) }

    /// Lets a paused job go on.
    func resume() {
        isHeld.store(false, ordering: .releasing)
        change.signal()
    }

    /// Whether the job should wait.
    var isPaused: Bool { isHeld.load(ordering: .acquiring) }

    /// Waits while the job is paused.
    ///
    /// - Throws: `KernelError.cancelled`.
    func checkpoint() throws(KernelError) {
        while isPaused, !cancellation.isCancelled { change.wait() }
        try cancellation.check()
    }

    /// Waits so long, or until the job is cancelled.
    ///
    /// - Throws: `KernelError.cancelled`.
    func wait(milliseconds: Int) throws(KernelError) {
        let end = DispatchTime.now() + .milliseconds(milliseconds)
        while !cancellation.isCancelled, change.wait(timeout: end) == .success {}
        try cancellation.check()
    }
}
