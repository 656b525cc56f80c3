import Foundation
import NibbleKernels
import Synchronization

/// What happens on SIGINT, SIGTERM and SIGHUP while a command works.
///
/// The work is cancelled, what it has is printed, and the program ends by the signal, so that a shell sees it. A second
/// signal ends it at once.
public enum Interruption {
    /// Raised by the first signal.
    public static let cancellation = Cancellation()
    private static let received = Atomic<Int32>(0)

    /// Listens for signals from here on; the explorer listens on its own.
    ///
    /// The signals are blocked in this thread and in those it makes from now on, and one thread waits for them.
    public static func listen() {
        var set = Self.set(of: [SIGINT, SIGTERM, SIGHUP])
        pthread_sigmask(SIG_BLOCK, &set, nil)
        Thread.detachNewThread {
            var set = Self.set(of: [SIGINT, SIGTERM, SIGHUP])
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                if received.exchange(number, ordering: .relaxed) != 0 { die(by: number) }
                cancellation.cancel()
            }
        }
    }

    /// Ends the program by the signal that came, if one did.
    public static func endIfInterrupted() {
        let number = received.load(ordering: .relaxed)
        if number != 0 { die(by: number) }
    }

    /// Ends the program as the signal does by default.
    public static func die(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        var set = Self.set(of: [number])
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        _exit(128 + number)
    }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
