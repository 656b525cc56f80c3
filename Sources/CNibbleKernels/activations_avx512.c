#if defined(__x86_64__)

#include "interleaved.h"
#include "registers_avx512.h"
#include "tables.h"

#include <float.h>

#pragma STDC FP_CONTRACT OFF

/// The lanes that hold numbers of the 16 from `start` on.
AVX512 INLINE __mmask16 lanes_of(size_t start, size_t count) {
    if (start >= count) return 0;
    return count - start < 16 ? (__mmask16)((1u << (count - start)) - 1) : (__mmask16)0xFFFF;
}

/// The largest finite magnitude; `strange` gets how many values are none.
AVX512 INLINE float largest_magnitude(const float *values, size_t count, size_t *strange) {
    const __m512 limit = _mm512_set1_ps(FLT_MAX);
    __m512 largest = _mm512_setzero_ps();
    size_t finite = 0;
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 lanes = lanes_of(i, count);
        __m512 v = _mm512_abs_ps(_mm512_maskz_loadu_ps(lanes, values + i));
        __mmask16 is_finite = _mm512_mask_cmp_ps_mask(lanes, v, limit, _CMP_LE_OQ);
        finite += (size_t)__builtin_popcount(is_finite);
        largest = _mm512_mask_max_ps(largest, is_finite, largest, v);
    }
    *strange = count - finite;
    return _mm512_reduce_max_ps(largest);
}

/// Sixteen codes in 32 bits: NaN is 0, the ends are ±127.
AVX512 INLINE __m512i codes_of(const float *values, __mmask16 lanes, __m512 inverse) {
    __m512 steps = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, values), inverse);
    steps = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(steps, steps, _CMP_ORD_Q), steps);
    steps = _mm512_min_ps(_mm512_max_ps(steps, _mm512_set1_ps(-127)), _mm512_set1_ps(127));
    return _mm512_cvtps_epi32(steps);
}

AVX512 size_t nibble_avx512_quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                                           nibble_token_target target) {
    size_t strange;
    float step = largest_magnitude(values, count, &strange) / 127;
    const __m512 inverse = _mm512_set1_ps(step >= FLT_MIN ? 1 / step : 0);
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        int32_t halves[2];
#pragma clang loop unroll(full)
        for (size_t half = 0; half < 2; half++) {
            size_t place = 32 * chunk + 16 * half;
            __m128i codes = _mm512_cvtepi32_epi8(codes_of(values + place, lanes_of(place, count), inverse));
            _mm_storeu_si128((__m128i *)(target.codes + place), codes);
            __m128i fours = _mm_dpbusd_epi32(_mm_setzero_si128(), _mm_set1_epi8(1), codes);
            __m128i twos = _mm_add_epi32(fours, _mm_shuffle_epi32(fours, 0x4E));
            halves[half] = _mm_cvtsi128_si32(_mm_add_epi32(twos, _mm_shuffle_epi32(twos, 0xB1)));
        }
        nibble_store_sums(target, chunk, unit_length, halves, step >= FLT_MIN ? step : 0);
    }
    return strange;
}

#endif
