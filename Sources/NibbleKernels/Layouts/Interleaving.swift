import CNibbleKernels

// The words for pieces of a matrix, here, in the products and in `nibble_interleaved.h`. One row of weights:
//
//     column    0      16      32      48      64      96      128                 256
//               ├───────┼───────┼───────┼───────┼───────┼───────┼── … ──────────────┤
//     code      a few bits for each column
//     unit      ├ unit ─┼ unit ─┤ …           16 or 32 columns: the least that has factors of its own
//     chunk     ├──── chunk ────┼──── chunk ────┤ …             32 columns: what is stored side by side
//     super     ├──────────────────────────── super ───────────────────────────────┤   units of one scale
//     panel     ├──────────────────────────── panel ───────────────────────────────┤   256 columns
//
// Eight rows are a tile, and a vector of the processor has one of them in each of its lanes:
//
//     lane 0    row 8t       c₀ c₁ c₂ c₃ │ c₄ …
//     lane 1    row 8t + 1   c₀ c₁ c₂ c₃ │ c₄ …       one step of a chunk: four columns of eight rows
//       ⋮
//     lane 7    row 8t + 7   c₀ c₁ c₂ c₃ │ c₄ …
//
// - code: what is stored for a weight, an unsigned few bits; a whole byte is signed.
// - number: the whole number that a code stands for: code − offset, code − zero point, or a level of a table;
//   value = scale · number + minimum.
// - group: columns that share a scale, as the format defines it.
// - unit: 16 or 32 columns that share all factors. Where a format has two levels of scales, each unit has a
//   factor that refines its super's scale, and perhaps one that refines its minimum.
// - super: the run of units that share one stored scale, and its minimum or zero point: a group, a block of
//   two levels, or a whole row.
// - chunk: 32 columns of a tile, whose codes lie together, lowest bits first.
// - step: four columns of a chunk, the bytes of one lane.
// - tile: eight rows; the last of a matrix may lack some.
// - lane: the place of a tile's row in a vector.
// - pair: two tiles, the sixteen rows of an innermost loop over many tokens.
// - panel: 256 columns of some pairs, unpacked once and multiplied with many tokens while the cache has them.
// - segment: columns that share a weight scale and an activation scale; its products are summed in whole
//   numbers, from zero, before they are scaled.
// - run: some of one kind in a row, such as 256 scales that share a scale of their own.

/// How a packed matrix is laid out for the loops that multiply it: tiles of eight rows, a row in each lane of
/// a vector.
///
/// The layout holds the packed bits and no others, in another order (`nibble_interleaved.h` draws it), so
/// that packed rows can be rebuilt from it bit by bit and take no memory beside it. Scales, minima and zero
/// points belong to supers; block formats with two levels of scales have a byte for each unit as well.
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

    /// Whether units have a byte for a minimum of their own; nibbles share the byte of the unit's factor.
    var hasUnitMinima: Bool { hasMinima && unitKind == NIBBLE_UNIT_I8 }

    /// What is subtracted from a zero point as stored: codes of 8 bits are moved into the signed range with
    /// it.
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
