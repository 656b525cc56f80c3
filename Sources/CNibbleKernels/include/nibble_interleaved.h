#ifndef NIBBLE_INTERLEAVED_H
#define NIBBLE_INTERLEAVED_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// The run-time layout of quantized weights: tiles of 8 rows, so that a vector of eight 32-bit lanes has a row in each lane.
//
// A tile is cut into chunks of 32 columns, `32 · bits` bytes each. Step i of a chunk is its columns 4i … 4i + 3: byte k of
// lane r belongs to row r, column 4i + k. A code of `bits` bits is split into planes, lowest bits first, of 4, 2 and 1 bits
// as `bits` has them (8 bits are one plane):
//   8 bits  vector i holds step i
//   4 bits  vector i holds step i in its low and step i + 4 in its high nibbles (i < 4)
//   2 bits  vector i holds the steps i, i + 2, i + 4, i + 6 from the low bits up (i < 2)
//   1 bit   bit i of the only vector holds step i
// Codes of 8 bits are signed; shorter ones unsigned.

/// How the factors of groups are stored: for each run of `units_per_super` units and row a scale and perhaps a minimum or a
/// zero point, and within it perhaps a factor for each unit. A unit is 16 or 32 columns.
typedef enum { NIBBLE_SCALE_F16, NIBBLE_SCALE_F32, NIBBLE_SCALE_E8M0 } nibble_scale_kind;
/// Factors of units: none, a signed byte each, or a byte with the scale's factor in its low and the minimum's in its high half.
typedef enum { NIBBLE_UNIT_NONE, NIBBLE_UNIT_I8, NIBBLE_UNIT_NIBBLES } nibble_unit_kind;

/// The factors of one tile; each array is [run or unit][8 rows].
typedef struct {
    nibble_scale_kind scale_kind;
    nibble_unit_kind unit_kind;
    size_t units_per_super;
    const void *scales;
    /// What E8M0 scales are multiplied by, a power of two.
    float scale_factor;
    /// f16, or NULL; value = scale · number + minimum, negated where units have factors.
    const void *_Nullable minima;
    const uint8_t *_Nullable unit_scales;
    const uint8_t *_Nullable unit_minima;
    /// A byte each, of which `zero_point_offset` is subtracted, or NULL.
    const uint8_t *_Nullable zero_points;
    int32_t zero_point_offset;
} nibble_factors;

/// One token's activations: codes within ±127, and for each unit what its codes sum to, its scale, and their product in f32.
typedef struct {
    /// int8_t for `multiply_tiles` and `tile_bytes`, int16_t in the order of `unpack_words` for the others.
    const void *codes;
    const int32_t *sums;
    const float *scales;
    const float *products;
} nibble_activations;

/// Where a token's activations are written: what `nibble_activations` reads.
typedef struct {
    int8_t *codes;
    int32_t *sums;
    float *scales;
    float *products;
} nibble_token_target;

/// The activations of many tokens, as far apart in memory as the strides say.
typedef struct {
    nibble_activations first;
    /// Bytes from one token's codes to the next.
    size_t code_stride;
    /// Units from one token's to the next.
    size_t unit_stride;
    /// How many: a multiple of 4.
    size_t count;
} nibble_tokens;

/// Some chunks of pairs of tiles (rows 0…7 and 8…15), unpacked to bytes or words.
typedef struct {
    const void *codes;
    /// Bytes from one tile's codes to the next.
    size_t tile_bytes;
    /// [unit][8 rows] of each tile.
    const float *scales;
    const float *_Nullable minima;
    /// Numbers from one tile's factors to the next.
    size_t tile_factors;
    size_t pairs;
    size_t chunks;
} nibble_panel;

/// What the codes of a layout mean.
typedef struct {
    unsigned bits;
    /// number = code − offset, or levels[code].
    int32_t offset;
    /// Sixteen numbers for codes of 4 bits, or NULL.
    const int8_t *_Nullable levels;
    /// Units of 16 columns instead of 32.
    int32_t has_halves;
} nibble_code_kind;

