#ifndef NIBBLE_ELEMENTWISE_H
#define NIBBLE_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// What a transformer does between its products. Every entry gives the same bits on every instruction set.
///
/// e^x = 2^n · p(x − n·ln 2) with n the nearest whole number to x ÷ ln 2 and p the Taylor polynomial of degree 7, within 2 units
/// in the last place; below −87.3 it is 0, and x is held below 88.7.
typedef struct {
    /// y = x · (1 ÷ √(mean(x²) + epsilon)) · weight, the squares summed in f64.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, size_t count, float *y);
    /// y = (x − mean) · (1 ÷ √(mean of squared differences + epsilon)) · weight + bias, means in f64; no bias where it is NULL.
    void (*layer_norm)(const float *x, const float *weight, const float *_Nullable bias, float epsilon, size_t count,
                       float *y);
    /// Replaces x by exp(x − max) ÷ Σ; the sum in eight lanes.
    void (*softmax)(float *x, size_t count);
    /// gate[i] = gate[i] ÷ (1 + exp(−gate[i])) · up[i].
    void (*silu_multiply)(float *gate, const float *up, size_t count);
    /// x[i] = x[i] ÷ (1 + exp(−2 · √(2/π) · (x[i] + 0.044715 · x[i]³))): GELU by its tanh form.
    void (*gelu)(float *x, size_t count);
    /// x[i] = x[i] · ½ · (1 + erf(x[i] ÷ √2)) in f64: GELU by its exact form. erf(z) = z · P(z²) ÷ Q(z²) below 4.5, ±1 beyond, the
    /// polynomials' coefficients fitted to the smallest relative error (7·10⁻¹¹), each step a fused multiply-add.
    void (*gelu_erf)(float *x, size_t count);
    /// y[i] = codes[i] · scales[i ÷ 32].
    void (*scale_blocks)(const int8_t *codes, const float *scales, size_t count, float *y);
    /// Turns the pairs (x[i], x[i + count]) by angles.
    void (*rotate_halves)(float *x, const float *cosines, const float *sines, size_t count);
    /// Turns the pairs (x[2i], x[2i + 1]) by angles.
    void (*rotate_neighbours)(float *x, const float *cosines, const float *sines, size_t count);
} nibble_elementwise_table;

/// The best table for this processor.
const nibble_elementwise_table *nibble_elementwise_kernels(void);
/// The table that runs everywhere, for comparison.
const nibble_elementwise_table *nibble_portable_elementwise_kernels(void);
/// The tables that this processor runs, the best first; NULL from their number on.
const nibble_elementwise_table *_Nullable nibble_elementwise_kernels_at(size_t index);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
