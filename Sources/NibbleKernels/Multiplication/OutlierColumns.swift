/// The columns of a product's activations that are multiplied without codes (LLM.int8, Numerics §5.3).
struct OutlierColumns: Sendable {
    /// The columns, in ascending order, in which their products are added.
    let columns: [Int]

    /// The columns in which some token has a magnitude of at least `threshold`.
    init(_ input: UnsafeBufferPointer<Float>, tokenCount: Int, threshold: Float) {
        let count = tokenCount > 0 ? input.count / tokenCount : 0
        columns = (0..<count).filter { column in
            (0..<tokenCount).contains { input[$0 * count + column].magnitude >= threshold }
        }
    }

    /// y[t, r] += Σ a[t, k] · w[r, k] over these columns k, by fused multiply-add in their order.
    func addProducts(
        of matrix: PackedMatrix, _ input: UnsafeBufferPointer<Float>,
        to output: UnsafeMutableBufferPointer<Float>, tokenCount: Int, pool: WorkPool
    ) {
        guard !columns.isEmpty else { return }
        let target = Shared(input: input, output: output)
        let (rows, count) = (matrix.shape.rows, matrix.shape.columns)
        pool.runRanges(total: rows, minimumLength: max(8, (1 << 16) / max(count, 1))) { range in
            for row in range {
                let weights = matrix.decode(row: row)
                for token in 0..<tokenCount {
                    var sum = target.output[token * rows + row]
                    for column in columns {
                        let activation = target.input[token * count + column]
                        // What is no number has code 0 in other columns.
                        if !activation.isNaN { sum.addProduct(activation, weights[column]) }
                    }
                    target.output[token * rows + row] = sum
                }
            }
        }
    }

    /// Outputs of which every thread writes its own rows'.
    private struct Shared: @unchecked Sendable {
        let input: UnsafeBufferPointer<Float>
        let output: UnsafeMutableBufferPointer<Float>
    }
}
