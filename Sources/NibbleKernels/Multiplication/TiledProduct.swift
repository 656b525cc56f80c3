import CNibbleKernels

/// A product of many tokens with the run-time layout: a panel of 256 columns of some tiles is unpacked once and multiplied with
/// all tokens, four at a time, while it lies in the nearest cache.
///
/// Codes of up to 7 bits stay bytes, whose products are summed in 16 bits as far as they fit; all others become 16-bit numbers,
/// whose products are exact in 32. The result is that of ``InterleavedProduct``, bit for bit.
struct TiledProduct: @unchecked Sendable {
    let tiles: InterleavedMatrix
    let activations: ByteActivations
    let output: UnsafeMutableBufferPointer<Float>
    let tokenCount: Int
    /// Units of a segment; a last one may have fewer.
    let unitsPerSegment: Int
    let pool: WorkPool

    private static let panelChunks = 8
    /// Pairs of tiles that share a panel.
    private static let pairs = 4

    private var shape: InterleavedShape { tiles.shape }
    private var interleaving: Interleaving { tiles.interleaving }

    /// Whether the codes' products may be summed as bytes.
    static func sumsBytes(_ interleaving: Interleaving, unitsPerSegment: Int) -> Bool {
        interleaving.codeBits <= 7 && interleaving.levels == nil && !interleaving.hasZeroPoints
            && unitsPerSegment == 1
    }

    /// Multiplies.
    func run() {
        let pairCount = (shape.tiles + 1) / 2
        pool.run(count: (pairCount + Self.pairs - 1) / Self.pairs) { block in
            let first = block * Self.pairs
            multiply(pairs: first..<min(first + Self.pairs, pairCount))
        }
    }

    private func multiply(pairs: Range<Int>) {
        let tokens = activations.paddedTokenCount
        let isSummedInBytes = Self.sumsBytes(interleaving, unitsPerSegment: unitsPerSegment)
        let panel = TilePanel(tiles: tiles, pairs: pairs, chunks: Self.panelChunks, isBytes: isSummedInBytes)
        let totals = UnsafeMutablePointer<Float>.allocate(capacity: pairs.count * tokens * 16)
        totals.initialize(repeating: 0, count: pairs.count * tokens * 16)
        defer { totals.deallocate() }
        let whole: UnsafeMutablePointer<Int32>? =
            unitsPerSegment > 1 ? .allocate(capacity: pairs.count * tokens * 16) : nil
        whole?.initialize(repeating: 0, count: pairs.count * tokens * 16)
        defer { whole?.deallocate() }
        for chunk in stride(from: 0, to: shape.chunks, by: Self.panelChunks) {
            let chunks = min(Self.panelChunks, shape.chunks - chunk)
            panel.load(chunk: chunk, chunks: chunks)
            guard let whole else {
                add(panel, chunk, chunks, isSummedInBytes, totals)
                continue
            }
            for token in stride(from: 0, to: tokens, by: 4) {
                for pair in 0..<pairs.count {
                    let place = (pair * tokens + token) * 16
                    addWhole(panel, pair, token, chunk..<chunk + chunks, whole + place, totals + place)
                }
            }
        }
        output.storeRows(
            totals, pairs: pairs, pairLength: tokens * 16, of: shape.rows, tokenCount: tokenCount)
    }

    /// Adds the terms of a panel for all tokens, each unit a segment.
    private func add(
        _ panel: TilePanel, _ chunk: Int, _ chunks: Int, _ isBytes: Bool,
        _ totals: UnsafeMutablePointer<Float>
    ) {
        var tokens = activations.tokens(chunk: chunk, isBytes: isBytes)
        var codes = panel.codes(chunks: chunks)
        tiles.withCodeKind { kind in
            if isBytes {
                tiles.kernels.pointee.tile_bytes(&codes, kind, &tokens, totals)
            } else {
                tiles.kernels.pointee.tile_words(&codes, kind, &tokens, totals)
            }
        }
    }

    /// Adds whole sums for four tokens, and ends each segment that ends within the panel.
    private func addWhole(
        _ panel: TilePanel, _ pair: Int, _ token: Int, _ chunks: Range<Int>,
        _ whole: UnsafeMutablePointer<Int32>,
        _ totals: UnsafeMutablePointer<Float>
    ) {
        let chunksPerSegment = max(unitsPerSegment * interleaving.unitLength / 32, 1)
        var chunk = chunks.lowerBound
        while chunk < chunks.upperBound {
            let end = min((chunk / chunksPerSegment + 1) * chunksPerSegment, chunks.upperBound)
            let isSegmentEnd = end % chunksPerSegment == 0 || end == shape.chunks
            panel.withWords(pair: pair, from: chunk - chunks.lowerBound) { words, scales in
                withTokens(token, chunk) { tokens in
                    tiles.kernels.pointee.tile_whole(words, tokens, end - chunk, whole)
                    if isSegmentEnd { tiles.kernels.pointee.end_whole(scales, tokens, whole, totals) }
                }
            }
            chunk = end
        }
    }

    private func withTokens(
        _ token: Int, _ chunk: Int, _ body: (UnsafePointer<nibble_activations>) -> Void
    ) {
        func part(_ offset: Int) -> nibble_activations {
            activations.words(token: token + offset, chunk: chunk)
        }
        var four = (part(0), part(1), part(2), part(3))
        withUnsafePointer(to: &four) {
            $0.withMemoryRebound(to: nibble_activations.self, capacity: 4) { body($0) }
        }
    }
}

