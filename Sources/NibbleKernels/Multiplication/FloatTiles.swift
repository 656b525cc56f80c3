import CNibbleKernels

/// A product of many tokens in f32: panels of 256 columns of 64 rows are decoded once, kept in the second-level cache, and
/// multiplied with six tokens at a time.
///
/// Each result is summed column after column by fused multiply-add. The blocking follows Goto and van de Geijn,
/// "Anatomy of High-Performance Matrix Multiplication" (2008).
struct FloatTiles: @unchecked Sendable {
    let matrix: PackedMatrix
    /// The run-time layout, if the matrix has one.
    let tiles: InterleavedMatrix?
    let input: UnsafeBufferPointer<Float>
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    /// Tokens of one inner loop.
    static let tokensTogether = 6
    private static let panelColumns = 256
    private static let pairs = 4

    private var rows: Int { matrix.shape.rows }
    private var columns: Int { matrix.shape.columns }
    private var groups: Int { (tokenCount + Self.tokensTogether - 1) / Self.tokensTogether }

    /// Multiplies.
    func run() {
        let rest = tokenCount % Self.tokensTogether
        withLastTokens(rest) { last in
            let pairCount = (rows + 15) / 16
            pool.run(count: (pairCount + Self.pairs - 1) / Self.pairs) { block in
                let first = block * Self.pairs
                multiply(pairs: first..<min(first + Self.pairs, pairCount), last: last)
            }
        }
    }

    /// The tokens of the last group with tokens of zeros behind them, where it isn't full.
    private func withLastTokens(_ rest: Int, _ body: (Activations) -> Void) {
        guard rest > 0, columns > 0 else { return body(Activations(start: input.baseAddress!)) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.tokensTogether * columns) { last in
            last.initialize(repeating: 0)
            let source = input.baseAddress! + (tokenCount - rest) * columns
            last.baseAddress!.update(from: source, count: rest * columns)
            body(Activations(start: UnsafePointer(last.baseAddress!)))
        }
    }

    private struct Activations: @unchecked Sendable { let start: UnsafePointer<Float> }

    private func activations(group: Int, last: Activations) -> UnsafePointer<Float> {
        let isWhole = (group + 1) * Self.tokensTogether <= tokenCount
        return isWhole ? input.baseAddress! + group * Self.tokensTogether * columns : last.start
    }

    private func multiply(pairs: Range<Int>, last: Activations) {
        let kernels = InnerLoops.interleaved
        let size = Self.tokensTogether * 16
        let totals = UnsafeMutablePointer<Float>.allocate(capacity: pairs.count * groups * size)
        totals.initialize(repeating: 0, count: pairs.count * groups * size)
        let panel = FloatPanel(matrix: matrix, tiles: tiles, pairs: pairs, columns: Self.panelColumns)
        defer { totals.deallocate() }
        for column in stride(from: 0, to: columns, by: Self.panelColumns) {
            let count = min(Self.panelColumns, columns - column)
            panel.load(column: column, count: count)
            for group in 0..<groups {
                let values = activations(group: group, last: last) + column
                for pair in 0..<pairs.count {
                    kernels.pointee.tile_floats(
                        panel.weights(pair: pair), 16, values, columns, count,
                        totals + (pair * groups + group) * size)
                }
            }
        }
        output.storeRows(
            totals, pairs: pairs, pairLength: groups * size, of: rows, tokenCount: tokenCount)
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

    /// [column][16 rows] of one pair.
    func weights(pair: Int) -> UnsafePointer<Float> { UnsafePointer(weights + pair * capacity * 16) }

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
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * capacity) { rows in
            guard let start = rows.baseAddress else { return }
            for lane in 0..<8 {
                let (row, values) = ((2 * pairs.lowerBound + place) * 8 + lane, start + lane * capacity)
                guard row < matrix.shape.rows else {
                    values.update(repeating: 0, count: count)
                    continue
                }
                let source = base + (row * matrix.shape.columns + column) * size
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
