#if defined(__x86_64__)

#include "elementwise.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,fma")))
#define INLINE __attribute__((always_inline)) static inline

AVX2 static void rms_norm(const float *x, const float *weight, float epsilon, size_t count, float *y) {
    __m256d first = _mm256_setzero_pd(), second = first;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256d low = _mm256_cvtps_pd(_mm_loadu_ps(x + i)), high = _mm256_cvtps_pd(_mm_loadu_ps(x + i + 4));
        first = _mm256_add_pd(first, _mm256_mul_pd(low, low));
        second = _mm256_add_pd(second, _mm256_mul_pd(high, high));
    }
    double lanes[8];
    _mm256_storeu_pd(lanes, first);
    _mm256_storeu_pd(lanes + 4, second);
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += (double)x[i] * (double)x[i];
    double mean = nibble_lane_sum_f64(lanes) / (double)(count ? count : 1);
    float factor = (float)(1 / sqrt(mean + (double)epsilon));
    for (i = 0; i + 8 <= count; i += 8) {
        __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + i), _mm256_set1_ps(factor));
        _mm256_storeu_ps(y + i, _mm256_mul_ps(scaled, _mm256_loadu_ps(weight + i)));
    }
    for (; i < count; i++) y[i] = x[i] * factor * weight[i];
}

/// Adds up eight lanes of f64, then what is left, each in its lane.
AVX2 INLINE double lane_sum(__m256d first, __m256d second, const float *rest, size_t count, double center,
                            const int is_squared) {
    double lanes[8];
    _mm256_storeu_pd(lanes, first);
    _mm256_storeu_pd(lanes + 4, second);
    for (size_t lane = 0; lane < count; lane++) {
        double difference = (double)rest[lane] - center;
        lanes[lane] += is_squared ? difference * difference : difference;
    }
    return nibble_lane_sum_f64(lanes);
}

AVX2 static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t count,
                            float *y) {
    double length = (double)(count ? count : 1);
    __m256d first = _mm256_setzero_pd(), second = first;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        first = _mm256_add_pd(first, _mm256_cvtps_pd(_mm_loadu_ps(x + i)));
        second = _mm256_add_pd(second, _mm256_cvtps_pd(_mm_loadu_ps(x + i + 4)));
    }
    double mean = lane_sum(first, second, x + i, count - i, 0, 0) / length;
    first = second = _mm256_setzero_pd();
    for (i = 0; i + 8 <= count; i += 8) {
        __m256d low = _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i)), _mm256_set1_pd(mean));
        __m256d high = _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i + 4)), _mm256_set1_pd(mean));
        first = _mm256_add_pd(first, _mm256_mul_pd(low, low));
        second = _mm256_add_pd(second, _mm256_mul_pd(high, high));
    }
    double variance = lane_sum(first, second, x + i, count - i, mean, 1) / length;
    float factor = (float)(1 / sqrt(variance + (double)epsilon)), center = (float)mean;
    // The compiler makes vectors of these.
    for (i = 0; i < count; i++) y[i] = (x[i] - center) * factor * weight[i];
    if (bias)
        for (i = 0; i < count; i++) y[i] += bias[i];
}

/// e^x; NaN stays NaN, as `vmaxps` and `vminps` return their second operand for it.
AVX2 INLINE __m256 exponential(__m256 x) {
    __m256 is_kept = _mm256_cmp_ps(x, _mm256_set1_ps(EXP_LOWEST), _CMP_NLT_UQ);
    x = _mm256_min_ps(_mm256_set1_ps(EXP_HIGHEST), _mm256_max_ps(_mm256_set1_ps(EXP_LOWEST), x));
    __m256 whole = _mm256_set1_ps(WHOLE);
    __m256 n = _mm256_sub_ps(_mm256_add_ps(_mm256_mul_ps(x, _mm256_set1_ps(LOG2_E)), whole), whole);
    __m256 r = _mm256_fmadd_ps(n, _mm256_set1_ps(-LN2_HIGH), x);
    r = _mm256_fmadd_ps(n, _mm256_set1_ps(-LN2_LOW), r);
    __m256 p = _mm256_set1_ps(1.0f / 5040);
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 720));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    __m256i bits = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_and_ps(_mm256_mul_ps(p, _mm256_castsi256_ps(bits)), is_kept);
}

AVX2 INLINE float largest_of(const float *x, size_t count) {
    __m256 largest = _mm256_set1_ps(-INFINITY);
    size_t i = 0;
    // The first operand is taken only if it is greater, so that NaN is passed over.
    for (; i + 8 <= count; i += 8) largest = _mm256_max_ps(_mm256_loadu_ps(x + i), largest);
    float lanes[8], rest = nibble_largest(x + i, count - i);
    _mm256_storeu_ps(lanes, largest);
    float all = nibble_largest(lanes, 8);
    return rest > all ? rest : all;
}

AVX2 static void softmax(float *x, size_t count) {
    float largest = largest_of(x, count), lanes[8];
    __m256 sum = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 e = exponential(_mm256_sub_ps(_mm256_loadu_ps(x + i), _mm256_set1_ps(largest)));
        _mm256_storeu_ps(x + i, e);
        sum = _mm256_add_ps(sum, e);
    }
    _mm256_storeu_ps(lanes, sum);
    for (size_t lane = 0; i < count; i++, lane++) {
        x[i] = nibble_exp(x[i] - largest);
        lanes[lane] += x[i];
    }
    float total = nibble_lane_sum(lanes);
    for (i = 0; i + 8 <= count; i += 8)
        _mm256_storeu_ps(x + i, _mm256_div_ps(_mm256_loadu_ps(x + i), _mm256_set1_ps(total)));
    for (; i < count; i++) x[i] /= total;
}

