import CNibbleKernels

/// A product of many tokens in f32: panels of 384 columns of 64 rows are decoded once, kept in the second-level cache, and
/// multiplied with all tokens, while the numbers of the next are fetched from memory.
///
/// Each result is summed column after column by fused multiply-add. The blocking follows Goto and van de Geijn,
/// "Anatomy of High-Performance Matrix Multiplication" (2008).
struct FloatTiles: @unchecked Sendable {
    let matrix: PackedMatrix
    /// The run-time layout, if the matrix has one.
    let tiles: InterleavedMatrix?
    /// Added to every token's product; nil for nothing.
    let bias: [Float]?
    let input: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    /// Tokens from which on panels are worth their making.
    static let tokensTogether = 6
    private static let panelColumns = 384
    private static let pairs = 4

    private var rows: Int { matrix.shape.rows }
    private var columns: Int { matrix.shape.columns }

    /// Multiplies and adds the bias; returns how many products are NaN or infinite.
    func run() -> Int {
        let pairCount = (rows + 15) / 16
        return pool.map(count: (pairCount + Self.pairs - 1) / Self.pairs) { block in
            let first = block * Self.pairs
            return multiply(pairs: first..<min(first + Self.pairs, pairCount))
        }.reduce(0, +)
    }

    /// Some pairs of tiles with all tokens: where all their rows are there, sums go where they belong, otherwise beside that
    /// first.
    private func multiply(pairs: Range<Int>) -> Int {
        let first = 16 * pairs.lowerBound
        guard pairs.upperBound * 16 > rows else {
            return output.withTotals(first, of: rows, bias: bias) { multiply(pairs: pairs, $0) }
        }
        let totals = UnsafeMutablePointer<Float>.allocate(capacity: pairs.count * tokenCount * 16)
        defer { totals.deallocate() }
        multiply(
            pairs: pairs,
            nibble_float_totals(
                start: totals, token_stride: 16, pair_stride: 16 * tokenCount, replaces: 1, bias: nil,
                strange: nil))
        output.storeRows(
            totals, pairs: pairs, pairLength: tokenCount * 16, of: rows, tokenCount: tokenCount)
        return output.finish(rows: first..<rows, of: rows, tokens: 0..<tokenCount, bias: bias)
    }

    private func multiply(pairs: Range<Int>, _ totals: nibble_float_totals) {
        guard let values = input.baseAddress else { return }
        let panel = FloatPanel(matrix: matrix, tiles: tiles, pairs: pairs, columns: Self.panelColumns)
        for column in stride(from: 0, to: columns, by: Self.panelColumns) {
            let count = min(Self.panelColumns, columns - column)
            panel.load(column: column, count: count)
            var sums = totals
            sums.replaces = column == 0 ? 1 : 0
            // Only the last panel ends the sums.
            if column + count < columns { (sums.bias, sums.strange) = (nil, nil) }
            var weights = panel.weights(count: count)
            setNext(&weights, pairs, column: column + count)
            InnerLoops.interleaved.pointee.multiply_floats(
                &weights, values + column, columns, tokenCount, sums)
        }
    }

    /// What this thread will read next: the columns behind the panel, or the rows that it will probably take.
    private func setNext(_ panel: inout nibble_float_panel, _ pairs: Range<Int>, column: Int) {
        guard tiles == nil, let stored = matrix.storedNumbers else { return }
        let isSameRows = column < columns
        let first = 16 * (pairs.lowerBound + (isSameRows ? 0 : pool.threadCount * Self.pairs))
        guard first < rows else { return }
        let size = stored.kind == NIBBLE_F32 ? 4 : 2
        let start = isSameRows ? column : 0
        panel.next = stored.base + (first * columns + start) * size
        panel.next_stride = columns * size
        panel.next_rows = min(16 * Self.pairs, rows - first)
        panel.next_bytes = min(Self.panelColumns, columns - start) * size
    }
}

