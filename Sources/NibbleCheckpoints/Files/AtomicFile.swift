import Foundation

/// A file that appears whole or not at all: written beside its place under another name, then moved there.
///
/// What was there before stays until `commit`, and stays for good if writing fails or is given up.
public final class AtomicFile {
    private let target: URL
    private let temporary: URL
    private var descriptor: CInt

    /// Begins to write; the folder must exist.
    ///
    /// - Throws: `CheckpointError.writing`, as `append` and `commit` do.
    public init(_ target: URL) throws(CheckpointError) {
        self.target = target
        let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        temporary = target.deletingLastPathComponent()
            .appendingPathComponent(".\(target.lastPathComponent.prefix(100)).\(suffix).part")
        descriptor = Foundation.open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw Self.failure(target, errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary.path)
    }

    /// Adds bytes at the end.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.failure(target, errno)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Makes the bytes durable and puts the file in its place.
    ///
    /// Nothing may be appended afterwards.
    public func commit() throws(CheckpointError) {
        guard fsync(descriptor) == 0, rename(temporary.path, target.path) == 0 else {
            throw Self.failure(target, errno)
        }
        close(descriptor)
        descriptor = -1
        syncFolder()
    }

    /// Makes the new name durable.
    ///
    /// The file is complete either way, so a file system that can't do it is no error.
    private func syncFolder() {
        let folder = Foundation.open(target.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func failure(_ target: URL, _ code: CInt) -> CheckpointError {
        .writing(path: target.path, reason: String(cString: strerror(code)))
    }
}