extension UnsafeMutableBufferPointer where Element == Float {
    /// Puts totals of some pairs of tiles, [pair][token][16 rows] with `pairLength` numbers a pair, into the places of their rows in
    /// a product with `rows` rows; rows beyond the last are left out.
    func storeRows(
        _ totals: UnsafePointer<Float>, pairs: Range<Int>, pairLength: Int, of rows: Int, tokenCount: Int
    ) {
        guard let start = baseAddress else { return }
        for token in 0..<tokenCount {
            for (index, pair) in pairs.enumerated() {
                let source = UnsafeRawPointer(totals + index * pairLength + 16 * token)
                let target = UnsafeMutableRawPointer(start + token * rows + 16 * pair)
                if 16 * pair + 16 <= rows {
                    let numbers = source.loadUnaligned(as: SIMD16<Float>.self)
                    target.storeBytes(of: numbers, as: SIMD16<Float>.self)
                } else {
                    target.copyMemory(from: source, byteCount: 4 * (rows - 16 * pair))
                }
            }
        }
    }
}

/// An unpacked panel of some pairs of tiles.
private final class TilePanel {
    private let tiles: InterleavedMatrix
    private let pairs: Range<Int>
    private let chunks: Int
    private let isBytes: Bool
    private let units: Int
    private let codes: UnsafeMutableRawPointer
    private let scales: UnsafeMutablePointer<Float>
    private let minima: UnsafeMutablePointer<Float>
    private let zeroPoints: UnsafeMutablePointer<Int32>

    init(tiles: InterleavedMatrix, pairs: Range<Int>, chunks: Int, isBytes: Bool) {
        self.tiles = tiles
        self.pairs = pairs
        self.chunks = chunks
        self.isBytes = isBytes
        units = chunks * 32 / tiles.interleaving.unitLength
        codes = .allocate(byteCount: 2 * pairs.count * chunks * (isBytes ? 256 : 512), alignment: 64)
        scales = .allocate(capacity: 2 * pairs.count * units * 8)
        minima = .allocate(capacity: 2 * pairs.count * units * 8)
        zeroPoints = .allocate(capacity: units * 8)
    }

    deinit {
        codes.deallocate()
        scales.deallocate()
        minima.deallocate()
        zeroPoints.deallocate()
    }

    /// Bytes of the unpacked codes of one tile.
    private var tileBytes: Int { chunks * (isBytes ? 256 : 512) }

    /// Unpacks `count` chunks of every tile; where the last pair lacks a tile, the one before stands in.
    func load(chunk: Int, chunks count: Int) {
        let interleaving = tiles.interleaving
        let unitsPerChunk = 32 / interleaving.unitLength
        let range = chunk * unitsPerChunk..<(chunk + count) * unitsPerChunk
        for place in 0..<2 * pairs.count {
            let tile = min(2 * pairs.lowerBound + place, tiles.shape.tiles - 1)
            let source = tiles.codes(tile: tile) + chunk * tiles.chunkBytes
            let target = codes + place * tileBytes
            var factors = tiles.factors(tile: tile)
            tiles.kernels.pointee.expand_factors(
                &factors, range.lowerBound, range.count, scales + place * units * 8,
                interleaving.hasMinima ? minima + place * units * 8 : nil)
            if interleaving.hasZeroPoints {
                tiles.expandZeroPoints(tile: tile, units: range, into: zeroPoints)
            }
            if isBytes {
                tiles.kernels.pointee.unpack_bytes(
                    source, UInt32(interleaving.codeBits), count, target.assumingMemoryBound(to: UInt8.self))
            } else {
                tiles.withCodeKind { kind in
                    tiles.kernels.pointee.unpack_words(
                        source, kind, interleaving.hasZeroPoints ? UnsafePointer(zeroPoints) : nil, count,
                        target.assumingMemoryBound(to: Int16.self))
                }
            }
        }
    }

    /// The first `count` chunks of all pairs, as the loops over many tokens read them.
    func codes(chunks count: Int) -> nibble_panel {
        nibble_panel(
            codes: UnsafeRawPointer(codes), tile_bytes: tileBytes, scales: UnsafePointer(scales),
            minima: tiles.interleaving.hasMinima ? UnsafePointer(minima) : nil, tile_factors: units * 8,
            pairs: pairs.count, chunks: count)
    }

    typealias Words = UnsafePointer<UnsafePointer<Int16>>
    typealias Floats = UnsafePointer<UnsafePointer<Float>>

    /// The two tiles of a pair from a chunk of the panel on: codes as words, scales.
    func withWords(pair: Int, from chunk: Int, _ body: (Words, Floats) -> Void) {
        let first = codes + 2 * pair * tileBytes + chunk * 512
        let unit = (2 * pair * units + chunk * 32 / tiles.interleaving.unitLength) * 8
        var code = (first, first + tileBytes)
        var scale = (scales + unit, scales + unit + units * 8)
        withUnsafePointer(to: &code) { code in
            withUnsafePointer(to: &scale) { scale in
                body(
                    UnsafeRawPointer(code).assumingMemoryBound(to: UnsafePointer<Int16>.self),
                    UnsafeRawPointer(scale).assumingMemoryBound(to: UnsafePointer<Float>.self))
            }
        }
    }
}
