import CNibbleKernels

/// The tables of innermost loops in C, one for each instruction set.
enum InnerLoops {
    /// The best set of this processor.
    static var best: UnsafePointer<nibble_kernel_table> { nibble_kernels() }
    /// The set that runs everywhere, the twin that the others are compared with.
    static var portable: UnsafePointer<nibble_kernel_table> { nibble_portable_kernels() }

    /// The best loops over the run-time layout, and those that run everywhere.
    static var interleaved: UnsafePointer<nibble_interleaved_table> { nibble_interleaved_kernels() }
    static var portableInterleaved: UnsafePointer<nibble_interleaved_table> {
        nibble_portable_interleaved_kernels()
    }

    /// The best loops over simulated registers, and those that run everywhere.
    static var registers: UnsafePointer<nibble_register_table> { nibble_register_kernels() }
    static var portableRegisters: UnsafePointer<nibble_register_table> { nibble_portable_register_kernels() }
}
