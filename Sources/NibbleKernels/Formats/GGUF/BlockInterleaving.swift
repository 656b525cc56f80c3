import CNibbleKernels

/// Where the parts of a GGUF block lie, so that rows of blocks can be laid out in tiles and rebuilt.
struct BlockInterleaving: Sendable {
    /// Weights of a block.
    let weights: Int
    /// Bytes of a block.
    let bytes: Int
    let interleaving: Interleaving
    /// The byte of the scale.
    let scaleByte: Int
    /// The byte of the minimum.
    var minimumByte = 0
    /// How the factors of units are packed.
    var unitFactors = UnitFactorPacking.none
}

/// How a block packs the factors of its units.
struct UnitFactorPacking: Sendable {
    /// Writes the factors of a block's units, and their minima where they have a byte of their own.
    let read:
        @Sendable (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    /// Writes them into a zeroed block.
    let write: @Sendable (UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    /// Bits of a stored factor and how they are to be read; nil where units have none.
    var scales: (bits: Int, reading: StoredNumber)?
    /// Bits of a stored minimum; nil where units have none.
    var minimumBits: Int?
    /// What is added to a factor's byte to store it.
    var added: UInt8 = 0
    /// Whether factor and minimum are the low and high half of the factor's byte.
    var isShared = false

    /// Units have none.
    static let none = UnitFactorPacking(read: { _, _, _ in }, write: { _, _, _ in })

    /// A signed byte each from `start` on (Q6_K).
    static func bytes(at start: Int, count: Int) -> UnitFactorPacking {
        UnitFactorPacking(
            read: { block, scales, _ in scales.update(from: block + start, count: count) },
            write: { scales, _, block in (block + start).update(from: scales, count: count) },
            scales: (8, .signed))
    }

    /// A byte each from `start` on, the factor in the low half, the minimum in the high half (Q2_K).
    static func nibbles(at start: Int, count: Int) -> UnitFactorPacking {
        var packing = bytes(at: start, count: count)
        packing.scales = (4, .whole(offset: 0))
        packing.minimumBits = 4
        packing.isShared = true
        return packing
    }

    /// Eight scales and minima of six bits in twelve bytes from byte 4 on (Q4_K, Q5_K).
    static let sixBitPairs = UnitFactorPacking(
        read: { block, scales, minima in
            for unit in 0..<8 { (scales[unit], minima[unit]) = SixBitScales.codes(unit, block) }
        },
        write: { scales, minima, block in
            for unit in 0..<8 { SixBitScales.put(scales[unit], minima[unit], group: unit, in: block) }
        }, scales: (6, .whole(offset: 0)), minimumBits: 6)

    /// Sixteen signed factors of six bits, plus 32, in twelve bytes from byte 96 on (Q3_K).
    static let sixBitSixteen = UnitFactorPacking(
        read: { block, scales, _ in
            for unit in 0..<16 {
                let low = block[96 + unit % 8] >> UInt8(unit / 8 * 4) & 15
                let high = block[104 + unit % 4] >> UInt8(unit / 4 * 2) & 3
                scales[unit] = (low | high << 4) &- 32
            }
        },
        write: { scales, _, block in
            for unit in 0..<16 {
                let code = scales[unit] &+ 32
                block[96 + unit % 8] |= (code & 15) << UInt8(unit / 8 * 4)
                block[104 + unit % 4] |= (code >> 4) << UInt8(unit / 4 * 2)
            }
        }, scales: (6, .whole(offset: 32)), added: 32)

    /// Eight signed factors of six bits, plus 32: high bits in bytes 2 and 3, low ones in bytes 4 … 7 (IQ4_XS).
    static let sixBitEight = UnitFactorPacking(
        read: { block, scales, _ in
            for unit in 0..<8 {
                let low = block[4 + unit / 2] >> UInt8(unit % 2 * 4) & 15
                let high = block[2 + unit / 4] >> UInt8(unit % 4 * 2) & 3
                scales[unit] = (low | high << 4) &- 32
            }
        },
        write: { scales, _, block in
            for unit in 0..<8 {
                let code = scales[unit] &+ 32
                block[4 + unit / 2] |= (code & 15) << UInt8(unit % 2 * 4)
                block[2 + unit / 4] |= (code >> 4) << UInt8(unit % 4 * 2)
            }
        }, scales: (6, .whole(offset: 32)), added: 32)
}

/// A format of GGUF blocks that can be laid out in tiles.
protocol InterleavedBlocks: InterleavedCoded {
    /// Where the parts of a block lie.
    static var blocks: BlockInterleaving { get }
    /// Where the code of a weight of a block lies.
    func place(of index: Int) -> CodePlace
}

extension InterleavedBlocks {
    func interleaving(_ context: RowContext) -> Interleaving? { Self.blocks.interleaving }

    func split(row: UnsafeRawBufferPointer, context: RowContext, into parts: RowPartPointers) {
        guard let start = row.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let blocks = Self.blocks
        let count = row.count / blocks.bytes
        splitCodes(row, context, count, into: parts.codes)
        let units = blocks.weights / blocks.interleaving.unitLength
        for index in 0..<count {
            let block = start + index * blocks.bytes
            let size = blocks.interleaving.scaleBytes
            (parts.scales + index * size).copyMemory(from: block + blocks.scaleByte, byteCount: size)
            if blocks.interleaving.hasMinima {
                UnsafeMutableRawPointer(parts.minima + index).copyMemory(
                    from: block + blocks.minimumByte, byteCount: 2)
            }
            blocks.unitFactors.read(block, parts.unitScales + index * units, parts.unitMinima + index * units)
        }
    }

    /// By the loops that unpack rows; where codes stand for levels, one by one.
    private func splitCodes(
        _ row: UnsafeRawBufferPointer, _ context: RowContext, _ count: Int,
        into codes: UnsafeMutablePointer<UInt8>
    ) {
        let blocks = Self.blocks
        guard blocks.interleaving.levels == nil else {
            return eachCode(count) { place, block, column in
                codes[column] = place.load(row.baseAddress! + block)
            }
        }
        let weights = count * blocks.weights
        let units = max(weights / blocks.interleaving.unitLength, 1)
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: max(weights, 1)) { numbers in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * units) { factors in
                unpack(
                    row: row, context: context, codes: numbers,
                    scales: UnsafeMutableBufferPointer(rebasing: factors[..<units]),
                    minima: UnsafeMutableBufferPointer(rebasing: factors[units...]))
            }
            let offset = Int16(blocks.interleaving.offset)
            for index in 0..<weights { codes[index] = UInt8(truncatingIfNeeded: numbers[index] &+ offset) }
        }
    }

