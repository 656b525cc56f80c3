#if defined(__x86_64__)

#include "CNibbleKernels.h"
#include "tables.h"

#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2,fma,f16c")))

AVX2 static int32_t sum_i32(__m256i v) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

/// 16-bit multiply-add keeps every product exact, unlike the 8-bit one, which saturates pairs (NUMERICS §5).
AVX2 static int32_t dot_i16(const int16_t *a, const int16_t *b, size_t count) {
    __m256i first = _mm256_setzero_si256(), second = first;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        first = _mm256_add_epi32(first, _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *)(a + i)),
                                                          _mm256_loadu_si256((const __m256i *)(b + i))));
        second = _mm256_add_epi32(second, _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *)(a + i + 16)),
                                                            _mm256_loadu_si256((const __m256i *)(b + i + 16))));
    }
    if (i + 16 <= count) {
        first = _mm256_add_epi32(first, _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *)(a + i)),
                                                          _mm256_loadu_si256((const __m256i *)(b + i))));
        i += 16;
    }
    int32_t sum = sum_i32(_mm256_add_epi32(first, second));
    for (; i < count; i++) sum += (int32_t)a[i] * b[i];
    return sum;
}

AVX2 static float dot_f32(const float *a, const float *b, size_t count) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
        s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16), s2);
        s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24), s3);
    }
    for (; i + 8 <= count; i += 8) s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
    __m256 s = _mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3));
    __m128 h = _mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps(s, 1));
    h = _mm_add_ps(h, _mm_movehl_ps(h, h));
    h = _mm_add_ss(h, _mm_movehdup_ps(h));
    float sum = _mm_cvtss_f32(h);
    for (; i < count; i++) sum += a[i] * b[i];
    return sum;
}

AVX2 static void add_scaled_f32(const float *source, float factor, float *target, size_t count) {
    __m256 f = _mm256_set1_ps(factor);
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(target + i,
                         _mm256_fmadd_ps(f, _mm256_loadu_ps(source + i), _mm256_loadu_ps(target + i)));
    for (; i < count; i++) target[i] += factor * source[i];
}

AVX2 static void convert_f16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(target + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(bytes + 2 * i))));
    for (; i < count; i++) {
        uint16_t half;
        memcpy(&half, bytes + 2 * i, 2);
        target[i] = _cvtsh_ss(half);
    }
}

AVX2 static void convert_bf16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(bytes + 2 * i)));
        _mm256_storeu_ps(target + i, _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16)));
    }
    for (; i < count; i++) {
        uint16_t half;
        memcpy(&half, bytes + 2 * i, 2);
        uint32_t bits = (uint32_t)half << 16;
        memcpy(&target[i], &bits, 4);
    }
}

const nibble_kernel_table nibble_avx2_table = {
    "avx2", dot_i16, dot_f32, add_scaled_f32, convert_f16, convert_bf16,
};

#endif
