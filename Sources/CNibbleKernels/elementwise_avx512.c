#if defined(__x86_64__)

#include "elementwise.h"
#include "registers_avx512.h"

#pragma STDC FP_CONTRACT OFF

// The steps of `elementwise_avx2.c`, with sums in the same eight lanes, so that results have the same bits.

/// The lanes that hold numbers of the 16 from `start` on.
AVX512 INLINE __mmask16 lanes_of(size_t start, size_t count) {
    return count - start < 16 ? (__mmask16)((1u << (count - start)) - 1) : (__mmask16)0xFFFF;
}

/// Eight lanes of f64, then what is left, each in its lane.
AVX512 INLINE double lane_sum(__m512d sum, const float *rest, size_t count, double center, const int is_squared) {
    double lanes[8];
    _mm512_storeu_pd(lanes, sum);
    for (size_t lane = 0; lane < count; lane++) {
        double difference = (double)rest[lane] - center;
        lanes[lane] += is_squared ? difference * difference : difference;
    }
    return nibble_lane_sum_f64(lanes);
}

AVX512 void nibble_avx512_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t count,
                                     float *y) {
    double length = (double)(count ? count : 1);
    __m512d sum = _mm512_setzero_pd();
    size_t whole = count & ~(size_t)7, i = 0;
    for (; i < whole; i += 8) sum = _mm512_add_pd(sum, _mm512_cvtps_pd(_mm256_loadu_ps(x + i)));
    double mean = lane_sum(sum, x + whole, count - whole, 0, 0) / length;
    sum = _mm512_setzero_pd();
    for (i = 0; i < whole; i += 8) {
        __m512d difference = _mm512_sub_pd(_mm512_cvtps_pd(_mm256_loadu_ps(x + i)), _mm512_set1_pd(mean));
        sum = _mm512_add_pd(sum, _mm512_mul_pd(difference, difference));
    }
    double variance = lane_sum(sum, x + whole, count - whole, mean, 1) / length;
    float factor = (float)(1 / sqrt(variance + (double)epsilon)), center = (float)mean;
    const __m512 centers = _mm512_set1_ps(center), factors = _mm512_set1_ps(factor);
    for (i = 0; i < count; i += 16) {
        __mmask16 mask = lanes_of(i, count);
        __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), centers), factors);
        v = _mm512_mul_ps(v, _mm512_maskz_loadu_ps(mask, weight + i));
        if (bias) v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(mask, bias + i));
        _mm512_mask_storeu_ps(y + i, mask, v);
    }
}

/// e^x; NaN stays NaN, as `vmaxps` and `vminps` return their second operand for it.
AVX512 INLINE __m512 exponential(__m512 x) {
    __mmask16 is_kept = _mm512_cmp_ps_mask(x, _mm512_set1_ps(EXP_LOWEST), _CMP_NLT_UQ);
    x = _mm512_min_ps(_mm512_set1_ps(EXP_HIGHEST), _mm512_max_ps(_mm512_set1_ps(EXP_LOWEST), x));
    __m512 whole = _mm512_set1_ps(WHOLE);
    __m512 n = _mm512_sub_ps(_mm512_add_ps(_mm512_mul_ps(x, _mm512_set1_ps(LOG2_E)), whole), whole);
    __m512 r = _mm512_fmadd_ps(n, _mm512_set1_ps(-LN2_HIGH), x);
    r = _mm512_fmadd_ps(n, _mm512_set1_ps(-LN2_LOW), r);
    __m512 p = _mm512_set1_ps(1.0f / 5040);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 720));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    __m512i bits = _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23);
    return _mm512_maskz_mul_ps(is_kept, p, _mm512_castsi512_ps(bits));
}

AVX512 INLINE float largest_of(const float *x, size_t count) {
    __m512 largest = _mm512_set1_ps(-INFINITY);
    size_t i = 0;
    // The first operand is taken only if it is greater, so that NaN is passed over.
    for (; i + 16 <= count; i += 16) largest = _mm512_max_ps(_mm512_loadu_ps(x + i), largest);
    float all = _mm512_reduce_max_ps(largest), rest = nibble_largest(x + i, count - i);
    return rest > all ? rest : all;
}

