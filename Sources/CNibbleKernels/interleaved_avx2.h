#ifndef NIBBLE_INTERLEAVED_AVX2_H
#define NIBBLE_INTERLEAVED_AVX2_H

#include "interleaved.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define INLINE __attribute__((always_inline)) static inline
/// Calls `function(…, bits, …)` with a constant, so that each width gets loops of its own.
#define FOR_EACH_WIDTH(bits, call) \
    switch (bits) {                \
    case 2: call(2); break;        \
    case 3: call(3); break;        \
    case 4: call(4); break;        \
    case 5: call(5); break;        \
    case 6: call(6); break;        \
    case 7: call(7); break;        \
    default: call(8); break;       \
    }

AVX2 INLINE __m256i load(const void *source) { return _mm256_loadu_si256((const __m256i *)source); }
AVX2 INLINE void store(void *target, __m256i v) { _mm256_storeu_si256((__m256i *)target, v); }

/// Four bytes in every lane.
AVX2 INLINE __m256i four_bytes(const void *source) {
    int32_t word;
    memcpy(&word, source, 4);
    return _mm256_set1_epi32(word);
}

/// The codes of one step: four columns of eight rows.
AVX2 INLINE __m256i step_codes(const uint8_t *chunk, const unsigned bits, const size_t step) {
    if (bits == 8) return load(chunk + 32 * step);
    __m256i code = _mm256_setzero_si256();
    if (bits & 4) {
        __m256i plane = load(chunk + 32 * (step % 4));
        if (step >= 4) plane = _mm256_srli_epi16(plane, 4);
        code = _mm256_and_si256(plane, _mm256_set1_epi8(15));
    }
    if (bits & 2) {
        __m256i plane = load(chunk + (bits & 4) * 32 + 32 * (step % 2));
        if (step >= 2) plane = _mm256_srli_epi16(plane, (int)(2 * (step / 2)));
        plane = _mm256_and_si256(plane, _mm256_set1_epi8(3));
        code = _mm256_or_si256(code, bits & 4 ? _mm256_slli_epi16(plane, 4) : plane);
    }
    if (bits & 1) {
        __m256i plane = load(chunk + (bits & 6) * 32);
        if (step) plane = _mm256_srli_epi16(plane, (int)step);
        plane = _mm256_and_si256(plane, _mm256_set1_epi8(1));
        code = _mm256_or_si256(code, _mm256_slli_epi16(plane, bits & 6));
    }
    return code;
}

// Whole sums. `vpmaddubsw` adds two products of an unsigned and a signed byte in 16 bits and saturates (Numerics §5):
// 2 · (2^bits − 1) · 127 fits for up to 7 bits, and several such sums for fewer; signed bytes go in as magnitude and sign,
// 2 · 128 · 127 fits.

/// Steps whose pairs can be added in 16 bits: 32767 ÷ (2 · 127 · (2^bits − 1)), at most a unit's eight.
INLINE size_t steps_in_16_bits(const unsigned bits) { return bits <= 4 ? 8 : bits == 5 ? 4 : bits == 6 ? 2 : 1; }

/// Σ over `count` steps from `first` on, in eight lanes of 32 bits.
AVX2 INLINE __m256i sum_of_steps(const uint8_t *chunk, const unsigned bits, const int8_t *a, const size_t first,
                                 const size_t count) {
    const __m256i ones = _mm256_set1_epi16(1);
    const size_t run = steps_in_16_bits(bits) < count ? steps_in_16_bits(bits) : count;
    __m256i sum = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (size_t start = first; start < first + count; start += run) {
        __m256i pairs = _mm256_maddubs_epi16(step_codes(chunk, bits, start), four_bytes(a + 4 * start));
#pragma clang loop unroll(full)
        for (size_t step = start + 1; step < start + run; step++)
            pairs = _mm256_add_epi16(
                pairs, _mm256_maddubs_epi16(step_codes(chunk, bits, step), four_bytes(a + 4 * step)));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

/// The same for signed numbers.
AVX2 INLINE __m256i sum_of_signed(const uint8_t *chunk, const __m128i *levels, const int8_t *a, const size_t first,
                                  const size_t count) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sum = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (size_t step = first; step < first + count; step++) {
        __m256i number = levels ? _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*levels), step_codes(chunk, 4, step))
                                : load(chunk + 32 * step);
        __m256i activation = _mm256_sign_epi8(four_bytes(a + 4 * step), number);
        __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(number), activation);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

