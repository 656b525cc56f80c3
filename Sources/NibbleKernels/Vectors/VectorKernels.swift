import CNibbleKernels

extension InnerLoops {
    /// The best loops between products, and those that run everywhere.
    static var elementwise: UnsafePointer<nibble_elementwise_table> { nibble_elementwise_kernels() }
    static var portableElementwise: UnsafePointer<nibble_elementwise_table> {
        nibble_portable_elementwise_kernels()
    }
}

/// The small vector functions between the matrix products of a transformer, in f32.
///
/// Those with pointers serve loops over parts of larger buffers; both forms run the same code. Those with
/// spans throw ``KernelError/shapeMismatch(_:)`` where counts don't fit. e^x is within two units in the last
/// place of the exact value.
///
///     var scores: [Float] = [1, 2, 3]
///     var span = scores.mutableSpan
///     VectorKernels.softmax(&span)      // 0.09, 0.24, 0.67
public enum VectorKernels {
    /// Checks that counts fit.
    static func check(_ fits: Bool, _ sentence: () -> String) throws(KernelError) {
        guard fits else { throw .shapeMismatch(sentence()) }
    }
}
