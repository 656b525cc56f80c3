/// The numbers between a network's products, kept from one chunk of tokens to the next: fresh memory for each would cost more
/// than many of the steps that fill it.
final class Workspace {
    /// One row of numbers for each token.
    let hidden = FloatBuffer(), normalized = FloatBuffer(), change = FloatBuffer()
    let queries = FloatBuffer(), keys = FloatBuffer(), values = FloatBuffer(), mixed = FloatBuffer()
    let gate = FloatBuffer(), up = FloatBuffer()
}

/// Memory that grows when more numbers are asked for.
final class FloatBuffer {
    private var memory = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// `count` numbers, whatever they were before; valid until more are asked for.
    func numbers(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
        if memory.count < count {
            memory.deallocate()
            memory = .allocate(capacity: count)
            memory.initialize(repeating: 0)
        }
        return UnsafeMutableBufferPointer(rebasing: memory[..<count])
    }
}
