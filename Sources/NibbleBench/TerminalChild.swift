import Dispatch
import Foundation
import NibbleCommandLine
import NibbleHome
import NibblePseudoTerminal

/// This program, started once more in a pseudo-terminal of its own, with its output read as it comes.
final class TerminalChild {
    private let started = DispatchTime.now().uptimeNanoseconds
    private let child: TerminalProcess

    /// Starts the program with some arguments.
    ///
    /// - Throws: ``CommandError`` if there is no pseudo-terminal or the program can't be started.
    init(_ arguments: [String], columns: Int = 160, rows: Int = 45) throws {
        guard let executable = DataFolders.executable else {
            throw CommandError(
                description: "nibble cannot start itself: the system does not tell where it is.")
        }
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm-256color"
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        do {
            child = try TerminalProcess(
                executable, arguments: arguments, environment: environment, folder: folder, width: columns,
                height: rows)
        } catch {
            throw CommandError(description: "nibble cannot start itself in a pseudo-terminal: \(error).")
        }
    }

    /// The process's number.
    var process: pid_t { child.process }

    /// Milliseconds since the start.
    var milliseconds: Double { Double(DispatchTime.now().uptimeNanoseconds - started) / 1e6 }

    /// The output that comes within some milliseconds, as soon as there is any; empty if there is none.
    func read(within timeout: Double) -> [UInt8] { child.read(milliseconds: Int32(max(0, timeout))) ?? [] }

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

    /// Presses a key, and leaves what is drawn to be read.
    func type(_ key: String) { child.write(Array(key.utf8)) }

    /// Presses a key and returns the milliseconds until something is drawn; nil if nothing is within a second.
    func press(_ key: String) -> Double? {
        let start = milliseconds
        child.write(Array(key.utf8))
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
