#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Zeroed memory of its own pages, in large ones where the system has them: fewer of them must be looked up
/// while weights stream by.
final class HugePageMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let count: Int

    /// - Throws: ``KernelError/unsupported(_:)`` if the system refuses that much memory.
    init(count: Int) throws(KernelError) {
        self.count = max(count, 1)
        let pages = mmap(nil, self.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages, pages != MAP_FAILED else {
            throw .unsupported("The system refuses \(count) bytes of memory for the weights.")
        }
        #if os(Linux)
            madvise(pages, self.count, MADV_HUGEPAGE)
        #endif
        start = pages
    }

    deinit { munmap(start, count) }
}
