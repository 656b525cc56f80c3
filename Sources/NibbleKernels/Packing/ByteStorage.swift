#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes on the heap with a stable address, written once while they are built and never after.
public final class ByteStorage: @unchecked Sendable {
    let pointer: UnsafeMutableRawBufferPointer

    /// `count` zero bytes, 64-byte aligned; for few, as the program ends here if the system refuses them.
    public init(count: Int) {
        guard let bytes = Self.zeros(count) else { preconditionFailure("the system refuses \(count) bytes") }
        (pointer, self.count) = (bytes, count)
    }

    /// `count` zero bytes, 64-byte aligned, where there may not be memory enough.
    ///
    /// - Parameter what: What the bytes are for, as the first words of a sentence.
    /// - Throws: ``KernelError/outOfMemory(_:)`` if the machine has less memory, or the system refuses it.
    public init(count: Int, for what: @autoclosure () -> String) throws(KernelError) {
        if count > Self.smallCount { try MachineMemory.check(count, for: what()) }
        guard let bytes = Self.zeros(count) else { throw MachineMemory.refusal(count, for: what()) }
        (pointer, self.count) = (bytes, count)
    }

    /// `count` bytes that `fill` writes; they are zero before.
    ///
    /// - Throws: ``KernelError/outOfMemory(_:)`` if the machine has less memory, or the system refuses it.
    public convenience init(
        count: Int, for what: @autoclosure () -> String, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(KernelError) {
        try self.init(count: count, for: what())
        fill(UnsafeMutableRawBufferPointer(rebasing: pointer[..<count]))
    }

    /// A copy of `bytes`.
    ///
    /// - Throws: ``KernelError/outOfMemory(_:)`` if the machine has less memory, or the system refuses it.
    public convenience init(copying bytes: UnsafeRawBufferPointer) throws(KernelError) {
        try self.init(count: bytes.count, for: "A copy of the matrix")
        pointer.copyMemory(from: bytes)
    }

    /// A copy of `values` as they lie in memory.
    convenience init<Element: BitwiseCopyable>(copying values: [Element]) {
        self.init(count: values.count * MemoryLayout<Element>.stride)
        values.withUnsafeBytes { pointer.copyMemory(from: $0) }
    }

    /// What any machine has.
    private static let smallCount = 1 << 20

    private static func zeros(_ count: Int) -> UnsafeMutableRawBufferPointer? {
        var start: UnsafeMutableRawPointer?
        guard posix_memalign(&start, 64, max(count, 1)) == 0, let start else { return nil }
        memset(start, 0, max(count, 1))
        return UnsafeMutableRawBufferPointer(start: start, count: max(count, 1))
    }

    deinit { free(pointer.baseAddress) }

    /// Number of bytes.
    public let count: Int

    /// The bytes; valid as long as this object lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: pointer[0..<count]) }
}
