#ifndef NIBBLE_ELEMENTWISE_SHARED_H
#define NIBBLE_ELEMENTWISE_SHARED_H

#include "CNibbleKernels.h"
#include "tables.h"

#include <math.h>
#include <string.h>

// Before the functions, not only in the files that include them: rounding must be the same where they end a loop of vectors.
#pragma STDC FP_CONTRACT OFF

#define EXP_LOWEST -87.3f
#define EXP_HIGHEST 88.7f
#define LOG2_E 1.44269504f
/// ln 2 in two parts, the first with zeros at its end so that n times it is exact.
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
/// Adding and subtracting it rounds to a whole number, half to even.
#define WHOLE 12582912.0f

/// e^x, 0 below the lowest; the twin of the vectors, operation by operation.
static inline float nibble_exp(float x) {
    if (x < EXP_LOWEST) return 0;
    x = x > EXP_HIGHEST ? EXP_HIGHEST : x;
    float n = (x * LOG2_E + WHOLE) - WHOLE;
    float r = fmaf(n, -LN2_LOW, fmaf(n, -LN2_HIGH, x));
    float p = 1.0f / 5040;
    p = fmaf(p, r, 1.0f / 720);
    p = fmaf(p, r, 1.0f / 120);
    p = fmaf(p, r, 1.0f / 24);
    p = fmaf(p, r, 1.0f / 6);
    p = fmaf(p, r, 0.5f);
    p = fmaf(p, r, 1.0f);
    p = fmaf(p, r, 1.0f);
    if (n != n) return n;
    int32_t bits = ((int32_t)n + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

static inline float nibble_silu(float gate, float up) { return gate / (1 + nibble_exp(-gate)) * up; }

/// −2 · √(2/π) and that times 0.044715.
#define GELU_LINEAR -1.59576912f
#define GELU_CUBIC -0.0713548163f

static inline float nibble_gelu(float x) {
    float square = x * x;
    return x / (1 + nibble_exp(x * (square * GELU_CUBIC + GELU_LINEAR)));
}

/// Coefficients of erf(z) ≈ z · P(z²) ÷ Q(z²), the highest power first; the bounds within which they hold.
#define ERF_TERMS 8
#define ERF_SQUARE 20.25
#define GELU_LEAST -10.0
#define ROOT_HALF 0.707106781186547524
static const double erf_above[ERF_TERMS] = {2.70529033537e-09, 8.70811094963e-07, 3.0589515966e-05, 0.000598844662387,
                                            0.00617873253206,  0.0622252401793,   0.225526844166,   1.12837916702};
static const double erf_below[ERF_TERMS] = {7.39729915477e-08, 6.02672987044e-06, 0.000141090696391, 0.00206128424064,
                                            0.0202582283128,   0.132879473883,    0.533201291688,    1};

/// Held at −10, where the result is −0 already, −∞ isn't multiplied by zero.
static inline float nibble_gelu_erf(float value) {
    double x = (double)value < GELU_LEAST ? GELU_LEAST : (double)value, z = x * ROOT_HALF, t = z * z;
    double above = erf_above[0], below = erf_below[0];
    for (int i = 1; i < ERF_TERMS; i++) {
        above = fma(above, t, erf_above[i]);
        below = fma(below, t, erf_below[i]);
    }
    double erf = z * above / below;
    if (t >= ERF_SQUARE) erf = z < 0 ? -1 : 1;
    return (float)(x * 0.5 * (erf + 1));
}

static inline float nibble_largest(const float *x, size_t count) {
    float largest = -INFINITY;
    for (size_t i = 0; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    return largest;
}

// Entries of the table for AVX-512, which have a file of their own.

void nibble_avx512_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t count,
                              float *y);
void nibble_avx512_softmax(float *x, size_t count);
void nibble_avx512_silu_multiply(float *gate, const float *up, size_t count);
void nibble_avx512_gelu(float *x, size_t count);
void nibble_avx512_gelu_erf(float *x, size_t count);

#endif
