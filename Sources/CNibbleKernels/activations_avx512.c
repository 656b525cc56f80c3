#if defined(__x86_64__)

#include "interleaved.h"
#include "registers_avx512.h"
#include "tables.h"

#include <float.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// The lanes that hold numbers of the 16 from `start` on.
AVX512 INLINE __mmask16 lanes_of(size_t start, size_t count) {
    if (start >= count) return 0;
    return count - start < 16 ? (__mmask16)((1u << (count - start)) - 1) : (__mmask16)0xFFFF;
}

/// The largest bits of a magnitude: those of NaN and infinities are above all others.
AVX512 INLINE uint32_t largest_bits(const float *values, size_t count) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    __m512i largest[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
    size_t i = 0;
    for (; i + 64 <= count; i += 64)
#pragma clang loop unroll(full)
        for (size_t k = 0; k < 4; k++)
            largest[k] = _mm512_max_epu32(largest[k], _mm512_and_si512(_mm512_loadu_si512(values + i + 16 * k), magnitude));
    for (; i < count; i += 16) {
        __m512i v = _mm512_maskz_loadu_epi32(lanes_of(i, count), values + i);
        largest[0] = _mm512_max_epu32(largest[0], _mm512_and_si512(v, magnitude));
    }
    __m512i first = _mm512_max_epu32(largest[0], largest[1]), second = _mm512_max_epu32(largest[2], largest[3]);
    return _mm512_reduce_max_epu32(_mm512_max_epu32(first, second));
}

/// Sixteen codes: finite values come within ±127.5 by their scale; where there are others, NaN is 0, the ends are ±127.
AVX512 INLINE __m128i codes_of(__m512 values, __m512 inverse, const int are_finite) {
    __m512 steps = _mm512_mul_ps(values, inverse);
    if (!are_finite) {
        steps = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(steps, steps, _CMP_ORD_Q), steps);
        steps = _mm512_min_ps(_mm512_max_ps(steps, _mm512_set1_ps(-127)), _mm512_set1_ps(127));
    }
    return _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(steps));
}

/// A chunk's 32 codes, and what the first and the last 16 sum to.
AVX512 INLINE void quantize_chunk(__m512 first, __m512 second, __m512 inverse, const int are_finite, int8_t *target,
                                  int32_t *halves) {
    __m256i codes = _mm256_castsi128_si256(codes_of(first, inverse, are_finite));
    codes = _mm256_inserti128_si256(codes, codes_of(second, inverse, are_finite), 1);
    _mm256_storeu_si256((__m256i *)target, codes);
    __m256i fours = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_set1_epi8(1), codes);
    __m256i twos = _mm256_add_epi32(fours, _mm256_shuffle_epi32(fours, 0x4E));
    __m256i ones = _mm256_add_epi32(twos, _mm256_shuffle_epi32(twos, 0xB1));
    halves[0] = _mm256_cvtsi256_si32(ones);
    halves[1] = _mm_cvtsi128_si32(_mm256_extracti128_si256(ones, 1));
}

AVX512 INLINE void quantize_chunks(const float *values, size_t count, size_t chunks, size_t unit_length, float step,
                                   const int are_finite, nibble_token_target target) {
    const __m512 inverse = _mm512_set1_ps(step >= FLT_MIN ? 1 / step : 0);
    const float scale = step >= FLT_MIN ? step : 0;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        int32_t halves[2];
        const size_t place = 32 * chunk;
        __m512 first, second;
        if (place + 32 <= count) {
            first = _mm512_loadu_ps(values + place);
            second = _mm512_loadu_ps(values + place + 16);
        } else {
            first = _mm512_maskz_loadu_ps(lanes_of(place, count), values + place);
            second = _mm512_maskz_loadu_ps(lanes_of(place + 16, count), values + place + 16);
        }
        quantize_chunk(first, second, inverse, are_finite, target.codes + place, halves);
        nibble_store_sums(target, chunk, unit_length, halves, scale);
    }
}

AVX512 size_t nibble_avx512_quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                                           nibble_token_target target) {
    const uint32_t bits = largest_bits(values, count);
    if (bits < 0x7F800000) {
        float largest;
        memcpy(&largest, &bits, sizeof largest);
        quantize_chunks(values, count, chunks, unit_length, largest / 127, 1, target);
        return 0;
    }
    size_t strange = 0;
    float step = nibble_portable_table.largest_magnitude(values, count, &strange) / 127;
    quantize_chunks(values, count, chunks, unit_length, step, 0, target);
    return strange;
}

#endif
