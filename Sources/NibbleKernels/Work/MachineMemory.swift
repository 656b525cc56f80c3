#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The machine's memory, which no allocation should exceed: a system that grants more ends the program later.
enum MachineMemory {
    /// Bytes of physical memory.
    static let byteCount = max(0, Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))))

    /// Checks that so many bytes fit.
    ///
    /// - Throws: ``KernelError/outOfMemory(_:)`` with both figures.
    static func check(_ needed: Int, for what: String) throws(KernelError) {
        guard byteCount > 0, needed > byteCount else { return }
        throw refusal(needed, for: what)
    }

    /// The sentence that refuses so many bytes.
    static func refusal(_ needed: Int, for what: String) -> KernelError {
        .outOfMemory(
            "\(what) takes \(text(needed)), and this machine has \(text(byteCount)) of memory: "
                + "take fewer rows at a time, or a smaller format.")
    }

    /// Bytes in powers of 1000, with one digit behind the point; the same units as the rest of the package writes.
    static func text(_ byteCount: Int) -> String {
        let units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"]
        var (unit, divisor) = (0, 1)
        while unit + 1 < units.count, byteCount / divisor >= 1000 {
            unit += 1
            divisor *= 1000
        }
        guard unit > 0 else { return "\(byteCount) bytes" }
        let tenths = byteCount / (divisor / 10)
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
