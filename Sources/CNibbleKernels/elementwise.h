#ifndef NIBBLE_ELEMENTWISE_SHARED_H
#define NIBBLE_ELEMENTWISE_SHARED_H

#include "CNibbleKernels.h"
#include "tables.h"

#include <math.h>
#include <string.h>

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

static inline float nibble_largest(const float *x, size_t count) {
    float largest = -INFINITY;
    for (size_t i = 0; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    return largest;
}

#endif
