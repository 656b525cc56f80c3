import Dispatch
import Foundation
import NibbleText
import Synchronization

/// One line on standard error that says how far some work is; silent where that is no terminal, or the work is short.
public final class ProgressLine: Sendable {
    private struct State {
        var last: UInt64
        var isShown = false
    }

    private static let interval: UInt64 = 200_000_000
    private let title: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state: Mutex<State>

    /// A line that begins with what is done; nothing is shown yet.
    public init(_ title: String) {
        self.title = title.printable
        state = Mutex(State(last: DispatchTime.now().uptimeNanoseconds))
    }

    /// Shows the share that is done, at most five times a second.
    @Sendable public func show(_ share: Double) {
        guard isTerminal else { return }
        state.withLock { state in
            let now = DispatchTime.now().uptimeNanoseconds
            guard now - state.last >= Self.interval else { return }
            state.last = now
            state.isShown = true
            StandardError.rewrite("\(title): \(FigureText.plain(share * 100, decimals: 0))%")
        }
    }

    /// Takes the line away.
    public func clear() {
        state.withLock { state in
            if state.isShown { StandardError.rewrite("") }
            state.isShown = false
        }
    }
}
