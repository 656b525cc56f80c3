import CNibbleKernels

/// A product of many tokens with the run-time layout: a panel of 256 columns of some tiles is unpacked once and multiplied with
/// all tokens while it lies in the nearest cache.
///
/// The result is that of ``InterleavedProduct``, bit for bit.
struct TiledProduct: @unchecked Sendable {
    /// In what form a panel's numbers lie.
    enum Form {
        /// Codes of up to 7 bits as they are, whose products are summed in 16 bits as far as they fit.
        case bytes
        /// 16-bit numbers, whose products are exact in 32.
        case words
        /// Numbers as bytes that are moved by 128, where the processor sums products of bytes in 32 bits.
        case moved
    }

    let tiles: InterleavedMatrix
    let activations: ByteActivations
    /// Added to every token's product; nil for nothing.
    let bias: [Float]?
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

    /// The form in which the codes' products are summed fastest.
    static func form(_ tiles: InterleavedMatrix, unitsPerSegment: Int) -> Form {
        let interleaving = tiles.interleaving
        if interleaving.hasZeroPoints { return .words }
        if tiles.kernels.pointee.tile_moved != nil { return .moved }
        let areBytesEnough =
            interleaving.codeBits <= 7 && interleaving.levels == nil && unitsPerSegment == 1
        return areBytesEnough ? .bytes : .words
    }

    /// Multiplies and adds the bias; returns how many products are NaN or infinite.
    func run() -> Int {
        let pairCount = (shape.tiles + 1) / 2
        return pool.map(count: (pairCount + Self.pairs - 1) / Self.pairs) { block in
            let first = block * Self.pairs
            let pairs = first..<min(first + Self.pairs, pairCount)
            let range = 16 * pairs.lowerBound..<min(16 * pairs.upperBound, shape.rows)
            if let multiply = tiles.kernels.pointee.multiply_rows, isInPlace, range.count == 16 * pairs.count
            {
                return multiplyInPlace(pairs, multiply)
            }
            self.multiply(pairs: pairs)
            return output.finish(rows: range, of: shape.rows, tokens: 0..<tokenCount, bias: bias)
        }.reduce(0, +)
    }

    /// Whether codes are signed bytes with one scale for a row, which need no unpacking.
    private var isInPlace: Bool {
        interleaving.codeBits == 8 && interleaving.levels == nil && !interleaving.hasZeroPoints
            && interleaving.offset == 0 && !interleaving.hasMinima && unitsPerSegment >= activations.units
            && unitsPerSegment > 1
    }

    private typealias RowLoop =
        @convention(c) (
            UnsafePointer<nibble_byte_rows>, UnsafePointer<nibble_tokens>, nibble_float_totals
        ) -> Void

