#ifndef NIBBLE_REGISTERS_H
#define NIBBLE_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Registers that are simulated side by side, one for each row.
#define NIBBLE_REGISTERS 8

/// What happened in eight registers. An overflow is a step at which a register's content, already wrapped or saturated,
/// plus the product leaves −2^(bits−1) … 2^(bits−1)−1.
typedef struct {
    /// Number of overflows.
    int64_t overflows[NIBBLE_REGISTERS];
    /// The farthest that such a step left the range.
    int64_t excess[NIBBLE_REGISTERS];
    /// The exact partial sum x that needs the widest register: max over x ≥ 0 of x, over x < 0 of −x − 1.
    int64_t peak[NIBBLE_REGISTERS];
} nibble_register_events;

/// Loops over simulated registers of one instruction set. Every set gives the same numbers.
typedef struct {
    /// sums[s] = Σ |codes[i]| over the s-th run of `length` columns (the last may be short).
    void (*magnitude_sums)(const int16_t *codes, size_t columns, size_t length, int64_t *sums);
    /// target[8·i + r] = rows[r·stride + i] for eight rows.
    void (*interleave_rows)(const int16_t *rows, size_t stride, size_t columns, int16_t *target);
    /// Adds w[8·i + r]·a[i] to register r, i from left to right; the register starts at zero in each run of `length`
    /// columns and ends as sums[r·(number of runs) + s]. `bits` is 2 … 32. With `is_narrow` the caller makes sure that bits
    /// ≤ 24 and that no exact partial sum of eight rows leaves 32 bits. `events` are replaced.
    void (*add_products)(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t bits,
                         int32_t saturates, int32_t is_narrow, int32_t *sums, nibble_register_events *events);
} nibble_register_table;

/// The best loops for this processor.
const nibble_register_table *nibble_register_kernels(void);
/// The loops that run everywhere, for comparison.
const nibble_register_table *nibble_portable_register_kernels(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
