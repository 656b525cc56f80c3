import Dispatch
import Foundation

/// This program, started once more in a pseudo-terminal of its own, with its output read as it comes.
final class TerminalChild {
    /// The process's number.
    let process: pid_t
    private let terminal: Int32
    private let started = DispatchTime.now().uptimeNanoseconds

    /// Starts the explorer.
    ///
    /// - Throws: ``CommandError`` if there is no pseudo-terminal or the program can't be started.
    init(_ arguments: [String], columns: UInt16 = 160, rows: UInt16 = 45) throws {
        var (leader, follower): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&leader, &follower, &name, nil, &size) == 0 else {
            throw CommandError(
                description: "The system gives no pseudo-terminal: \(String(cString: strerror(errno))).")
        }
        defer { close(follower) }
        terminal = leader
        process = try Self.spawn(arguments, terminal: name, closing: leader)
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(terminal)
    }

    private static func spawn(_ arguments: [String], terminal: [CChar], closing leader: Int32) throws -> pid_t
    {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addclose(&actions, leader)
        // The first terminal that a session's leader opens becomes the session's own.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, terminal, O_RDWR, 0)
        }
        var nothing = sigset_t()
        sigemptyset(&nothing)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        // POSIX_SPAWN_SETSID, which glibc defines for C alone.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm-256color"
        var words = (["nibble"] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &words, &variables)
        guard code == 0 else {
            throw CommandError(description: "nibble cannot start itself: \(String(cString: strerror(code))).")
        }
        return process
    }

    /// Milliseconds since the start.
    var milliseconds: Double { Double(DispatchTime.now().uptimeNanoseconds - started) / 1e6 }

    /// The output that comes within some milliseconds, as soon as there is any; empty if there is none.
    func read(within timeout: Double) -> [UInt8] {
        var poller = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, Int32(max(0, timeout))) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(terminal, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    /// Reads until the output has held `text`, and returns the milliseconds since the start; nil if it never does.
    func wait(for text: String, timeout: Double) throws -> Double? {
        let wanted = Array(text.utf8)
        var seen: [UInt8] = []
        let end = milliseconds + timeout
        while milliseconds < end {
            try Interruption.cancellation.check()
            seen += read(within: min(100, end - milliseconds))
            if seen.firstRange(of: wanted) != nil { return milliseconds }
        }
        return nil
    }

    /// Reads and forgets what comes for some milliseconds.
    func settle(_ duration: Double) throws {
        let end = milliseconds + duration
        while milliseconds < end {
            try Interruption.cancellation.check()
            _ = read(within: min(100, end - milliseconds))
        }
    }

    /// Presses a key and returns the milliseconds until something is drawn; nil if nothing is within a second.
    func press(_ key: String) -> Double? {
        let start = milliseconds
        _ = Array(key.utf8).withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
        return read(within: 1000).isEmpty ? nil : milliseconds - start
    }

    /// Seconds of processor time so far, from /proc/PID/stat (proc(5)): fields 14 and 15, in ticks.
    var processorSeconds: Double {
        let text = FileManager.default.contents(atPath: "/proc/\(process)/stat").map {
            String(decoding: $0, as: UTF8.self)
        }
        let fields = text?.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
