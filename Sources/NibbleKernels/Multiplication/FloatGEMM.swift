import CNibbleKernels

/// Products of two matrices of floating-point numbers, each as it lies or transposed, summed in f32.
///
/// C[m][n] = Σ_k A[m][k] · B[k][n], each element by fused multiply-add in the order of k, whatever the threads. Panels of 256 × 128
/// numbers of B are converted once and kept in the second-level cache, as in ``FloatTiles``: Goto and van de Geijn,
/// "Anatomy of High-Performance Matrix Multiplication" (2008).
public enum FloatGEMM {
    /// One factor.
    public struct Operand: Sendable {
        /// The numbers as they lie.
        public let matrix: FloatMatrix
        /// Whether rows and columns change places.
        public let isTransposed: Bool

        /// A matrix as it lies.
        public static func plain(_ matrix: FloatMatrix) -> Operand {
            Operand(matrix: matrix, isTransposed: false)
        }

        /// A matrix with rows and columns changed.
        public static func transposed(_ matrix: FloatMatrix) -> Operand {
            Operand(matrix: matrix, isTransposed: true)
        }

        /// Rows and columns in the product.
        public var shape: MatrixShape {
            let shape = matrix.shape
            return isTransposed ? MatrixShape(rows: shape.columns, columns: shape.rows) : shape
        }
    }

    /// Writes A · B, row after row, into `output`.
    ///
    /// - Throws: ``KernelError/shapeMismatch(_:)`` unless A has as many columns as B has rows and `output` has m · n places.
    public static func multiply(
        _ a: Operand, _ b: Operand, into output: inout MutableSpan<Float>, pool: WorkPool = .shared
    ) throws(KernelError) {
        let (left, right) = (a.shape, b.shape)
        guard left.columns == right.rows, left.rows.fits(output.count, of: right.columns) else {
            throw .shapeMismatch(
                "\(left.rows) × \(left.columns) times \(right.rows) × \(right.columns) does not make "
                    + "\(output.count) numbers.")
        }
        output.withUnsafeMutableBufferPointer { output in
            output.update(repeating: 0)
            GEMMWork(a: a, b: b, output: output, columns: right.columns).run(pool: pool)
        }
    }
}

/// One product under way.
private struct GEMMWork: @unchecked Sendable {
    let a: FloatGEMM.Operand
    let b: FloatGEMM.Operand
    let output: UnsafeMutableBufferPointer<Float>
    let columns: Int

    private static let depth = 256
    private static let width = 128
    private static let rowsTogether = 6

    func run(pool: WorkPool) {
        pool.run(count: (columns + Self.width - 1) / Self.width) { block in
            multiply(columns: block * Self.width..<min((block + 1) * Self.width, columns))
        }
    }

    /// Some columns of the product, a panel of B after the other.
    private func multiply(columns range: Range<Int>) {
        let (rows, depth) = (a.shape.rows, a.shape.columns)
        let together = Self.rowsTogether
        let panel = UnsafeMutablePointer<Float>.allocate(capacity: Self.depth * (Self.width + together))
        defer { panel.deallocate() }
        let values = panel + Self.depth * Self.width
        for start in stride(from: 0, to: depth, by: Self.depth) {
            let part = start..<min(start + Self.depth, depth)
            b.copy(depth: part, columns: range, into: panel, lengthOfBlock: Self.depth)
            for row in stride(from: 0, to: rows, by: together) {
                let group = row..<min(row + together, rows)
                a.copy(rows: group, depth: part, into: values, stride: Self.depth)
                for (block, column) in stride(from: range.lowerBound, to: range.upperBound, by: 16)
                    .enumerated()
                {
                    add(
                        values, panel + block * Self.depth * 16, depth: part.count, rows: group,
                        columns: column..<min(column + 16, range.upperBound))
                }
            }
        }
    }

    /// Adds a tile of up to 6 × 16 numbers.
    private func add(
        _ values: UnsafePointer<Float>, _ panel: UnsafePointer<Float>, depth: Int, rows: Range<Int>,
        columns range: Range<Int>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.rowsTogether * 16) { totals in
            totals.initialize(repeating: 0)
            guard let totals = totals.baseAddress, let start = output.baseAddress else { return }
            for (place, row) in rows.enumerated() {
                (totals + 16 * place).update(
                    from: start + row * columns + range.lowerBound, count: range.count)
            }
            var weights = nibble_float_panel(
                weights: panel, column_stride: 16, pair_stride: 0, pairs: 1, columns: depth, next: nil,
                next_stride: 0, next_rows: 0, next_bytes: 0)
            let sums = nibble_float_totals(
                start: totals, token_stride: 16, pair_stride: 0, replaces: 0, bias: nil, strange: nil)
            InnerLoops.interleaved.pointee.multiply_floats(&weights, values, Self.depth, rows.count, sums)
            for (place, row) in rows.enumerated() {
                (start + row * columns + range.lowerBound).update(
                    from: totals + 16 * place, count: range.count)
            }
        }
    }
}

extension FloatGEMM.Operand {
    /// Rows of A as f32, `stride` apart; rows behind them keep what they had.
    fileprivate func copy(
        rows: Range<Int>, depth: Range<Int>, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        guard isTransposed else {
            for (place, row) in rows.enumerated() {
                matrix.copy(row: row, columns: depth, into: target + place * stride)
            }
            return
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count) { numbers in
            for (place, row) in depth.enumerated() {
                matrix.copy(row: row, columns: rows, into: numbers.baseAddress!)
                for index in 0..<rows.count { target[index * stride + place] = numbers[index] }
            }
        }
    }

    /// Columns of B as f32 in blocks of 16: [block][depth][16 columns], blocks of `lengthOfBlock` depths; the last is filled with
    /// zeros.
    fileprivate func copy(
        depth: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>, lengthOfBlock: Int
    ) {
        for (block, column) in stride(from: columns.lowerBound, to: columns.upperBound, by: 16).enumerated() {
            let range = column..<min(column + 16, columns.upperBound)
            let start = target + block * lengthOfBlock * 16
            if range.count < 16 { start.update(repeating: 0, count: depth.count * 16) }
            guard isTransposed else {
                for (place, row) in depth.enumerated() {
                    matrix.copy(row: row, columns: range, into: start + 16 * place)
                }
                continue
            }
            turn(rows: range, depth: depth, into: start)
        }
    }

    /// Up to sixteen rows, turned around.
    private func turn(rows: Range<Int>, depth: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let count = depth.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * count) { space in
            guard let numbers = space.baseAddress else { return }
            for half in stride(from: 0, to: rows.count, by: 8) {
                space.initialize(repeating: 0)
                for lane in 0..<min(8, rows.count - half) {
                    matrix.copy(
                        row: rows.lowerBound + half + lane, columns: depth, into: numbers + lane * count)
                }
                InnerLoops.interleaved.pointee.transpose_floats(numbers, count, count, target + half)
            }
        }
    }
}