extension UnsafeMutableBufferPointer where Element == Float {
    /// Calls `body` with places for the rows of a product from `first` on, which are all there; returns how many of them become
    /// NaN or infinite.
    func withTotals(
        _ first: Int, of rows: Int, bias: [Float]?, _ body: (nibble_float_totals) -> Void
    ) -> Int {
        guard let start = baseAddress else { return 0 }
        var strange = 0
        withUnsafeMutablePointer(to: &strange) { strange in
            var totals = nibble_float_totals(
                start: start + first, token_stride: rows, pair_stride: 16, replaces: 1, bias: nil,
                strange: strange)
            guard let bias else { return body(totals) }
            bias.withUnsafeBufferPointer { bias in
                totals.bias = bias.baseAddress.map { $0 + first }
                body(totals)
            }
        }
        return strange
    }

    /// Adds the bias to some rows of a product with `rows` rows; returns how many of their numbers were NaN or infinite before.
    func finish(rows range: Range<Int>, of rows: Int, tokens: Range<Int>, bias: [Float]?) -> Int {
        guard let start = baseAddress, !range.isEmpty else { return 0 }
        var all = 0
        for token in tokens {
            let numbers = start + token * rows + range.lowerBound
            var strange = 0
            _ = InnerLoops.best.pointee.largest_magnitude(numbers, range.count, &strange)
            all += strange
            bias?.withUnsafeBufferPointer { bias in
                guard let bias = bias.baseAddress else { return }
                VectorKernels.addScaled(bias + range.lowerBound, factor: 1, to: numbers, count: range.count)
            }
        }
        return all
    }
}

/// Decoded weights of some pairs of tiles, [pair][column][16 rows].
private final class FloatPanel {
    private let matrix: PackedMatrix
    private let tiles: InterleavedMatrix?
    private let pairs: Range<Int>
    private let capacity: Int
    private let weights: UnsafeMutablePointer<Float>
    private let stored: StoredNumbers?
    /// Decoded rows, where there is neither a run-time layout nor rows of numbers: 16 for each pair.
    private var decoded: UnsafeMutablePointer<Float>?
    private let factors: UnsafeMutablePointer<Float>
    private let zeroPoints: UnsafeMutablePointer<Int32>

    init(matrix: PackedMatrix, tiles: InterleavedMatrix?, pairs: Range<Int>, columns: Int) {
        self.matrix = matrix
        self.tiles = tiles
        self.pairs = pairs
        capacity = columns
        weights = .allocate(capacity: pairs.count * columns * 16)
        factors = .allocate(capacity: columns / 16 * 16)
        zeroPoints = .allocate(capacity: columns / 16 * 8)
        stored = matrix.storedNumbers
        if tiles == nil && stored == nil { decode() }
    }

    deinit {
        weights.deallocate()
        decoded?.deallocate()
        factors.deallocate()
        zeroPoints.deallocate()
    }

    /// The first `count` columns of all pairs.
    func weights(count: Int) -> nibble_float_panel {
        nibble_float_panel(
            weights: UnsafePointer(weights), column_stride: 16, pair_stride: capacity * 16,
            pairs: pairs.count, columns: count, next: nil, next_stride: 0, next_rows: 0, next_bytes: 0)
    }

    private func decode() {
        let (rows, columns) = (matrix.shape.rows, matrix.shape.columns)
        let space = UnsafeMutablePointer<Float>.allocate(capacity: max(pairs.count * 16 * columns, 1))
        for index in 0..<pairs.count * 16 {
            let target = UnsafeMutableBufferPointer(start: space + index * columns, count: columns)
            let row = pairs.lowerBound * 16 + index
            if row < rows { matrix.decode(row: row, into: target) } else { target.initialize(repeating: 0) }
        }
        decoded = space
    }