    func join(_ parts: RowPartPointers, context: RowContext, into row: UnsafeMutableRawBufferPointer) {
        guard let start = row.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let blocks = Self.blocks
        let count = row.count / blocks.bytes
        eachCode(count) { place, block, column in place.store(parts.codes[column], start + block) }
        let units = blocks.weights / blocks.interleaving.unitLength
        for index in 0..<count {
            let block = start + index * blocks.bytes
            let size = blocks.interleaving.scaleBytes
            UnsafeMutableRawPointer(block + blocks.scaleByte).copyMemory(
                from: parts.scales + index * size, byteCount: size)
            if blocks.interleaving.hasMinima {
                UnsafeMutableRawPointer(block + blocks.minimumByte).copyMemory(
                    from: parts.minima + index, byteCount: 2)
            }
            blocks.unitFactors.write(
                parts.unitScales + index * units, parts.unitMinima + index * units, block)
        }
    }

    /// Each weight's place in its block, the block's first byte, and the column.
    private func eachCode(_ count: Int, _ body: (CodePlace, Int, Int) -> Void) {
        let blocks = Self.blocks
        let places = (0..<blocks.weights).map(place(of:))
        for block in 0..<count {
            for (index, place) in places.enumerated() {
                body(place, block * blocks.bytes, block * blocks.weights + index)
            }
        }
    }
}

extension CodePlace {
    /// The stored code.
    fileprivate func load(_ block: UnsafeRawPointer) -> UInt8 {
        let bytes = block.assumingMemoryBound(to: UInt8.self)
        let low = UInt16(bytes[byte]) >> UInt16(shift) & (1 << UInt16(bits) - 1)
        let high = UInt16(bytes[highByte]) >> UInt16(highShift) & (1 << UInt16(highBits) - 1)
        return UInt8(truncatingIfNeeded: low | high << UInt16(bits))
    }

    /// Stores a code where there are zeros.
    fileprivate func store(_ code: UInt8, _ block: UnsafeMutablePointer<UInt8>) {
        let (low, high) = (UInt16(code) & (1 << UInt16(bits) - 1), UInt16(code) >> UInt16(bits))
        block[byte] |= UInt8(truncatingIfNeeded: low << UInt16(shift))
        if highBits > 0 { block[highByte] |= UInt8(truncatingIfNeeded: high << UInt16(highShift)) }
    }
}