/// How far apart several tiles are.
typedef struct {
    size_t tiles;
    /// Bytes from one tile's codes to the next.
    size_t codes;
    /// Numbers from one tile's factors to the next.
    size_t factors;
} nibble_tile_strides;

/// How far apart the parts of 1 or 4 tiles are, where they lie as in the layout.
typedef struct {
    size_t tiles;
    /// Bytes from one tile's codes to the next.
    size_t codes;
    /// Scales, minima or zero points from one tile's to the next.
    size_t supers;
    /// Factors of units from one tile's to the next.
    size_t units;
    /// Numbers from one tile's totals to the next.
    size_t totals;
} nibble_tile_places;

/// Pairs of tiles as f32, such as decoded weights: [pair][column][16 rows].
typedef struct {
    const float *weights;
    /// Numbers from one column to the next, and from one pair to the next.
    size_t column_stride, pair_stride;
    size_t pairs;
    size_t columns;
    /// What is read next, brought into the second-level cache meanwhile: `next_rows` runs of `next_bytes`, `next_stride` bytes
    /// from one to the next; NULL for nothing.
    const void *_Nullable next;
    size_t next_stride, next_rows, next_bytes;
} nibble_float_panel;

/// Where sums go: [token][pair][16 rows], as far apart as the strides say.
typedef struct {
    float *start;
    size_t token_stride, pair_stride;
    /// Whether sums start from zero, rather than from what stands there.
    int32_t replaces;
    /// Added to each token's sums at the end, 16 numbers a pair; NULL for nothing.
    const float *_Nullable bias;
    /// Raised by the number of sums that are NaN or infinite, before `bias` is added; NULL counts none.
    size_t *_Nullable strange;
} nibble_float_totals;

/// Pairs of tiles of signed codes of 8 bits, as they lie in the layout, with one scale for each row.
typedef struct {
    const uint8_t *codes;
    /// Bytes from one tile's codes to the next.
    size_t tile_bytes;
    /// [tile][8 rows].
    const float *scales;
    size_t pairs;
    size_t chunks;
    /// What each token's codes sum to.
    const int32_t *token_sums;
} nibble_byte_rows;

