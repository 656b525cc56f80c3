import CNibbleKernels

/// How a packed matrix is laid out for the loops that multiply it: tiles of eight rows, a row in each lane of a vector.
///
/// The layout holds the packed bits and no others, in another order (`nibble_interleaved.h` draws it), so that packed rows can
/// be rebuilt from it bit by bit. Columns fall into chunks of 32 and units of 16 or 32; scales, minima and zero points belong
/// to runs of units, and block formats with two levels of scales have a byte for each unit as well.
struct Interleaving: Sendable {
    /// Bits of a code, 2 … 8; codes of 8 bits are signed, shorter ones unsigned.
    let codeBits: Int
    /// number = code − offset, where there are no zero points.
    var offset: Int32 = 0
    /// The sixteen numbers that 4-bit codes stand for, if they aren't whole steps.
    var levels: [Int8]?
    /// Columns of a unit: 16 or 32.
    var unitLength = 32
    /// Columns that share a scale; nil for a whole row.
    var scaleLength: Int?
    /// How a scale is stored.
    var scaleKind = NIBBLE_SCALE_F16
    /// What E8M0 scales are multiplied by.
    var scaleFactor: Float = 1
    /// Whether each scale has a minimum, an f16.
    var hasMinima = false
    /// Whether each scale has a zero point, a byte.
    var hasZeroPoints = false
    /// How units refine the scale and minimum they share.
    var unitKind = NIBBLE_UNIT_NONE

    /// Bytes of one scale.
    var scaleBytes: Int {
        switch scaleKind {
        case NIBBLE_SCALE_F32: 4
        case NIBBLE_SCALE_E8M0: 1
        default: 2
        }
    }

    /// Bytes that each unit has for its own minimum.
    var hasUnitMinima: Bool { hasMinima && unitKind == NIBBLE_UNIT_I8 }

    /// What is subtracted from a zero point as stored: codes of 8 bits are moved into the signed range with it.
    var zeroPointOffset: Int32 { codeBits == 8 ? 128 : 0 }
}

/// A format whose packed rows can be laid out in tiles and rebuilt.
protocol InterleavedCoded: IntegerCoded, PartedFormat {
    /// How units' factors are stored in a row.
    var unitFactors: UnitFactorPacking { get }
    /// The bits of a stored code that are the other way round in the run-time layout.
    var flippedBits: UInt8 { get }
    /// The layout of rows packed with `context`; nil for options that have none.
    func interleaving(_ context: RowContext) -> Interleaving?
    /// Takes a packed row apart. The parts are zeroed before.
    func split(row: UnsafeRawBufferPointer, context: RowContext, into parts: RowPartPointers)
    /// Puts a packed row together again, byte for byte; `row` is zeroed before.
    func join(_ parts: RowPartPointers, context: RowContext, into row: UnsafeMutableRawBufferPointer)
}

/// The parts of one row in the order of its columns.
struct RowPartPointers {
    /// A byte for each column, padding included: the code, or the signed number of an 8-bit format.
    let codes: UnsafeMutablePointer<UInt8>
    /// Scales as they are stored: f16, f32 or E8M0.
    let scales: UnsafeMutableRawPointer
    /// f16 minima.
    let minima: UnsafeMutablePointer<UInt16>
    /// Zero points.
    let zeroPoints: UnsafeMutablePointer<UInt8>
    /// Factors of units.
    let unitScales: UnsafeMutablePointer<UInt8>
    /// Minima of units.
    let unitMinima: UnsafeMutablePointer<UInt8>
}

extension RowPartPointers {
    /// Space for the parts of a row, and a function that zeroes it, for as long as `body` runs.
    static func withSpace(
        codes: Int, scales: Int, units: Int, _ body: (RowPartPointers, () -> Void) -> Void
    ) {
        // Scales of four bytes and minima lie at multiples of their size.
        let (codes, scales, units) = ((codes + 63) / 64 * 64, max(scales, 1), max(units, 1))
        let size = codes + scales * 7 + units * 2 + 64
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 64) { space in
            guard let start = space.baseAddress else { return }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            let parts = RowPartPointers(
                codes: bytes, scales: start + codes,
                minima: (start + codes + scales * 4).assumingMemoryBound(to: UInt16.self),
                zeroPoints: bytes + codes + scales * 6, unitScales: bytes + codes + scales * 7,
                unitMinima: bytes + codes + scales * 7 + units)
            body(parts) { space.initializeMemory(as: UInt8.self, repeating: 0) }
        }
    }
}

/// Sizes of one matrix in tiles.
struct InterleavedShape: Sendable {
    let rows: Int
    /// Columns that are multiplied.
    let columns: Int
    /// Chunks of 32 columns that are stored, padding columns included.
    let storedChunks: Int
    let units: Int
    let supers: Int
    let unitsPerSuper: Int

    init(_ layout: PackedLayout, _ interleaving: Interleaving) {
        rows = layout.shape.rows
        columns = layout.shape.columns
        storedChunks = (columns + layout.paddingColumns + 31) / 32
        units = storedChunks * 32 / interleaving.unitLength
        unitsPerSuper = interleaving.scaleLength.map { max($0 / interleaving.unitLength, 1) } ?? max(units, 1)
        supers = (units + unitsPerSuper - 1) / unitsPerSuper
    }

    /// Tiles of eight rows; the last may hold fewer.
    var tiles: Int { (rows + 7) / 8 }
    /// Chunks that hold columns to multiply.
    var chunks: Int { (columns + 31) / 32 }
}
