import Foundation

/// A file that appears whole or not at all: written beside its place under another name, then moved there.
///
/// What was there before stays until `commit`, and stays for good if writing fails or is given up. A symbolic link is
/// written through: what it leads to is replaced, or made. Permissions and, where the system lets us, the owners of the
/// file that is replaced go over to the new one.
public final class AtomicFile {
    private let target: String
    private let temporary: String
    private var descriptor: CInt

    /// Begins to write; the folder must exist.
    ///
    /// - Parameter permissions: what the file gets, whatever the one before had; nil keeps those, or takes the process's
    ///   own for a new file.
    /// - Throws: `CheckpointError.writing`, as `append` and `commit` do; also for what is no regular file, or must not be
    ///   written.
    public init(_ url: URL, permissions: mode_t? = nil) throws(CheckpointError) {
        do throws(WritingPlace.Problem) { target = try WritingPlace.of(url.path) } catch {
            throw .writing(path: url.path, reason: error.reason)
        }
        let name = (target as NSString).lastPathComponent
        let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        temporary = (target as NSString).deletingLastPathComponent
            .appending("/.\(name.prefix(40).prefix(utf8Count: 120)).\(suffix).part")
        var before = stat()
        let replaces = stat(target, &before) == 0
        let isPrivate = replaces || permissions != nil
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        descriptor = Foundation.open(temporary, flags, isPrivate ? 0o600 : 0o666)
        if descriptor < 0 { throw .writing(path: url.path, reason: WritingPlace.reason(errno, target)) }
        if replaces { takeOver(before) }
        if let permissions { fchmod(descriptor, permissions) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
    }

    /// Gives the new file the owners and permissions of the one that it replaces.
    ///
    /// Only who may give files away can keep an owner; where the group stays another's, it may do no more than anybody.
    private func takeOver(_ before: stat) {
        var mode = before.st_mode & 0o777
        if fchown(descriptor, before.st_uid, before.st_gid) != 0,
            fchown(descriptor, uid_t.max, before.st_gid) != 0
        {
            var now = stat()
            if fstat(descriptor, &now) != 0 || now.st_gid != before.st_gid {
                mode = mode & ~0o070 | (mode & 0o007) << 3
            }
        }
        fchmod(descriptor, mode)
    }

    /// Adds bytes at the end.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Makes the bytes durable and puts the file in its place.
    ///
    /// Nothing may be appended afterwards.
    public func commit() throws(CheckpointError) {
        guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw failure(errno) }
        close(descriptor)
        descriptor = -1
        syncFolder()
    }

    /// Makes the new name durable.
    ///
    /// The file is complete either way, so a file system that can't do it is no error.
    private func syncFolder() {
        let folder = Foundation.open(
            (target as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func failure(_ code: CInt) -> CheckpointError {
        .writing(path: target, reason: WritingPlace.reason(code, target))
    }
}

extension Substring {
    /// The longest beginning that takes at most so many bytes.
    fileprivate func prefix(utf8Count: Int) -> Substring {
        var result = self
        while result.utf8.count > utf8Count { result.removeLast() }
        return result
    }
}
