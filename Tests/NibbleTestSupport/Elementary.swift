#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Double {
    static func log(_ value: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(value)
        #else
            Darwin.log(value)
        #endif
    }

    static func cosine(_ value: Double) -> Double {
        #if canImport(Glibc)
            Glibc.cos(value)
        #else
            Darwin.cos(value)
        #endif
    }
}
