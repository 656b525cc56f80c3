import CNibbleKernels

/// The run-time layout of one packed matrix.
final class InterleavedMatrix: @unchecked Sendable {
    let interleaving: Interleaving
    let shape: InterleavedShape
    let kernels = InnerLoops.interleaved
    private let memory: HugePageMemory
    private let places: Places

    /// Where each part of all tiles begins.
    private struct Places {
        let codes, scales, minima, zeroPoints, unitScales, unitMinima, end: Int

        init(_ interleaving: Interleaving, _ shape: InterleavedShape) {
            var end = 0
            func part(_ count: Int, _ bytes: Int, _ isPresent: Bool = true) -> Int {
                let start = end
                // Every part begins on a line of the cache; loops may read a vector beyond its end.
                if isPresent { end = (start + shape.tiles * count * 8 * bytes + 63) / 64 * 64 }
                return start
            }
            codes = part(shape.storedChunks * 4, interleaving.codeBits)
            scales = part(shape.supers, interleaving.scaleBytes)
            minima = part(shape.supers, 2, interleaving.hasMinima)
            zeroPoints = part(shape.supers, 1, interleaving.hasZeroPoints)
            unitScales = part(shape.units, 1, interleaving.unitKind != NIBBLE_UNIT_NONE)
            unitMinima = part(shape.units, 1, interleaving.hasUnitMinima)
            self.end = end + 64
        }
    }

    /// Bytes that a layout takes.
    static func byteCount(_ layout: PackedLayout, _ interleaving: Interleaving) -> Int {
        Places(interleaving, InterleavedShape(layout, interleaving)).end
    }

    /// Bytes of memory.
    var byteCount: Int { memory.count }

    /// Lays out all rows; `row` gives their packed bytes.
    ///
    /// - Throws: ``KernelError/unsupported(_:)`` if the system refuses the memory.
    init(
        _ format: any InterleavedCoded, _ context: RowContext, _ interleaving: Interleaving, pool: WorkPool,
        row: @Sendable (Int) -> UnsafeRawBufferPointer
    ) throws(KernelError) {
        self.interleaving = interleaving
        shape = InterleavedShape(context.layout, interleaving)
        places = Places(interleaving, shape)
        memory = try HugePageMemory(count: places.end)
        pool.runRanges(total: shape.tiles, minimumLength: 4) { tiles in
            withParts { parts, clear in
                for index in tiles.lowerBound * 8..<min(tiles.upperBound * 8, shape.rows) {
                    clear()
                    format.split(row: row(index), context: context, into: parts)
                    put(parts, row: index)
                }
            }
        }
    }

    /// Rebuilds the packed bytes of a row.
    func copyRow(
        _ row: Int, format: any InterleavedCoded, context: RowContext,
        into bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        withParts { parts, clear in
            clear()
            take(parts, row: row)
            format.join(parts, context: context, into: bytes)
        }
    }

    // MARK: - Reading

    /// The codes of a tile.
    func codes(tile: Int) -> UnsafePointer<UInt8> {
        bytes(places.codes + tile * shape.storedChunks * 32 * bits)
    }

    /// Bytes of a chunk of a tile.
    var chunkBytes: Int { 32 * bits }

    private var bits: Int { interleaving.codeBits }

    /// What the loops must know of the codes; the levels are valid until `body` returns.
    func withCodeKind<Result>(_ body: (nibble_code_kind) -> Result) -> Result {
        let hasHalves: Int32 = interleaving.unitLength == 16 ? 1 : 0
        guard let levels = interleaving.levels else {
            return body(
                nibble_code_kind(
                    bits: UInt32(bits), offset: interleaving.offset, levels: nil, has_halves: hasHalves))
        }
        return levels.withUnsafeBufferPointer {
            body(
                nibble_code_kind(bits: UInt32(bits), offset: 0, levels: $0.baseAddress, has_halves: hasHalves)
            )
        }
    }

