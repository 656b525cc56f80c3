import Foundation
import NibbleCheckpoints

/// Reads and writes small text files.
public enum TextFile {
    /// Why a file could not be read or written.
    public struct Failure: Error {
        /// A sentence that says what to do; the file is named by whoever knows what it is for.
        public let reason: String
    }

    /// The file's bytes, if there are no more than `limit`.
    ///
    /// - Throws: ``Failure`` if there is no such file, it is a folder, longer, or cannot be read.
    public static func read(_ url: URL, limit: Int) throws(Failure) -> Data {
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
    ///
    /// - Throws: ``Failure`` if it cannot be written; the old file is then unchanged.
    public static func write(_ text: String, to url: URL) throws(Failure) {
        do throws(CheckpointError) {
            let file = try AtomicFile(url)
            let bytes = Array(text.utf8)
            try bytes.span.bytes.withUnsafeBytes { bytes throws(CheckpointError) in try file.append(bytes) }
            try file.commit()
        } catch {
            let cause = if case .writing(_, let reason) = error { reason } else { "\(error)" }
            throw Failure(reason: "The file cannot be written (\(cause)): check folder and space.")
        }
    }
}