    /// Fills the panel with `count` columns from `column` on.
    func load(column: Int, count: Int) {
        for place in 0..<2 * pairs.count {
            let target = weights + place / 2 * capacity * 16 + place % 2 * 8
            if let tiles {
                let tile = min(2 * pairs.lowerBound + place, tiles.shape.tiles - 1)
                unpack(tiles, tile, chunk: column / 32, chunks: (count + 31) / 32, target)
            } else if let stored {
                convert(stored.base, stored.kind, place, column: column, count: count, target)
            } else if let decoded {
                let columns = matrix.shape.columns
                InnerLoops.interleaved.pointee.transpose_floats(
                    decoded + place * 8 * columns + column, columns, count, target)
            }
        }
    }

    /// Eight rows' columns as f32, turned around; rows beyond the last are zeros.
    private func convert(
        _ base: UnsafeRawPointer, _ kind: nibble_number_kind, _ place: Int, column: Int, count: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let size = kind == NIBBLE_F32 ? 4 : 2
        let rows = matrix.shape.rows, columns = matrix.shape.columns
        let first = base + ((2 * pairs.lowerBound + place) * 8 * columns + column) * size
        let isAligned = Int(bitPattern: base) % MemoryLayout<Float>.alignment == 0
        if kind == NIBBLE_F32, isAligned, (2 * pairs.lowerBound + place + 1) * 8 <= rows {
            let numbers = first.assumingMemoryBound(to: Float.self)
            return InnerLoops.interleaved.pointee.transpose_floats(numbers, columns, count, target)
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * capacity) { space in
            guard let start = space.baseAddress else { return }
            for lane in 0..<8 {
                let (row, values) = ((2 * pairs.lowerBound + place) * 8 + lane, start + lane * capacity)
                guard row < rows else {
                    values.update(repeating: 0, count: count)
                    continue
                }
                let source = first + lane * columns * size
                switch kind {
                case NIBBLE_F16: InnerLoops.best.pointee.convert_f16(source, values, count)
                case NIBBLE_BF16: InnerLoops.best.pointee.convert_bf16(source, values, count)
                default: UnsafeMutableRawPointer(values).copyMemory(from: source, byteCount: 4 * count)
                }
            }
            InnerLoops.interleaved.pointee.transpose_floats(start, capacity, count, target)
        }
    }

    private func unpack(
        _ tiles: InterleavedMatrix, _ tile: Int, chunk: Int, chunks: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let interleaving = tiles.interleaving
        let unitsPerChunk = 32 / interleaving.unitLength
        let units = chunk * unitsPerChunk..<(chunk + chunks) * unitsPerChunk
        var stored = tiles.factors(tile: tile)
        let minima = interleaving.hasMinima ? factors + capacity / 16 * 8 : nil
        tiles.kernels.pointee.expand_factors(&stored, units.lowerBound, units.count, factors, minima)
        if interleaving.hasZeroPoints { tiles.expandZeroPoints(tile: tile, units: units, into: zeroPoints) }
        tiles.withCodeKind { kind in
            tiles.kernels.pointee.unpack_floats(
                tiles.codes(tile: tile) + chunk * tiles.chunkBytes, kind, factors,
                minima.map { UnsafePointer($0) },
                interleaving.hasZeroPoints ? UnsafePointer(zeroPoints) : nil, chunks, target)
        }
    }
}

/// Rows of floating-point numbers where they lie.
struct StoredNumbers: @unchecked Sendable {
    /// The first of all rows.
    let base: UnsafeRawPointer
    let kind: nibble_number_kind
}

extension PackedMatrix {
    /// The rows of a float format.
    var storedNumbers: StoredNumbers? {
        guard let kind = (format as? FloatFormat)?.numberKind, let rows = storage.rows else { return nil }
        return StoredNumbers(base: rows.base, kind: kind)
    }
}

extension FloatFormat {
    /// What the innermost loops call the storage.
    var numberKind: nibble_number_kind? {
        switch storage {
        case .f32: NIBBLE_F32
        case .f16: NIBBLE_F16
        case .bf16: NIBBLE_BF16
        case .f64: nil
        }
    }
}
