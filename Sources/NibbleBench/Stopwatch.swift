import Dispatch
import NibbleCommandLine

/// Times pieces of work.
enum Stopwatch {
    /// The median of several runs in milliseconds, after one run that is not counted.
    static func medianMilliseconds(_ repetitions: Int, _ body: () throws -> Void) throws -> Double {
        try body()
        return median(try (0..<max(1, repetitions)).map { _ in try milliseconds(body) })
    }

    /// The milliseconds of one run.
    static func milliseconds(_ body: () throws -> Void) throws -> Double {
        try Interruption.cancellation.check()
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
    }

    /// The middle one of some figures, the mean of the middle two where their number is even; 0 without any.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
