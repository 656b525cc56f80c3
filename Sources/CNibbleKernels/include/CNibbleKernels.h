#ifndef NIBBLE_KERNELS_H
#define NIBBLE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The innermost loops of one instruction set. Every entry gives the same integers on every set; sums of floats may
/// differ in their order. A further set is one file that fills this table and one line in `nibble_kernels`.
typedef struct {
    /// Name of the instruction set.
    const char *name;
    /// Σ a[i]·b[i] in 32 bits; the caller makes sure that no partial sum overflows.
    int32_t (*dot_i16)(const int16_t *a, const int16_t *b, size_t count);
    /// Σ a[i]·b[i] in f32.
    float (*dot_f32)(const float *a, const float *b, size_t count);
    /// target[i] += factor · source[i].
    void (*add_scaled_f32)(const float *source, float factor, float *target, size_t count);
    /// IEEE half, little-endian and possibly unaligned, to f32.
    void (*convert_f16)(const void *source, float *target, size_t count);
    /// bfloat16, little-endian and possibly unaligned, to f32.
    void (*convert_bf16)(const void *source, float *target, size_t count);
} nibble_kernel_table;

/// The best table for this processor, chosen once.
const nibble_kernel_table *nibble_kernels(void);
/// The table that runs everywhere, for comparison.
const nibble_kernel_table *nibble_portable_kernels(void);

#endif
