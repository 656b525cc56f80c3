#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The processor's cores.
enum ProcessorCount {
    static let active = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
