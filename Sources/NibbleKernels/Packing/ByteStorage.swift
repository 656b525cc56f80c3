/// Bytes on the heap with a stable address, written once while they are built and never after.
public final class ByteStorage: @unchecked Sendable {
    let pointer: UnsafeMutableRawBufferPointer

    /// `count` zero bytes, 64-byte aligned.
    public init(count: Int) {
        pointer = .allocate(byteCount: max(count, 1), alignment: 64)
        pointer.initializeMemory(as: UInt8.self, repeating: 0)
        self.count = count
    }

    /// A copy of `values` as they lie in memory.
    convenience init<Element: BitwiseCopyable>(copying values: [Element]) {
        self.init(count: values.count * MemoryLayout<Element>.stride)
        values.withUnsafeBytes { pointer.copyMemory(from: $0) }
    }

    deinit { pointer.deallocate() }

    /// Number of bytes.
    public let count: Int

    /// The bytes; valid as long as this object lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: pointer[0..<count]) }
}
