import Foundation
import NibbleText
import Synchronization

/// What happened, in a file for whoever looks for the cause of trouble: `nibble.log` in ``UserFolders/state``.
///
/// A log that cannot be written never stops the program. At ``sizeLimit`` the file becomes `nibble.log.1` and a new one
/// begins, so both together stay under twice that.
public final class EventLog: Sendable {
    /// The file.
    public let file: URL
    /// Bytes after which a new file begins.
    public let sizeLimit: Int
    private let lock = Mutex(())

    /// The log of the user whose environment this is.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment, sizeLimit: Int = 1 << 20
    ) {
        file = UserFolders(environment: environment).state.appendingPathComponent("nibble.log")
        self.sizeLimit = sizeLimit
    }

    /// Adds one line with the time and this process's number; characters that steer a terminal are written out.
    public func write(_ event: String) {
        let time = Date().formatted(.iso8601)
        let text = event.split(whereSeparator: \.isNewline).joined(separator: " ").printable
        let line = "\(time) \(ProcessInfo.processInfo.processIdentifier) \(text)\n"
        lock.withLock { _ in append(line) }
    }

    private func append(_ line: String) {
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        var status = stat()
        if stat(file.path, &status) == 0, Int(status.st_size) + line.utf8.count > sizeLimit {
            rename(file.path, file.path + ".1")
        }
        let descriptor = open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // One call a line: lines of several processes don't mix.
        _ = Array(line.utf8).withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }
}
