import CNibbleMapping
import Foundation
import NibbleText

/// A file mapped into memory, read-only.
///
/// Pages are read when they are touched, and the system may drop them again, so a mapped file of any size costs no
/// anonymous memory. The mapping is private: nothing can be written back.
///
/// **A file that somebody cuts shorter while it is mapped** has pages that are there no longer: they read as zeros, and
/// the mapping is marked (`CNibbleMapping`). `change()` tells that and whatever else has become of the file; ask it after
/// each pass over the bytes, before its results are believed.
///
/// Unchecked `Sendable`: the pointer never changes and its bytes are never written.
public final class MappedFile: @unchecked Sendable {
    /// Where the file was found.
    public let path: String
    /// Its length in bytes when it was opened.
    public let count: Int
    private let descriptor: CInt
    private let base: UnsafeMutableRawPointer?
    /// The mapping's number in `CNibbleMapping`.
    private let number: CInt
    /// What the file was when it was opened.
    let stamp: FileStamp

    /// The whole file.
    ///
    /// Valid as long as this object lives; empty for a file of no bytes.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Maps the file at `path`.
    /// - Throws: `CheckpointError.location` if it is missing, unreadable, or not a regular file.
    public init(path: String) throws(CheckpointError) {
        // Opening a pipe must fail below, not wait for somebody to write.
        let descriptor = SystemPath.open(path)
        guard descriptor >= 0 else { throw Self.systemError(path, errno) }
        do {
            let stamp = try Self.regularFileStamp(descriptor, path)
            let base = try Self.map(descriptor, stamp.byteCount, path)
            number = nibble_mapping_register(base, stamp.byteCount)
            self.base = base
            self.path = path
            self.stamp = stamp
            count = stamp.byteCount
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
        nibble_mapping_unregister(number)
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

    /// Whether bytes were read that the file no longer had; costs next to nothing.
    public var isCutShort: Bool { nibble_mapping_is_cut_short(number) }

    /// Sees to it that a lost page is answered here, before signal handlers that were installed since the file was opened.
    public static func guardMappings() { nibble_mapping_install() }

    /// What has become of the file since it was opened; nil if it is as it was.
    public func change() -> FileChange? {
        var now = stat()
        guard fstat(descriptor, &now) == 0 else { return .partLost }
        let current = FileStamp(now)
        if current.byteCount < count { return .cutShort(from: count, to: current.byteCount) }
        if isCutShort { return .partLost }
        let named = SystemPath.status(path).map { FileStamp($0) }
        if current.mayHaveOtherBytes(than: stamp, at: named) { return .overwritten }
        guard let named else { return .removed }
        return named.isSameFile(as: current) ? nil : .replaced
    }

    private static func regularFileStamp(
        _ descriptor: CInt, _ path: String
    ) throws(CheckpointError) -> FileStamp {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .location(path: path, .notAFile) }
        return FileStamp(status)
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
