import CNibblePseudoTerminal
import Foundation

/// A program that runs on a pseudo-terminal: what it writes can be read, keys can be typed.
///
/// It is killed when nobody holds this value any more.
///
/// ```swift
/// let shell = try TerminalProcess(
///     URL(fileURLWithPath: "/bin/sh"), arguments: [], environment: [:], folder: folder, width: 80, height: 24)
/// shell.write(Array("exit 3\n".utf8))
/// ```
public final class TerminalProcess {
    /// How a process ended.
    public enum Ending: Equatable {
        /// It returned or called exit.
        case exited(Int32)
        /// A signal ended it.
        case signal(Int32)
    }

    private var terminal: Int32
    /// The process's number.
    public let process: pid_t
    private var ending: Ending?

    /// Why a program could not be started.
    public struct StartError: Error, CustomStringConvertible {
        /// What the system said.
        public let description: String
    }

    /// Starts a program.
    ///
    /// - Throws: ``StartError`` if there is no pseudo-terminal or process to be had.
    public init(
        _ executable: URL, arguments: [String], environment: [String: String], folder: URL, width: Int,
        height: Int
    ) throws {
        let words = ([executable.path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        terminal = nibble_start_on_terminal(
            executable.path, words, variables, folder.path, Int32(width), Int32(height), &process)
        self.process = process
        guard terminal >= 0 else { throw StartError(description: String(cString: strerror(errno))) }
    }

    deinit {
        if ending == nil {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        hangUp()
    }

    /// Closes the terminal's window: the program reads the end of its input.
    public func hangUp() {
        if terminal >= 0 { close(terminal) }
        terminal = -1
    }

    /// Types bytes.
    public func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(terminal, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    /// What the program wrote; waits up to so many milliseconds for the first byte.
    ///
    /// Empty if nothing came, nil once the program has closed the terminal.
    public func read(milliseconds: Int32) -> [UInt8]? {
        var poller = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = buffer.withUnsafeMutableBytes { Foundation.read(terminal, $0.baseAddress, $0.count) }
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Changes the terminal's size.
    public func resize(width: Int, height: Int) {
        _ = nibble_resize_terminal(terminal, Int32(width), Int32(height))
    }

    /// Sends a signal.
    public func send(_ signal: Int32) { kill(process, signal) }

    /// Whether keys are echoed and lines edited, as a shell wants to find its terminal.
    public var isCooked: Bool {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return false }
        let wanted = tcflag_t(ECHO | ICANON)
        return settings.c_lflag & wanted == wanted
    }

    /// Sets the modes that a shell wants, as one does that takes the terminal from a stopped program.
    public func cook() {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return }
        settings.c_lflag |= tcflag_t(ECHO | ICANON | ISIG)
        settings.c_iflag |= tcflag_t(ICRNL)
        settings.c_oflag |= tcflag_t(OPOST | ONLCR)
        tcsetattr(terminal, TCSANOW, &settings)
    }

    /// How the process ended; nil while it runs.
    public func currentEnding() -> Ending? {
        if let ending { return ending }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7F
        ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signal(signal)
        return ending
    }
}
