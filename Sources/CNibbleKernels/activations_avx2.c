#if defined(__x86_64__)

#include "half.h"
#include "interleaved_avx2.h"
#include "tables.h"

#include <float.h>

#pragma STDC FP_CONTRACT OFF

/// The largest finite magnitude of 32 values; `strange` counts the others.
AVX2 INLINE float largest_of_block(const __m256 *values, size_t *strange) {
    const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7FFFFFFF)), limit = _mm256_set1_ps(FLT_MAX);
    __m256 largest = _mm256_setzero_ps();
    int finite = 0;
    for (size_t i = 0; i < 4; i++) {
        __m256 v = _mm256_and_ps(values[i], magnitude), is_finite = _mm256_cmp_ps(v, limit, _CMP_LE_OQ);
        finite += __builtin_popcount((unsigned)_mm256_movemask_ps(is_finite));
        largest = _mm256_max_ps(largest, _mm256_and_ps(v, is_finite));
    }
    *strange += (size_t)(32 - finite);
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(largest), _mm256_extractf128_ps(largest, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

/// Eight codes in 32 bits: NaN is 0, the ends are ±127.
AVX2 INLINE __m256i codes_of(__m256 values, __m256 inverse) {
    __m256 steps = _mm256_mul_ps(values, inverse);
    steps = _mm256_and_ps(steps, _mm256_cmp_ps(steps, steps, _CMP_ORD_Q));
    return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(steps, _mm256_set1_ps(-127)), _mm256_set1_ps(127)));
}

/// 32 codes as bytes, in order; the sums of the first and the last 16.
AVX2 INLINE __m256i pack_block(const __m256 *values, float inverse, int32_t *halves) {
    const __m256 factor = _mm256_set1_ps(inverse);
    __m256i low = _mm256_packs_epi32(codes_of(values[0], factor), codes_of(values[1], factor));
    __m256i high = _mm256_packs_epi32(codes_of(values[2], factor), codes_of(values[3], factor));
    __m256i codes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), codes);
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    for (int i = 0; i < 2; i++) {
        __m128i four = i ? _mm256_extracti128_si256(fours, 1) : _mm256_castsi256_si128(fours);
        __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
        halves[i] = _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xB1)));
    }
    return codes;
}

/// Up to 32 values, filled up with zeros.
AVX2 INLINE void values_of_block(const float *source, size_t count, __m256 *values) {
    float padded[32];
    if (count < 32) {
        memset(padded, 0, sizeof padded);
        memcpy(padded, source, count * sizeof(float));
        source = padded;
    }
    for (size_t i = 0; i < 4; i++) values[i] = _mm256_loadu_ps(source + 8 * i);
}

/// One block of up to 32 values; returns the scale before it is rounded.
AVX2 INLINE float quantize_block(const float *source, size_t count, int8_t *codes, int32_t *halves, size_t *strange) {
    __m256 values[4];
    values_of_block(source, count, values);
    float step = largest_of_block(values, strange) / 127;
    store(codes, pack_block(values, step >= FLT_MIN ? 1 / step : 0, halves));
    return step;
}

AVX2 ptrdiff_t nibble_avx2_quantize_blocks(const float *values, size_t count, size_t chunks, size_t unit_length,
                                           nibble_token_target target) {
    size_t strange = 0;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        int32_t halves[2];
        size_t left = count > 32 * chunk ? count - 32 * chunk : 0;
        float step = quantize_block(values + 32 * chunk, left < 32 ? left : 32, target.codes + 32 * chunk, halves, &strange);
        if (step > 65504) return -1;
        float scale = step >= FLT_MIN ? _cvtsh_ss(_cvtss_sh(step, 0)) : 0;
        nibble_store_sums(target, chunk, unit_length, halves, scale);
    }
    return (ptrdiff_t)strange;
}

AVX2 size_t nibble_avx2_quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                                       nibble_token_target target) {
    size_t strange = 0;
    float largest = 0;
    for (size_t start = 0; start < count; start += 32) {
        __m256 block[4];
        values_of_block(values + start, count - start, block);
        float own = largest_of_block(block, &strange);
        largest = own > largest ? own : largest;
    }
    float step = largest / 127, inverse = step >= FLT_MIN ? 1 / step : 0, scale = step >= FLT_MIN ? step : 0;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        __m256 block[4];
        int32_t halves[2];
        values_of_block(values + 32 * chunk, count > 32 * chunk ? count - 32 * chunk : 0, block);
        store(target.codes + 32 * chunk, pack_block(block, inverse, halves));
        nibble_store_sums(target, chunk, unit_length, halves, scale);
    }
    return strange;
}

#endif