    /// The factors of a tile.
    func factors(tile: Int) -> nibble_factors {
        nibble_factors(
            scale_kind: interleaving.scaleKind, unit_kind: interleaving.unitKind,
            units_per_super: shape.unitsPerSuper,
            scales: memory.start + places.scales + tile * shape.supers * 8 * interleaving.scaleBytes,
            scale_factor: interleaving.scaleFactor,
            minima: interleaving.hasMinima ? halves(places.minima + tile * shape.supers * 16) : nil,
            unit_scales: bytes(places.unitScales + tile * shape.units * 8),
            unit_minima: bytes(places.unitMinima + tile * shape.units * 8),
            zero_points: interleaving.hasZeroPoints
                ? bytes(places.zeroPoints + tile * shape.supers * 8) : nil,
            zero_point_offset: interleaving.zeroPointOffset)
    }

    /// How far the parts of four tiles lie apart that have `apart` − 1 tiles between them; of one tile for 0.
    func places(apart: Int) -> nibble_tile_places {
        nibble_tile_places(
            tiles: apart > 0 ? 4 : 1, codes: apart * shape.storedChunks * chunkBytes,
            supers: apart * shape.supers * 8, units: apart * shape.units * 8, totals: apart * 8)
    }

    /// Writes the zero points of units of a tile, [unit][8 rows].
    func expandZeroPoints(tile: Int, units: Range<Int>, into target: UnsafeMutablePointer<Int32>) {
        let stored = bytes(places.zeroPoints + tile * shape.supers * 8)
        for unit in units {
            let source = stored + unit / shape.unitsPerSuper * 8
            let row = target + (unit - units.lowerBound) * 8
            for lane in 0..<8 { row[lane] = Int32(source[lane]) - interleaving.zeroPointOffset }
        }
    }

    private func bytes(_ offset: Int) -> UnsafePointer<UInt8> {
        UnsafePointer((memory.start + offset).assumingMemoryBound(to: UInt8.self))
    }

    private func halves(_ offset: Int) -> UnsafePointer<UInt16> {
        UnsafePointer((memory.start + offset).assumingMemoryBound(to: UInt16.self))
    }

    // MARK: - Rows in and out

    private func put(_ parts: RowPartPointers, row: Int) {
        let (tile, lane) = (row / 8, row % 8)
        let target = memory.start + places.codes + tile * shape.storedChunks * 32 * bits
        kernels.pointee.interleave(
            parts.codes, UInt32(bits), lane, shape.storedChunks, target.assumingMemoryBound(to: UInt8.self))
        eachPart(parts) { part, offset, count, size in
            let start = memory.start + offset + (tile * count * 8 + lane) * size
            for index in 0..<count {
                (start + index * 8 * size).copyMemory(from: part + index * size, byteCount: size)
            }
        }
    }

    private func take(_ parts: RowPartPointers, row: Int) {
        let (tile, lane) = (row / 8, row % 8)
        kernels.pointee.extract(codes(tile: tile), UInt32(bits), lane, shape.storedChunks, parts.codes)
        eachPart(parts) { part, offset, count, size in
            let start = memory.start + offset + (tile * count * 8 + lane) * size
            for index in 0..<count {
                (part + index * size).copyMemory(from: start + index * 8 * size, byteCount: size)
            }
        }
    }

    /// Each part but the codes: where it is in a row, where it begins here, how many there are, bytes of one.
    private func eachPart(_ parts: RowPartPointers, _ body: (UnsafeMutableRawPointer, Int, Int, Int) -> Void)
    {
        body(parts.scales, places.scales, shape.supers, interleaving.scaleBytes)
        if interleaving.hasMinima { body(parts.minima, places.minima, shape.supers, 2) }
        if interleaving.hasZeroPoints { body(parts.zeroPoints, places.zeroPoints, shape.supers, 1) }
        if interleaving.unitKind != NIBBLE_UNIT_NONE {
            body(parts.unitScales, places.unitScales, shape.units, 1)
        }
        if interleaving.hasUnitMinima { body(parts.unitMinima, places.unitMinima, shape.units, 1) }
    }

    private func withParts(_ body: (RowPartPointers, () -> Void) -> Void) {
        RowPartPointers.withSpace(
            codes: shape.storedChunks * 32, scales: shape.supers, units: shape.units, body)
    }
}