/// Loops over the run-time layout. Every entry gives the same bits on every instruction set.
typedef struct {
    /// Puts row `lane` of a tile into its place: `codes` has 32 · chunks codes.
    void (*interleave)(const uint8_t *codes, unsigned bits, size_t lane, size_t chunks, uint8_t *tile);
    /// Takes it out again.
    void (*extract)(const uint8_t *tile, unsigned bits, size_t lane, size_t chunks, uint8_t *codes);
    /// total[row] = the product of a tile's first `chunks` chunks with one token: Σ over segments of `units_per_segment` units
    /// (the last may be shorter) of (float)(whole sum) · (weight scale · activation scale) + (activation sum · activation
    /// scale) · minimum, each term by fused multiply-add in the order of the columns. Several tiles are read side by side.
    void (*multiply_tiles)(const uint8_t *tile, nibble_code_kind kind, const nibble_factors *factors,
                           nibble_tile_places places, const nibble_activations *activations, size_t chunks,
                           size_t units_per_segment, float *total);
    /// scales[unit][row] and, where there are any, minima[unit][row] of `count` units from `first` on.
    void (*expand_factors)(const nibble_factors *factors, size_t first, size_t count, float *scales,
                           float *_Nullable minima);
    /// One token's activations in blocks of 32: m the largest finite magnitude, scale = m ÷ 127 rounded to f16 after the codes
    /// = round half to even (a · (127 ÷ m)) within ±127, NaN 0; a scale below the normal numbers counts as 0. Columns up to
    /// `chunks` chunks are zeros. Units have `unit_length` columns.
    ///
    /// Returns how many values are NaN or infinite, or −1 if a scale is beyond f16, and then writes nothing of use.
    ptrdiff_t (*quantize_blocks)(const float *values, size_t count, size_t chunks, size_t unit_length,
                                 nibble_token_target target);
    /// The same with one scale for the token, m ÷ 127 as f32: codes = round half to even (a · (1 ÷ scale)).
    ///
    /// Returns how many values are NaN or infinite.
    size_t (*quantize_token)(const float *values, size_t count, size_t chunks, size_t unit_length,
                             nibble_token_target target);
    /// Codes as 16 bits, the columns of each four in the order 0, 2, 1, 3.
    void (*widen_codes)(const int8_t *codes, size_t chunks, int16_t *words);

    /// Codes as bytes, step after step: [chunk][8 steps][8 rows][4 columns].
    void (*unpack_bytes)(const uint8_t *tile, unsigned bits, size_t chunks, uint8_t *bytes);
    /// Numbers as 16 bits: [chunk][8 steps][columns 0 and 2, then 1 and 3][8 rows][2]; `zero_points` are [unit][row] or NULL.
    void (*unpack_words)(const uint8_t *tile, nibble_code_kind kind, const int32_t *_Nullable zero_points, size_t chunks,
                         int16_t *words);
    /// totals[pair][token][16 rows] += the terms of a panel's chunks for all tokens, each unit a segment. Codes are unsigned
    /// bytes of at most 7 bits.
    void (*tile_bytes)(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals);
    /// The same for numbers of 16 bits; the tokens' codes are 16 bits in the order of `unpack_words`.
    void (*tile_words)(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals);
    /// whole[pair][token][16 rows] += Σ number · activation over a panel's chunks of 16-bit numbers, for segments longer than a
    /// unit.
    void (*tile_whole)(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole);

    /// totals[pair][token][16 rows] += (float)whole · (scale · activation scale) with the factors of the panel's first unit, then
    /// whole = 0.
    void (*end_whole)(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole, float *totals);

    // Numbers within −128 … 127 as bytes that are moved by 128, for processors that multiply bytes and sum in 32 bits; NULL where
    // that is not the fastest. A panel of them is [pair][chunk][8 steps][16 rows][4 columns].

    /// Writes a tile's half of a pair: `bytes` is moved by 32 for the second.
    void (*_Nullable unpack_moved)(const uint8_t *tile, nibble_code_kind kind, size_t chunks, uint8_t *bytes);
    /// As `tile_bytes`.
    void (*_Nullable tile_moved)(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                 float *totals);
    /// As `tile_whole`; tokens' codes are bytes.
    void (*_Nullable tile_moved_whole)(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                       int32_t *whole);
    /// totals = (Σ number · activation) · (scale · activation scale), sums over whole rows, for tokens with one scale each; as
    /// many tokens as there are, in fours or not. `replaces` is not looked at.
    void (*_Nullable multiply_rows)(const nibble_byte_rows *rows, const nibble_tokens *tokens, nibble_float_totals totals);

    /// total[row] += w · a over `chunks` chunks of 1 or 4 tiles, column after column by fused multiply-add; w = scale · number (+
    /// minimum) as decoded. Tiles, their scales, minima and zero points are `strides` apart, in bytes and in numbers, their
    /// totals 8. Columns beyond the row's end have activation 0.
    void (*add_float_units)(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *_Nullable minima,
                            const int32_t *_Nullable zero_points, nibble_tile_strides strides, const float *activations,
                            size_t chunks, float *total);
    /// Decoded weights, [column][16 rows], of which the tile fills 8.
    void (*unpack_floats)(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *_Nullable minima,
                          const int32_t *_Nullable zero_points, size_t chunks, float *weights);
    /// The same from eight rows of f32 that lie `stride` apart.
    void (*transpose_floats)(const float *rows, size_t stride, size_t columns, float *weights);
    /// Adds w · a to the totals of `tokens` tokens, column after column by fused multiply-add; tokens of a are `stride` apart.
    void (*multiply_floats)(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                            nibble_float_totals totals);
} nibble_interleaved_table;

/// The best table for this processor.
const nibble_interleaved_table *nibble_interleaved_kernels(void);
/// The table that runs everywhere, for comparison.
const nibble_interleaved_table *nibble_portable_interleaved_kernels(void);
/// The tables that this processor runs, the best first; NULL from their number on.
const nibble_interleaved_table *_Nullable nibble_interleaved_kernels_at(size_t index);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