AVX2 static void silu_multiply(float *gate, const float *up, size_t count) {
    const __m256 sign = _mm256_set1_ps(-0.0f), one = _mm256_set1_ps(1);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 x = _mm256_loadu_ps(gate + i);
        __m256 silu = _mm256_div_ps(x, _mm256_add_ps(one, exponential(_mm256_xor_ps(x, sign))));
        _mm256_storeu_ps(gate + i, _mm256_mul_ps(silu, _mm256_loadu_ps(up + i)));
    }
    for (; i < count; i++) gate[i] = nibble_silu(gate[i], up[i]);
}

AVX2 static void gelu(float *x, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 v = _mm256_loadu_ps(x + i), square = _mm256_mul_ps(v, v);
        __m256 cubic = _mm256_add_ps(_mm256_mul_ps(square, _mm256_set1_ps(GELU_CUBIC)), _mm256_set1_ps(GELU_LINEAR));
        __m256 e = exponential(_mm256_mul_ps(v, cubic));
        _mm256_storeu_ps(x + i, _mm256_div_ps(v, _mm256_add_ps(_mm256_set1_ps(1), e)));
    }
    for (; i < count; i++) x[i] = nibble_gelu(x[i]);
}

AVX2 static void gelu_erf(float *x, size_t count) {
    const __m256d zero = _mm256_setzero_pd(), one = _mm256_set1_pd(1), minus = _mm256_set1_pd(-1);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        __m256d v = _mm256_cvtps_pd(_mm_loadu_ps(x + i)), least = _mm256_set1_pd(GELU_LEAST);
        v = _mm256_blendv_pd(v, least, _mm256_cmp_pd(v, least, _CMP_LT_OQ));
        __m256d z = _mm256_mul_pd(v, _mm256_set1_pd(ROOT_HALF)), t = _mm256_mul_pd(z, z);
        __m256d above = _mm256_set1_pd(erf_above[0]), below = _mm256_set1_pd(erf_below[0]);
#pragma clang loop unroll(full)
        for (int k = 1; k < ERF_TERMS; k++) {
            above = _mm256_fmadd_pd(above, t, _mm256_set1_pd(erf_above[k]));
            below = _mm256_fmadd_pd(below, t, _mm256_set1_pd(erf_below[k]));
        }
        __m256d erf = _mm256_div_pd(_mm256_mul_pd(z, above), below);
        __m256d end = _mm256_blendv_pd(one, minus, _mm256_cmp_pd(z, zero, _CMP_LT_OQ));
        erf = _mm256_blendv_pd(erf, end, _mm256_cmp_pd(t, _mm256_set1_pd(ERF_SQUARE), _CMP_GE_OQ));
        __m256d gelu = _mm256_mul_pd(_mm256_mul_pd(v, _mm256_set1_pd(0.5)), _mm256_add_pd(erf, one));
        _mm_storeu_ps(x + i, _mm256_cvtpd_ps(gelu));
    }
    for (; i < count; i++) x[i] = nibble_gelu_erf(x[i]);
}

AVX2 static void scale_blocks(const int8_t *codes, const float *scales, size_t count, float *y) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i wide = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(codes + i)));
        _mm256_storeu_ps(y + i, _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_broadcast_ss(scales + i / 32)));
    }
    for (; i < count; i++) y[i] = (float)codes[i] * scales[i / 32];
}

// The compiler makes vectors of these loops.

AVX2 static void rotate_halves(float *x, const float *cosines, const float *sines, size_t count) {
    float *y = x + count;
    for (size_t i = 0; i < count; i++) {
        float first = x[i], second = y[i];
        x[i] = first * cosines[i] - second * sines[i];
        y[i] = second * cosines[i] + first * sines[i];
    }
}

AVX2 static void rotate_neighbours(float *x, const float *cosines, const float *sines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float first = x[2 * i], second = x[2 * i + 1];
        x[2 * i] = first * cosines[i] - second * sines[i];
        x[2 * i + 1] = second * cosines[i] + first * sines[i];
    }
}

const nibble_elementwise_table nibble_avx2_elementwise_table = {
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .softmax = softmax,
    .silu_multiply = silu_multiply,
    .gelu = gelu,
    .gelu_erf = gelu_erf,
    .scale_blocks = scale_blocks,
    .rotate_halves = rotate_halves,
    .rotate_neighbours = rotate_neighbours,
};

/// What wider registers make faster, and the rest as above.
const nibble_elementwise_table nibble_avx512_elementwise_table = {
    .rms_norm = rms_norm,
    .layer_norm = nibble_avx512_layer_norm,
    .softmax = nibble_avx512_softmax,
    .silu_multiply = nibble_avx512_silu_multiply,
    .gelu = nibble_avx512_gelu,
    .gelu_erf = nibble_avx512_gelu_erf,
    .scale_blocks = scale_blocks,
    .rotate_halves = rotate_halves,
    .rotate_neighbours = rotate_neighbours,
};

#endif
