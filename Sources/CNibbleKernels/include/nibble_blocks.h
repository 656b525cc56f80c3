#ifndef NIBBLE_BLOCKS_H
#define NIBBLE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Block formats of GGUF.
typedef enum {
    NIBBLE_Q4_1,
    NIBBLE_Q5_0,
    NIBBLE_Q5_1,
    NIBBLE_Q2_K,
    NIBBLE_Q3_K,
    NIBBLE_Q4_K,
    NIBBLE_Q5_K,
    NIBBLE_Q6_K,
    NIBBLE_IQ4_NL,
    NIBBLE_TQ1_0,
    NIBBLE_TQ2_0,
    NIBBLE_Q4_0,
    NIBBLE_Q8_0,
    NIBBLE_IQ4_XS,
    NIBBLE_MXFP4,
    NIBBLE_NVFP4,
    // These are read only.
    NIBBLE_Q1_0,
    NIBBLE_Q2_0,
    NIBBLE_IQ1_S,
    NIBBLE_IQ1_M,
    NIBBLE_IQ2_XXS,
    NIBBLE_IQ2_XS,
    NIBBLE_IQ2_S,
    NIBBLE_IQ3_XXS,
    NIBBLE_IQ3_S
} nibble_block_kind;

/// Encodes a row of `count` values into whole blocks, the last filled up with zeros: the bytes are those of ggml's quantizers
/// (quantize_row_*_ref without importance, quantize_* with it), on every processor.
///
/// NaN counts as zero; infinities, and what a format's f16 scales can't reach, count as the largest or smallest finite value
/// of their block. `importance` holds one weight of at least 0 for each column; formats that define no weighted variant
/// (Q8_0, TQ1_0, TQ2_0, MXFP4, NVFP4) don't read it. Kinds that are read only leave `blocks` alone.
void nibble_encode_row(nibble_block_kind kind, const float *values, size_t count, const float *_Nullable importance,
                       uint8_t *blocks);
/// The same by the code that runs everywhere, for comparison.
void nibble_portable_encode_row(nibble_block_kind kind, const float *values, size_t count,
                                const float *_Nullable importance, uint8_t *blocks);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
