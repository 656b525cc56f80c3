import Foundation

/// Reads and writes small text files.
enum TextFile {
    /// Why a file could not be read or written.
    struct Failure: Error {
        let reason: String
    }

    /// The file's bytes, if there are no more than `limit`.
    static func read(_ url: URL, limit: Int) throws(Failure) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw Failure(reason: "There is no such file: check the path.")
        }
        guard !isFolder.boolValue else { throw Failure(reason: "This is a folder: name a file in it.") }
        guard let handle = try? FileHandle(forReadingFrom: url) else {
            throw Failure(reason: "The file cannot be read: check its permissions.")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: limit + 1) ?? Data() else {
            throw Failure(reason: "The file cannot be read.")
        }
        guard data.count <= limit else {
            throw Failure(reason: "The file has more than \(limit) bytes, too many for this kind of file.")
        }
        return data
    }

    /// Writes beside the place under another name, then renames: a reader sees the old file or the new one.
    static func write(_ text: String, to url: URL) throws(Failure) {
        let folder = url.deletingLastPathComponent()
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        let part = folder.appendingPathComponent(
            ".\(url.lastPathComponent.prefix(100)).\(suffix).part")
        let descriptor = open(part.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(errno) }
        var problem = writeAll(Array(text.utf8), to: descriptor)
        if problem == 0, fsync(descriptor) != 0 { problem = errno }
        if close(descriptor) != 0, problem == 0 { problem = errno }
        if problem == 0, rename(part.path, url.path) != 0 { problem = errno }
        guard problem == 0 else {
            unlink(part.path)
            throw failure(problem)
        }
    }

    /// Writes all bytes; 0, or the error's number.
    private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> CInt {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = Foundation.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[offset...]).baseAddress,
                    buffer.count - offset)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                offset += count
            }
            return 0
        }
    }

    private static func failure(_ code: CInt) -> Failure {
        Failure(
            reason: "The file cannot be written (\(String(cString: strerror(code)))): check folder and space."
        )
    }
}
