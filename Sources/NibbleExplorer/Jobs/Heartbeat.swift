import Dispatch

/// Counts the seconds that something takes, for whoever waits for it.
struct Heartbeat {
    private let timer: any DispatchSourceTimer

    /// Calls `beat` with 1, 2, 3 … every second on a thread of its own, until ``stop()``.
    init(_ beat: @escaping @Sendable (Int) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        let start = DispatchTime.now()
        timer.schedule(deadline: start + .seconds(1), repeating: .seconds(1))
        timer.setEventHandler {
            beat(Int((DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000_000))
        }
        timer.resume()
        self.timer = timer
    }

    /// Ends the counting.
    func stop() { timer.cancel() }
}