    private func multiplyInPlace(_ pairs: Range<Int>, _ multiply: RowLoop) -> Int {
        let tileCount = 2 * pairs.count
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * tileCount) { scales in
            guard let scale = scales.baseAddress else { return 0 }
            for tile in 0..<tileCount {
                var factors = tiles.factors(tile: 2 * pairs.lowerBound + tile)
                tiles.kernels.pointee.expand_factors(&factors, 0, 1, scale + 8 * tile, nil)
            }
            return output.withTotals(16 * pairs.lowerBound, of: shape.rows, bias: bias) { totals in
                activations.withWholeTokens(tokenCount) { tokens, sums in
                    var rows = nibble_byte_rows(
                        codes: tiles.codes(tile: 2 * pairs.lowerBound),
                        tile_bytes: shape.storedChunks * tiles.chunkBytes, scales: scale,
                        pairs: pairs.count, chunks: shape.chunks, token_sums: sums)
                    withUnsafePointer(to: tokens) { multiply(&rows, $0, totals) }
                }
            }
        }
    }

    private func multiply(pairs: Range<Int>) {
        let tokens = activations.paddedTokenCount
        let form = Self.form(tiles, unitsPerSegment: unitsPerSegment)
        let panel = TilePanel(tiles: tiles, pairs: pairs, chunks: Self.panelChunks, form: form)
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
            if let whole {
                addWhole(panel, chunk..<chunk + chunks, whole, totals)
            } else {
                add(panel, chunk, chunks, totals)
            }
        }
        output.storeRows(
            totals, pairs: pairs, pairLength: tokens * 16, of: shape.rows, tokenCount: tokenCount)
    }

    /// Adds the terms of a panel for all tokens, each unit a segment.
    private func add(_ panel: TilePanel, _ chunk: Int, _ chunks: Int, _ totals: UnsafeMutablePointer<Float>) {
        let kernels = tiles.kernels.pointee
        var tokens = activations.tokens(chunk: chunk, isBytes: panel.form != .words)
        var codes = panel.codes(0..<chunks)
        tiles.withCodeKind { kind in
            switch panel.form {
            case .bytes: kernels.tile_bytes(&codes, kind, &tokens, totals)
            case .words: kernels.tile_words(&codes, kind, &tokens, totals)
            case .moved: kernels.tile_moved?(&codes, kind, &tokens, totals)
            }
        }
    }

    /// Adds whole sums for all tokens, and ends each segment that ends within the panel.
    private func addWhole(
        _ panel: TilePanel, _ chunks: Range<Int>, _ whole: UnsafeMutablePointer<Int32>,
        _ totals: UnsafeMutablePointer<Float>
    ) {
        let kernels = tiles.kernels.pointee
        let chunksPerSegment = max(unitsPerSegment * interleaving.unitLength / 32, 1)
        var chunk = chunks.lowerBound
        while chunk < chunks.upperBound {
            let end = min((chunk / chunksPerSegment + 1) * chunksPerSegment, chunks.upperBound)
            var codes = panel.codes(chunk - chunks.lowerBound..<end - chunks.lowerBound)
            var tokens = activations.tokens(chunk: chunk, isBytes: panel.form != .words)
            if panel.form == .moved {
                tiles.withCodeKind { kernels.tile_moved_whole?(&codes, $0, &tokens, whole) }
            } else {
                kernels.tile_whole(&codes, &tokens, whole)
            }
            if end % chunksPerSegment == 0 || end == shape.chunks {
                kernels.end_whole(&codes, &tokens, whole, totals)
            }
            chunk = end
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
    let form: TiledProduct.Form
    private let tiles: InterleavedMatrix
    private let pairs: Range<Int>
    private let chunks: Int
    private let units: Int
    private let codes: UnsafeMutableRawPointer
    private let scales: UnsafeMutablePointer<Float>
    private let minima: UnsafeMutablePointer<Float>
    private let zeroPoints: UnsafeMutablePointer<Int32>

    init(tiles: InterleavedMatrix, pairs: Range<Int>, chunks: Int, form: TiledProduct.Form) {
        self.tiles = tiles
        self.pairs = pairs
        self.chunks = chunks
        self.form = form
        units = chunks * 32 / tiles.interleaving.unitLength
        codes = .allocate(byteCount: 2 * pairs.count * chunks * Self.chunkBytes(form), alignment: 64)
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

    /// Bytes of a chunk of one tile.
    private static func chunkBytes(_ form: TiledProduct.Form) -> Int { form == .words ? 512 : 256 }

    /// Bytes of the unpacked codes of one tile; where tiles of a pair alternate, of half a pair.
    private var tileBytes: Int { chunks * Self.chunkBytes(form) }

    /// Unpacks `count` chunks of every tile; where the last pair lacks a tile, the one before stands in.
    func load(chunk: Int, chunks count: Int) {
        let interleaving = tiles.interleaving
        let unitsPerChunk = 32 / interleaving.unitLength
        let range = chunk * unitsPerChunk..<(chunk + count) * unitsPerChunk
        for place in 0..<2 * pairs.count {
            let tile = min(2 * pairs.lowerBound + place, tiles.shape.tiles - 1)
            var factors = tiles.factors(tile: tile)
            tiles.kernels.pointee.expand_factors(
                &factors, range.lowerBound, range.count, scales + place * units * 8,
                interleaving.hasMinima ? minima + place * units * 8 : nil)
            if interleaving.hasZeroPoints {
                tiles.expandZeroPoints(tile: tile, units: range, into: zeroPoints)
            }
            unpack(tiles.codes(tile: tile) + chunk * tiles.chunkBytes, chunks: count, place: place)
        }
    }

    private func unpack(_ source: UnsafePointer<UInt8>, chunks count: Int, place: Int) {
        let kernels = tiles.kernels.pointee
        let target = codes + place * tileBytes
        tiles.withCodeKind { kind in
            switch form {
            case .bytes:
                kernels.unpack_bytes(source, kind.bits, count, target.assumingMemoryBound(to: UInt8.self))
            case .words:
                kernels.unpack_words(
                    source, kind, tiles.interleaving.hasZeroPoints ? UnsafePointer(zeroPoints) : nil, count,
                    target.assumingMemoryBound(to: Int16.self))
            case .moved:
                // The second tile of a pair lies between the steps of the first.
                let start = codes + place / 2 * 2 * tileBytes + place % 2 * 32
                kernels.unpack_moved?(source, kind, count, start.assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// Some chunks of all pairs, as the loops over many tokens read them.
    func codes(_ range: Range<Int>) -> nibble_panel {
        let bytesPerChunk = form == .moved ? 2 * Self.chunkBytes(form) : Self.chunkBytes(form)
        let unit = range.lowerBound * 32 / tiles.interleaving.unitLength * 8
        return nibble_panel(
            codes: UnsafeRawPointer(codes + range.lowerBound * bytesPerChunk), tile_bytes: tileBytes,
            scales: UnsafePointer(scales + unit),
            minima: tiles.interleaving.hasMinima ? UnsafePointer(minima + unit) : nil,
            tile_factors: units * 8, pairs: pairs.count, chunks: range.count)
    }
}
