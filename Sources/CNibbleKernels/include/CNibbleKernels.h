#ifndef NIBBLE_KERNELS_H
#define NIBBLE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "nibble_elementwise.h"
#include "nibble_interleaved.h"
#include "nibble_pause.h"
#include "nibble_probe.h"
#include "nibble_registers.h"

#include "nibble_blocks.h"
#include "nibble_mini.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// A grid of whole steps and its ends: code = round(value / scale) + zero_point, held within lowest … highest.
typedef struct {
    float scale;
    int32_t zero_point;
    int32_t lowest;
    int32_t highest;
} nibble_grid;

/// How an integer format turns a range into a grid. Symmetric: scale = max(−lower, upper) / highest. Asymmetric:
/// scale = (upper − lower) / highest, zero point = round(−lower / scale), lowest code 0.
typedef struct {
    int32_t highest;
    int32_t is_symmetric;
    /// Whether the scale is stored as f16: held within 2^-24 … 65504, rounded up where f16 is subnormal.
    int32_t has_half_scale;
} nibble_range_search;

/// How rows of floating-point numbers are stored, little-endian and possibly unaligned.
typedef enum { NIBBLE_F32, NIBBLE_F16, NIBBLE_BF16 } nibble_number_kind;

/// The innermost loops of one instruction set. A further set (AVX-512, NEON) is one file that fills this table and one
/// line in `nibble_kernels`. Every entry gives the same bits on every set, but for `dot_f32`, `dot_tile_f32`,
/// `dot_stored_rows` and `add_scaled_f32`, which may use fused multiply-adds and another order.
typedef struct {
    /// Name of the instruction set.
    const char *name;

    /// sums[s] = Σ w[i]·a[i] over the s-th run of `length` columns (the last may be short), in 32 bits; the caller makes
    /// sure that no partial sum overflows.
    void (*dot_segments)(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums);
    /// The same for four tokens: token t begins at a + t·columns, its sums at sums + t·(number of runs).
    void (*dot_segments_4)(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums);
    /// Σ (float)sums[s] · (w[s]·a[s]), and, with minima, + ((float)a_sums[s]·a[s]) · minima[s] after each: by fused
    /// multiply-add, segment after segment.
    float (*scaled_sum)(const int32_t *sums, const float *w, const float *a, const int32_t *a_sums,
                        const float *_Nullable minima, size_t count);

    /// Σ a[i]·b[i] in f32.
    float (*dot_f32)(const float *a, const float *b, size_t count);
    /// sums[4·t + r] = Σ w[r·columns + i]·a[t·columns + i] for up to 4 rows and 3 tokens. Each sum is the same whatever
    /// the number of rows and tokens.
    void (*dot_tile_f32)(const float *w, size_t rows, const float *a, size_t tokens, size_t columns, float *sums);
    /// sums[r] = Σ w[r·columns + i]·a[i] for rows that are read as they are stored: what `dot_tile_f32` gives for them.
    void (*dot_stored_rows)(nibble_number_kind kind, const void *w, size_t rows, const float *a, size_t columns,
                            float *sums);
    /// target[i] += factor · source[i].
    void (*add_scaled_f32)(const float *source, float factor, float *target, size_t count);

    /// IEEE half, little-endian and possibly unaligned, to f32.
    void (*convert_f16)(const void *source, float *target, size_t count);
    /// bfloat16, little-endian and possibly unaligned, to f32.
    void (*convert_bf16)(const void *source, float *target, size_t count);
    /// f32 to IEEE half, to nearest even, possibly unaligned.
    void (*narrow_f16)(const float *source, void *target, size_t count);
    /// target[i] = scale · codes[i].
    void (*scale_codes)(const int16_t *codes, float scale, float *target, size_t count);

    /// target[i] = scale · levels[codes[i]]; there are 2^bits levels (4 … 8 bits).
    void (*decode_levels)(const int16_t *codes, const float *levels, unsigned bits, float scale, float *target,
                          size_t count);

    /// codes[i] = (the i-th code of `bits` bits, lowest bits first) − offset, from `byte_count` readable bytes.
    void (*unpack)(const uint8_t *bytes, size_t byte_count, unsigned bits, int16_t offset, int16_t *codes,
                   size_t count);
    /// Whole blocks of GGUF Q8_0 (34 bytes): 32 codes and a scale each.
    void (*unpack_q8_0)(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales);
    /// Whole blocks of GGUF Q4_0 (18 bytes): 32 codes − 8 and a scale each.
    void (*unpack_q4_0)(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales);
    /// Whole blocks: for each its whole numbers, the scales of its groups and, where the format has them, the minima:
    /// value = scale · number + minimum. `minima` must have room even where nothing is written.
    void (*unpack_blocks)(nibble_block_kind kind, const uint8_t *blocks, size_t count, int16_t *codes, float *scales,
                          float *minima);
    /// codes[i] −= zero_points[i / length].
    void (*subtract_zero_points)(int16_t *codes, size_t count, size_t length, const uint8_t *zero_points);

    /// The smallest and largest finite value; zero counts as one of them.
    void (*extremes)(const float *values, size_t count, float *lower, float *upper);
    /// The largest finite magnitude; `non_finite` gets the number of NaN and infinities.
    float (*largest_magnitude)(const float *values, size_t count, size_t *non_finite);
    /// codes[i] = code of values[i] + offset, half to even; NaN gives the code of zero.
    void (*encode)(const float *values, size_t count, nibble_grid grid, int32_t offset, uint16_t *codes);
    /// Σ (value − decoded value)² over finite values: f32 differences, summed in eight f64 lanes as above.
    double (*squared_error)(const float *values, size_t count, nibble_grid grid);
    /// The k of 100 … 1 with the least error of the grid over lower·k/100 … upper·k/100; the widest wins a tie. The error
    /// is Σ (x − scale·q)² with q = x·(1/scale) held within the grid and rounded half to even: f32, summed in runs of 64
    /// values, the runs in f64. Values must be finite, the longer end between 2^-40 and 2^60.
    int32_t (*least_error_step)(const float *values, size_t count, float lower, float upper,
                                nibble_range_search search);
    /// codes[i] = values[i]·inverse to nearest even within ±127; NaN gives 0.
    void (*quantize_i8)(const float *values, size_t count, float inverse, int16_t *codes);
} nibble_kernel_table;

/// The best table for this processor, chosen once.
const nibble_kernel_table *nibble_kernels(void);
/// The table that runs everywhere, for comparison.
const nibble_kernel_table *nibble_portable_kernels(void);

/// The name of the instructions that products are made of here: "avx512", "avx2" or "portable".
const char *nibble_instructions(void);

/// Packs codes of `bits` bits (1 … 16) side by side, lowest bits first, into ⌈count·bits / 8⌉ bytes.
void nibble_pack(const uint16_t *codes, size_t count, unsigned bits, uint8_t *bytes);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
