#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe that other threads and signal handlers write a byte to, so that a thread blocked in poll looks up.
public final class Waker: Sendable {
    /// The end to poll.
    let readEnd: Int32
    /// The end to write to.
    let writeEnd: Int32

    /// Opens the pipe; when there are no file descriptors left, waking does nothing.
    public init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the reader; may be called from any thread, never blocks.
    public func wake() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Empties the pipe; true when it held anything.
    func drain() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 256)
        var held = false
        while read(readEnd, &bytes, bytes.count) > 0 { held = true }
        return held
    }
}
