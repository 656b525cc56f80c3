/// What becomes of a layer's input before the product, because a method has changed the weights to match.
///
/// Each token x of K columns is divided, then turned, then put in order:
///
///     x′[k] = x[k] ÷ divisors[k]                                 smoothing (Xiao and others 2023, arXiv 2211.10438)
///     x″ = H·x′ in each run of B columns, H = Sylvester's ÷ √B    online rotation (Ashkboos and others 2024, arXiv 2404.00456)
///     x‴[k] = x″[order[k]]                                       columns in the order of GPTQ (Frantar and others 2023)
///
/// A part that is nil is left out. The weights of the operator are those that meet x‴.
///
///     let transform = try InputTransform(columnOrder: [2, 0, 1, 3], hadamardBlockSize: 2)
public struct InputTransform: Hashable, Sendable {
    /// For each column of the weights the column of the input that it meets; a permutation of 0 ..< K.
    public let columnOrder: [Int]?
    /// What each column of the input is divided by; finite and not 0.
    public let divisors: [Float]?
    /// B, a power of two that divides K.
    public let hadamardBlockSize: Int?

    /// Makes a transform.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` for an order that isn't a permutation, a divisor that is 0 or not finite, or
    ///   a block size that is no power of two; ``KernelError/shapeMismatch(_:)`` if the parts are for different numbers of
    ///   columns.
    public init(
        columnOrder: [Int]? = nil, divisors: [Float]? = nil, hadamardBlockSize: Int? = nil
    ) throws(KernelError) {
        self.columnOrder = columnOrder
        self.divisors = divisors
        self.hadamardBlockSize = hadamardBlockSize
        if let order = columnOrder { try Self.checkPermutation(order) }
        if let wrong = divisors?.first(where: { !$0.isFinite || $0 == 0 }) {
            throw .unsupported("A column of the input cannot be divided by \(wrong).")
        }
        if let size = hadamardBlockSize, size < 1 || size & (size - 1) != 0 {
            throw .unsupported("A Hadamard block has a power of two of columns, not \(size).")
        }
        if let columns = divisors?.count ?? columnOrder?.count { try check(columns: columns) }
    }

    private static func checkPermutation(_ order: [Int]) throws(KernelError) {
        var isTaken = [Bool](repeating: false, count: order.count)
        for column in order {
            guard order.indices.contains(column), !isTaken[column] else {
                throw .unsupported(
                    "The order of \(order.count) columns must name each of them once, and column \(column) is "
                        + (order.indices.contains(column) ? "there twice." : "none of them."))
            }
            isTaken[column] = true
        }
    }

    /// Checks that the transform is for inputs of so many columns.
    func check(columns: Int) throws(KernelError) {
        for (count, what) in [(columnOrder?.count, "an order of"), (divisors?.count, "divisors of")] {
            guard let count, count != columns else { continue }
            throw .shapeMismatch("An input of \(columns) columns cannot have \(what) \(count).")
        }
        guard let size = hadamardBlockSize, columns % size != 0 else { return }
        throw .shapeMismatch(
            "\(columns) columns are no whole Hadamard blocks of \(size): choose a power of two that divides them."
        )
    }

    /// Writes the transformed tokens, each of `columns` numbers; threads share the tokens.
    func apply(
        _ input: UnsafeBufferPointer<Float>, columns: Int, into output: UnsafeMutableBufferPointer<Float>,
        pool: WorkPool
    ) {
        guard columns > 0 else { return }
        let work = Tokens(input: input, output: output)
        pool.runRanges(total: input.count / columns, minimumLength: max(1, (1 << 14) / columns)) { tokens in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { turned in
                for token in tokens {
                    let range = token * columns..<(token + 1) * columns
                    let target = UnsafeMutableBufferPointer(rebasing: work.output[range])
                    // Without an order the numbers can be turned where they belong.
                    let place = columnOrder == nil ? target : turned
                    _ = place.update(fromContentsOf: work.input[range])
                    turn(place)
                    guard let columnOrder else { continue }
                    for (column, source) in columnOrder.enumerated() { target[column] = turned[source] }
                }
            }
        }
    }

    /// Divides the numbers of one token and multiplies its blocks by H.
    private func turn(_ token: UnsafeMutableBufferPointer<Float>) {
        if let divisors {
            for column in token.indices { token[column] /= divisors[column] }
        }
        guard let size = hadamardBlockSize, size > 1 else { return }
        for start in stride(from: 0, to: token.count, by: size) {
            Self.multiplyByHadamard(UnsafeMutableBufferPointer(rebasing: token[start..<start + size]))
        }
    }

    /// x ← H·x by butterflies (the fast Walsh–Hadamard transform), in f32; H is its own inverse.
    private static func multiplyByHadamard(_ values: UnsafeMutableBufferPointer<Float>) {
        var half = 1
        while half < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * half) {
                for place in start..<start + half {
                    let (first, second) = (values[place], values[place + half])
                    values[place] = first + second
                    values[place + half] = first - second
                }
            }
            half *= 2
        }
        let factor = 1 / Float(values.count).squareRoot()
        for place in values.indices { values[place] *= factor }
    }

    /// Tokens of which every thread writes its own.
    private struct Tokens: @unchecked Sendable {
        let input: UnsafeBufferPointer<Float>
        let output: UnsafeMutableBufferPointer<Float>
    }
}
