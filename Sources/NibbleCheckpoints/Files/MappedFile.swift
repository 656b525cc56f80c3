import Foundation

/// A file mapped into memory, read-only.
///
/// Pages are read when they are touched, and the system may drop them again, so a mapped file of any size costs no
/// anonymous memory. The mapping is private: nothing can be written back.
///
/// **A file that somebody cuts shorter while it is mapped** raises SIGBUS when a lost page is touched; no program can
/// read a mapping safely against that. `checkStillWhole()` before a long pass turns the usual case (a download started
/// again, a model overwritten in place) into an error instead.
///
/// Unchecked `Sendable`: the pointer never changes and its bytes are never written.
public final class MappedFile: @unchecked Sendable {
    /// Where the file was found.
    public let path: String
    /// Its length in bytes when it was opened.
    public let count: Int
    private let descriptor: CInt
    private let base: UnsafeMutableRawPointer?

    /// The whole file.
    ///
    /// Valid as long as this object lives; empty for a file of no bytes.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Maps the file at `path`.
    /// - Throws: `CheckpointError.location` if it is missing, unreadable, or not a regular file.
    public init(path: String) throws(CheckpointError) {
        // O_NONBLOCK: opening a pipe must fail below, not wait for somebody to write.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.systemError(path, errno) }
        do {
            let count = try Self.regularFileCount(descriptor, path)
            self.base = try Self.map(descriptor, count, path)
            self.path = path
            self.count = count
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Maps the file at `path`, as `init(path:)` does.
    /// - Throws: `CheckpointError.location`.
    public static func open(_ path: String) throws(CheckpointError) -> MappedFile {
        try MappedFile(path: path)
    }

    deinit {
        if let base { munmap(base, count) }
        close(descriptor)
    }

    /// Calls `body` with the file's bytes and keeps them mapped meanwhile.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    /// Reads the bytes `range` now and maps their pages, so that a pass over them meets no page faults.
    ///
    /// Meant for a background thread; where the system can't do it (Linux before 5.14), it only reads ahead.
    public func populate(_ range: Range<Int>) {
        #if os(Linux)
            let populateRead: CInt = 22  // MADV_POPULATE_READ, madvise(2)
            if advise(range, populateRead) { return }
        #endif
        prefetch(range)
    }

    /// Asks the system to read the bytes `range` ahead, in the background.
    ///
    /// Parts outside the file are ignored.
    public func prefetch(_ range: Range<Int>) {
        advise(range, CInt(MADV_WILLNEED))
    }

    /// Hands `advice` about the pages of `range` to the system; false if it was refused.
    @discardableResult
    private func advise(_ range: Range<Int>, _ advice: CInt) -> Bool {
        let range = range.clamped(to: 0..<count)
        guard let base, !range.isEmpty else { return true }
        let start = range.lowerBound & ~(Int(getpagesize()) - 1)
        return madvise(base + start, range.upperBound - start, advice) == 0
    }

    /// Fails if the file has become shorter than it was when it was opened.
    /// - Throws: `CheckpointError.location` with the problem `shrunk`.
    public func checkStillWhole() throws(CheckpointError) {
        let now = try Self.regularFileCount(descriptor, path)
        if now < count { throw .location(path: path, .shrunk(from: count, to: now)) }
    }

    private static func regularFileCount(_ descriptor: CInt, _ path: String) throws(CheckpointError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .location(path: path, .notAFile) }
        return Int(status.st_size)
    }

    private static func map(
        _ descriptor: CInt, _ count: Int, _ path: String
    ) throws(CheckpointError) -> UnsafeMutableRawPointer? {
        guard count > 0 else { return nil }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw systemError(path, errno)
        }
        return base
    }

    /// The error for a failed system call.
    static func systemError(_ path: String, _ code: CInt) -> CheckpointError {
        code == ENOENT || code == ENOTDIR
            ? .location(path: path, .missing)
            : .location(path: path, .unreadable(reason: String(cString: strerror(code))))
    }
}