AVX512 void nibble_avx512_softmax(float *x, size_t count) {
    const __m512 largest = _mm512_set1_ps(largest_of(x, count));
    __m256 sum = _mm256_setzero_ps();
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 mask = lanes_of(i, count);
        __m512 e = exponential(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), largest));
        // Lanes without a number add 0, which changes no sum.
        e = _mm512_maskz_mov_ps(mask, e);
        _mm512_mask_storeu_ps(x + i, mask, e);
        sum = _mm256_add_ps(sum, _mm512_castps512_ps256(e));
        sum = _mm256_add_ps(sum, _mm512_extractf32x8_ps(e, 1));
    }
    float lanes[8];
    _mm256_storeu_ps(lanes, sum);
    const __m512 total = _mm512_set1_ps(nibble_lane_sum(lanes));
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 mask = lanes_of(i, count);
        _mm512_mask_storeu_ps(x + i, mask, _mm512_div_ps(_mm512_maskz_loadu_ps(mask, x + i), total));
    }
}

AVX512 void nibble_avx512_silu_multiply(float *gate, const float *up, size_t count) {
    const __m512 sign = _mm512_set1_ps(-0.0f), one = _mm512_set1_ps(1);
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512 x = _mm512_loadu_ps(gate + i);
        __m512 silu = _mm512_div_ps(x, _mm512_add_ps(one, exponential(_mm512_xor_ps(x, sign))));
        _mm512_storeu_ps(gate + i, _mm512_mul_ps(silu, _mm512_loadu_ps(up + i)));
    }
    for (; i < count; i++) gate[i] = nibble_silu(gate[i], up[i]);
}

AVX512 void nibble_avx512_gelu(float *x, size_t count) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512 v = _mm512_loadu_ps(x + i), square = _mm512_mul_ps(v, v);
        __m512 cubic = _mm512_add_ps(_mm512_mul_ps(square, _mm512_set1_ps(GELU_CUBIC)), _mm512_set1_ps(GELU_LINEAR));
        __m512 e = exponential(_mm512_mul_ps(v, cubic));
        _mm512_storeu_ps(x + i, _mm512_div_ps(v, _mm512_add_ps(_mm512_set1_ps(1), e)));
    }
    for (; i < count; i++) x[i] = nibble_gelu(x[i]);
}

AVX512 INLINE __m256 gelu_erf_of(__m256 values) {
    const __m512d one = _mm512_set1_pd(1), least = _mm512_set1_pd(GELU_LEAST);
    __m512d v = _mm512_cvtps_pd(values);
    v = _mm512_mask_mov_pd(v, _mm512_cmp_pd_mask(v, least, _CMP_LT_OQ), least);
    __m512d z = _mm512_mul_pd(v, _mm512_set1_pd(ROOT_HALF)), t = _mm512_mul_pd(z, z);
    __m512d above = _mm512_set1_pd(erf_above[0]), below = _mm512_set1_pd(erf_below[0]);
#pragma clang loop unroll(full)
    for (int k = 1; k < ERF_TERMS; k++) {
        above = _mm512_fmadd_pd(above, t, _mm512_set1_pd(erf_above[k]));
        below = _mm512_fmadd_pd(below, t, _mm512_set1_pd(erf_below[k]));
    }
    __m512d erf = _mm512_div_pd(_mm512_mul_pd(z, above), below);
    __m512d end = _mm512_mask_mov_pd(one, _mm512_cmp_pd_mask(z, _mm512_setzero_pd(), _CMP_LT_OQ), _mm512_set1_pd(-1));
    erf = _mm512_mask_mov_pd(erf, _mm512_cmp_pd_mask(t, _mm512_set1_pd(ERF_SQUARE), _CMP_GE_OQ), end);
    return _mm512_cvtpd_ps(_mm512_mul_pd(_mm512_mul_pd(v, _mm512_set1_pd(0.5)), _mm512_add_pd(erf, one)));
}

AVX512 void nibble_avx512_gelu_erf(float *x, size_t count) {
    size_t i = 0;
    // Four vectors at once keep the dividers busy while the polynomials run.
    for (; i + 32 <= count; i += 32)
#pragma clang loop unroll(full)
        for (size_t k = 0; k < 32; k += 8) _mm256_storeu_ps(x + i + k, gelu_erf_of(_mm256_loadu_ps(x + i + k)));
    for (; i < count; i++) x[i] = nibble_gelu_erf(x[i]);
}

#endif
