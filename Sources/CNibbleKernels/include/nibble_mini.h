#ifndef NIBBLE_MINI_H
#define NIBBLE_MINI_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// A floating-point type of up to 8 bits. A fixed-point one is the case whose largest number is below 2^(2 − bias).
typedef struct {
    int32_t fraction_bits, bias;
    /// The code of NaN without its sign; 0 if there is none, and NaN becomes +0.
    int32_t nan_code;
    int32_t largest_code, sign_bit;
    /// The largest number: beyond it values saturate.
    float largest;
} nibble_mini_float;

/// codes[i] = code of values[i] ÷ scale to nearest even, saturating.
void nibble_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type, uint16_t *codes);
/// Σ (value − scale · number)² in f64 over finite values, rounded and saturating as above; `scale` is a power of two. Value i is
/// added to lane i mod 8, the lanes as in `nibble_lane_sum_f64`.
double nibble_mini_error(const float *values, size_t count, float scale, nibble_mini_float type);

// The same by the code that runs everywhere, for comparison.
void nibble_portable_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type,
                                uint16_t *codes);
/// `nibble_mini_error` with the portable loops.
double nibble_portable_mini_error(const float *values, size_t count, float scale, nibble_mini_float type);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