// Factors

AVX2 INLINE __m256 halves(const void *source) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)source)); }

AVX2 INLINE __m256i wide_bytes(const uint8_t *bytes) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)bytes));
}

AVX2 INLINE __m256 scales_of(const nibble_factors *factors, const nibble_scale_kind kind, size_t place) {
    if (kind == NIBBLE_SCALE_F16) return halves((const uint16_t *)factors->scales + 8 * place);
    if (kind == NIBBLE_SCALE_F32) return _mm256_loadu_ps((const float *)factors->scales + 8 * place);
    __m256i bytes = wide_bytes((const uint8_t *)factors->scales + 8 * place), bits = _mm256_slli_epi32(bytes, 23);
    __m256i is_least = _mm256_cmpeq_epi32(bytes, _mm256_setzero_si256());
    __m256i is_none = _mm256_cmpeq_epi32(bytes, _mm256_set1_epi32(255));
    bits = _mm256_blendv_epi8(bits, _mm256_set1_epi32(1 << 22), is_least);
    bits = _mm256_blendv_epi8(bits, _mm256_set1_epi32(0x7FC00000), is_none);
    return _mm256_mul_ps(_mm256_castsi256_ps(bits), _mm256_set1_ps(factors->scale_factor));
}

/// A unit's scale and minimum from those of its run; the minimum of a unit with factors is the negative of what is given.
AVX2 INLINE void refine(const nibble_factors *factors, const nibble_unit_kind kind, const int has_minima, size_t unit,
                        __m256 super_scale, __m256 super_minimum, __m256 *scale, __m256 *minimum) {
    *scale = super_scale;
    *minimum = super_minimum;
    if (kind == NIBBLE_UNIT_I8) {
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(factors->unit_scales + 8 * unit));
        *scale = _mm256_mul_ps(super_scale, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)));
        if (!has_minima) return;
        __m256 own = _mm256_cvtepi32_ps(wide_bytes(factors->unit_minima + 8 * unit));
        *minimum = _mm256_mul_ps(super_minimum, own);
    } else if (kind == NIBBLE_UNIT_NIBBLES) {
        __m256i bytes = wide_bytes(factors->unit_scales + 8 * unit);
        *scale = _mm256_mul_ps(super_scale, _mm256_cvtepi32_ps(_mm256_and_si256(bytes, _mm256_set1_epi32(15))));
        if (has_minima) *minimum = _mm256_mul_ps(super_minimum, _mm256_cvtepi32_ps(_mm256_srli_epi32(bytes, 4)));
    }
}

// Entries of the table that have files of their own.

ptrdiff_t nibble_avx2_quantize_blocks(const float *values, size_t count, size_t chunks, size_t unit_length,
                                      nibble_token_target target);
void nibble_avx2_tile_bytes(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals);
void nibble_avx2_tile_words(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals);
void nibble_avx2_tile_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole);
void nibble_avx2_end_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole, float *totals);
void nibble_avx2_add_float_units(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                                 const int32_t *zero_points, nibble_tile_strides strides, const float *activations,
                                 size_t chunks, float *total);
void nibble_avx2_unpack_floats(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                               const int32_t *zero_points, size_t chunks, float *weights);
void nibble_avx2_transpose_floats(const float *rows, size_t stride, size_t columns, float *weights);
void nibble_avx2_multiply_floats(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                                 nibble_float_totals totals);
size_t nibble_avx2_quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                                  nibble_token_target target);
void nibble_avx512_multiply_floats(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                                   nibble_float_totals totals);
size_t nibble_avx512_quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                                    nibble_token_target target);
void nibble_avx512_multiply_rows(const nibble_byte_rows *rows, const nibble_tokens *tokens, nibble_float_totals totals);
void nibble_avx512_tile_moved(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                              float *totals);
void nibble_avx512_tile_moved_whole(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                    int32_t *whole);

#endif
