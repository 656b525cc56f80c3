import Foundation
import NibbleCheckpoints
import NibbleText

/// Reads and writes small text files.
public enum TextFile {
    /// Why a file could not be read or written.
    public struct Failure: Error {
        /// A sentence that says what to do; the file is named by whoever knows what it is for.
        public let reason: String
    }

    /// How long a pipe may be silent, in milliseconds.
    private static let patience: CInt = 5000

    /// The file's bytes, if there are no more than `limit`.
    ///
    /// A pipe is read too (`--plan <(…)`), but nobody waits long for one that says nothing.
    /// - Throws: ``Failure`` if there is no such file, it is a folder or device, longer, or cannot be read.
    public static func read(_ url: URL, limit: Int) throws(Failure) -> Data {
        let descriptor = SystemPath.open(url.path)
        guard descriptor >= 0 else { throw Failure(reason: readingProblem(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(reason: readingProblem(errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFIFO: break
        case S_IFDIR: throw Failure(reason: "This is a folder: name a file in it.")
        default: throw Failure(reason: "This is a device or socket: name a regular file.")
        }
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while data.count <= limit {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count == 0 { return data }
            if count > 0 {
                data.append(contentsOf: buffer[..<count])
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, patience) > 0 else {
                    throw Failure(reason: "This is a pipe that nobody writes to: name a regular file.")
                }
            } else if errno != EINTR {
                throw Failure(reason: readingProblem(errno))
            }
        }
        throw Failure(reason: "The file has more than \(limit) bytes, too many for this kind of file.")
    }

    private static func readingProblem(_ code: CInt) -> String {
        switch code {
        case ENOENT, ENOTDIR: "There is no such file: check the path."
        case EACCES, EPERM: "The file cannot be read: check its permissions."
        default: "The file cannot be read: \(String(cString: strerror(code)))."
        }
    }

    /// Writes beside the place under another name, then renames: a reader sees the old file or the new one.
    ///
    /// - Parameter permissions: what the file gets; nil keeps those of the one before.
    /// - Throws: ``Failure`` if it cannot be written; the old file is then unchanged.
    public static func write(_ bytes: Data, to url: URL, permissions: mode_t? = nil) throws(Failure) {
        do throws(CheckpointError) {
            let file = try AtomicFile(url, permissions: permissions)
            let bytes = Array(bytes)
            try bytes.span.bytes.withUnsafeBytes { bytes throws(CheckpointError) in try file.append(bytes) }
            try file.commit()
        } catch {
            let cause = if case .writing(_, let reason) = error { reason } else { "\(error)" }
            throw Failure(reason: "The file cannot be written: \(cause).")
        }
    }
}
