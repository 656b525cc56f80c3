import CNibbleKernels

/// A product of a few tokens with the run-time layout: each tile is read once and multiplied with every token.
///
/// y = Σ over segments of (float)(whole sum) · (weight scale · activation scale) + (activation sum · activation scale) · minimum,
/// by fused multiply-add in the order of the columns: what ``ReferenceMultiplication`` computes, bit for bit.
struct InterleavedProduct: @unchecked Sendable {
    let tiles: InterleavedMatrix
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    let pool: WorkPool

    private var shape: InterleavedShape { tiles.shape }
    private var interleaving: Interleaving { tiles.interleaving }
    /// Chunks whose sums are kept before they are scaled: 1024 columns.
    static let panelChunks = 32

    /// Tiles worth waking another thread for: about 2¹⁷ products.
    private var tilesPerRange: Int { max(1, (1 << 14) / max(shape.columns * tokenCount, 1)) }

    /// Multiplies codes in whole numbers: four quarters of a range of tiles side by side, then what is left.
    func integer(_ activations: ByteActivations, unitsPerSegment: Int) {
        pool.runRanges(total: shape.tiles, minimumLength: max(4, tilesPerRange)) { range in
            let whole = min(range.upperBound, shape.rows / 8) - range.lowerBound
            let quarter = whole / 4
            for tile in range.lowerBound..<range.lowerBound + quarter {
                integer(activations, unitsPerSegment, tile: tile, apart: quarter)
            }
            for tile in range.lowerBound + 4 * quarter..<range.upperBound {
                integer(activations, unitsPerSegment, tile: tile, apart: 0)
            }
        }
    }

    /// One tile, or four that lie `apart`.
    private func integer(_ activations: ByteActivations, _ unitsPerSegment: Int, tile: Int, apart: Int) {
        var factors = tiles.factors(tile: tile)
        let (codes, places) = (tiles.codes(tile: tile), tiles.places(apart: apart))
        let rows = min(8, shape.rows - 8 * tile)
        tiles.withCodeKind { kind in
            for token in 0..<tokenCount {
                var part = activations.bytes(token: token, chunk: 0)
                let target = output.baseAddress! + token * shape.rows + 8 * tile
                guard rows < 8 else {
                    tiles.kernels.pointee.multiply_tiles(
                        codes, kind, &factors, places, &part, shape.chunks, unitsPerSegment, target)
                    continue
                }
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 8) { totals in
                    tiles.kernels.pointee.multiply_tiles(
                        codes, kind, &factors, places, &part, shape.chunks, unitsPerSegment,
                        totals.baseAddress!)
                    target.update(from: totals.baseAddress!, count: rows)
                }
            }
        }
    }

    /// f32 activations, padded with zeros to whole chunks.
    struct PaddedActivations: @unchecked Sendable {
        let start: UnsafePointer<Float>
    }

    /// Tiles that are multiplied with decoded weights side by side, so that several chains of additions are under way.
    private static let tilesTogether = 4

    /// Multiplies decoded weights with f32 activations.
    func float(_ activations: PaddedActivations) {
        pool.runRanges(total: shape.tiles, minimumLength: max(Self.tilesTogether, tilesPerRange)) { range in
            let capacity = 8 * Self.tilesTogether * tokenCount
            withScratch(tiles: Self.tilesTogether) { scratch in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { totals in
                    var tile = range.lowerBound
                    while tile < range.upperBound {
                        let count = range.upperBound - tile >= Self.tilesTogether ? Self.tilesTogether : 1
                        totals.initialize(repeating: 0)
                        float(tile..<tile + count, activations, scratch, totals)
                        for token in 0..<tokenCount {
                            for place in 0..<count {
                                let start = 8 * (token * count + place)
                                store(
                                    UnsafeBufferPointer(rebasing: totals[start..<start + 8]), tile + place,
                                    token)
                            }
                        }
                        tile += count
                    }
                }
            }
        }
    }

    private func float(
        _ range: Range<Int>, _ activations: PaddedActivations, _ scratch: Scratch,
        _ totals: UnsafeMutableBufferPointer<Float>
    ) {
        let strides = nibble_tile_strides(
            tiles: range.count, codes: shape.storedChunks * tiles.chunkBytes, factors: Self.factorsPerTile)
        tiles.withCodeKind { kind in
            for chunk in stride(from: 0, to: shape.chunks, by: Self.panelChunks) {
                let chunks = min(Self.panelChunks, shape.chunks - chunk)
                for (place, tile) in range.enumerated() {
                    expand(
                        tile, chunk: chunk, chunks: chunks, scratch.advanced(by: place * Self.factorsPerTile))
                }
                for token in 0..<tokenCount {
                    tiles.kernels.pointee.add_float_units(
                        tiles.codes(tile: range.lowerBound) + chunk * tiles.chunkBytes, kind, scratch.scales,
                        interleaving.hasMinima ? UnsafePointer(scratch.minima) : nil,
                        interleaving.hasZeroPoints ? UnsafePointer(scratch.zeroPoints) : nil, strides,
                        activations.start + (token * shape.chunks + chunk) * 32, chunks,
                        totals.baseAddress! + 8 * range.count * token)
                }
            }
        }
    }

    private func store(_ total: UnsafeBufferPointer<Float>, _ tile: Int, _ token: Int) {
        for lane in 0..<min(8, shape.rows - 8 * tile) {
            output[token * shape.rows + 8 * tile + lane] = total[lane]
        }
    }

    // MARK: - Factors of a panel

    private struct Scratch {
        let scales: UnsafeMutablePointer<Float>
        let minima: UnsafeMutablePointer<Float>
        let zeroPoints: UnsafeMutablePointer<Int32>

        func advanced(by count: Int) -> Scratch {
            Scratch(
                scales: scales + count, minima: minima + count, zeroPoints: zeroPoints + count)
        }
    }

    /// Factors of a panel of one tile: as many units as it can have, eight rows each.
    private static let factorsPerTile = panelChunks * 2 * 8

    private func withScratch(tiles: Int = 1, _ body: (Scratch) -> Void) {
        let count = Self.factorsPerTile * tiles
        withUnsafeTemporaryAllocation(byteCount: 3 * count * 4, alignment: 64) { space in
            let start = space.baseAddress!
            body(
                Scratch(
                    scales: start.bindMemory(to: Float.self, capacity: count),
                    minima: (start + 4 * count).bindMemory(to: Float.self, capacity: count),
                    zeroPoints: (start + 8 * count).bindMemory(to: Int32.self, capacity: count)))
        }
    }

    /// The factors of a panel's units; returns how many there are.
    @discardableResult
    private func expand(_ tile: Int, chunk: Int, chunks: Int, _ scratch: Scratch) -> Int {
        let unitsPerChunk = 32 / interleaving.unitLength
        let (first, count) = (chunk * unitsPerChunk, chunks * unitsPerChunk)
        var factors = tiles.factors(tile: tile)
        tiles.kernels.pointee.expand_factors(
            &factors, first, count, scratch.scales, interleaving.hasMinima ? scratch.minima : nil)
        if interleaving.hasZeroPoints {
            tiles.expandZeroPoints(tile: tile, units: first..<first + count, into: scratch.zeroPoints)
        }
        return count
    }
}
