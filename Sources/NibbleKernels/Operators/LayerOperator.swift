/// One linear layer as a model runs it: y = W·T(x) + b for each token x.
///
/// W are packed weights in their storage, T what a method asks of the input, b a bias, and the ``Arithmetic`` says how codes
/// are multiplied. The scheme is looked up and checked when the operator is made, not in every product. Copies share the
/// weights; without transform and bias an operator costs nothing beside the product.
///
///     let packed = try PackedMatrix.encode(weights, encoding: StorageEncoding(format: "int4", granularity: .group(32)))
///     let layer = try LayerOperator(weights: packed, arithmetic: Arithmetic(activation: "int8-token"), bias: bias)
///     let report = try layer.apply(activations.span, tokenCount: 1, into: &output)
public struct LayerOperator: Sendable {
    /// W: output channels × input channels.
    public let weights: PackedMatrix
    /// T; nil leaves the input as it is.
    public let input: InputTransform?
    /// How codes are multiplied.
    public let arithmetic: Arithmetic
    /// b, one number for each row of W; nil for none.
    public let bias: [Float]?

    private let loops: ProductLoops

    /// Joins weights with the way in which they are multiplied.
    ///
    /// - Parameter arithmetic: nil for the format's own default.
    /// - Throws: ``KernelError/unknownName(_:)`` or ``KernelError/unsupported(_:)`` for a scheme, range or register that the
    ///   weights' format cannot be used with; ``KernelError/shapeMismatch(_:)`` if transform, range or bias don't fit the
    ///   weights.
    public init(
        weights: PackedMatrix, input: InputTransform? = nil, arithmetic: Arithmetic? = nil,
        bias: [Float]? = nil
    ) throws(KernelError) {
        let arithmetic = arithmetic ?? weights.format.defaultArithmetic
        try arithmetic.range?.check(columns: weights.shape.columns)
        try input?.check(columns: weights.shape.columns)
        if let bias, bias.count != weights.shape.rows {
            throw .shapeMismatch(
                "A bias of \(bias.count) numbers cannot be added to \(weights.shape.rows) outputs: give one for each."
            )
        }
        loops = try ProductLoops(weights.format, weights.context, arithmetic)
        self.weights = weights
        self.input = input
        self.arithmetic = arithmetic
        self.bias = bias
    }

    /// Output channels × input channels.
    public var shape: MatrixShape { weights.shape }

    /// The same layer with another bias.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if it isn't one number for each row.
    public func with(bias: [Float]?) throws(KernelError) -> LayerOperator {
        try LayerOperator(weights: weights, input: input, arithmetic: arithmetic, bias: bias)
    }

    /// The same packed bytes multiplied in another way: nothing is encoded or copied.
    ///
    /// - Throws: ``KernelError/unknownName(_:)`` or ``KernelError/unsupported(_:)`` for a scheme, range or register that the
    ///   weights' format cannot be used with.
    public func with(arithmetic: Arithmetic) throws(KernelError) -> LayerOperator {
        try LayerOperator(weights: weights, input: input, arithmetic: arithmetic, bias: bias)
    }

    /// Computes y[t] = W·T(x[t]) + b.
    ///
    /// - Parameters:
    ///   - input: tokenCount × columns numbers, token after token.
    ///   - output: tokenCount × rows numbers, token after token; must not overlap the input.
    /// - Returns: Counters of activation clips, accumulator overflows and non-finite values of the product.
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit.
    @discardableResult
    public func apply(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        guard tokenCount.fits(input.count, of: shape.columns), tokenCount.fits(output.count, of: shape.rows)
        else {
            throw .shapeMismatch(
                "A \(shape.rows) × \(shape.columns) matrix cannot multiply \(input.count) activations of "
                    + "\(tokenCount) tokens into \(output.count) outputs.")
        }
        return multiply(input, tokenCount: tokenCount, into: output, pool)
    }

    /// The same of spans.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` if a size doesn't fit.
    @discardableResult
    public func apply(
        _ input: Span<Float>, tokenCount: Int, into output: inout MutableSpan<Float>, pool: WorkPool = .shared
    ) throws(KernelError) -> KernelReport {
        try input.withUnsafeBufferPointer { input throws(KernelError) in
            try output.withUnsafeMutableBufferPointer { output throws(KernelError) in
                try apply(input, tokenCount: tokenCount, into: output, pool: pool)
            }
        }
    }

    private func multiply(
        _ values: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        _ pool: WorkPool
    ) -> KernelReport {
        guard let input else { return product(values, tokenCount: tokenCount, into: output, pool) }
        let transformed = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
        defer { transformed.deallocate() }
        transformed.initialize(repeating: 0)
        input.apply(values, columns: shape.columns, into: transformed, pool: pool)
        return product(UnsafeBufferPointer(transformed), tokenCount: tokenCount, into: output, pool)
    }

    private func product(
        _ input: UnsafeBufferPointer<Float>, tokenCount: Int, into output: UnsafeMutableBufferPointer<Float>,
        _ pool: WorkPool
    ) -> KernelReport {
        Product(
            matrix: weights, loops: loops, bias: bias, input: input, output: output, tokenCount: tokenCount,
            pool: pool
        ).run()
    }
}
