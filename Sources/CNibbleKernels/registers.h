#ifndef NIBBLE_REGISTER_LOOPS_H
#define NIBBLE_REGISTER_LOOPS_H

#include "CNibbleKernels.h"

#include <string.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// Eight registers in the compiler's own vectors, for code that every instruction set compiles for itself. The including
// file defines REGISTER_CODE, the attributes of a function. One column at a time keeps the order of the products.

typedef int16_t codes8 __attribute__((vector_size(16)));
typedef int32_t narrow8 __attribute__((vector_size(32)));
typedef int64_t wide8 __attribute__((vector_size(64)));

REGISTER_CODE codes8 load_codes(const int16_t *source) {
    codes8 codes;
    memcpy(&codes, source, sizeof codes);
    return codes;
}

/// An inlined loop for registers in lanes of one width: LANE is wide enough for content + product and for the exact sums.
/// The content is held as content + 2^(bits − 1), so that its range is that of an unsigned number: 0 … mask.
#define REGISTER_LOOP(NAME, LANE, VECTOR)                                                                         \
    REGISTER_CODE void NAME(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t bits,      \
                            int32_t saturates, int32_t *sums, nibble_register_events *events) {                   \
        const LANE half = (LANE)1 << (bits - 1);                                                                  \
        const VECTOR zero = {0};                                                                                  \
        const VECTOR mask = zero + (2 * half - 1);                                                                \
        const size_t runs = (columns + length - 1) / length;                                                      \
        VECTOR kept = zero, most = zero, least = zero, exact_most = zero, exact_least = zero;                     \
        for (size_t run = 0; run < runs; run++) {                                                                 \
            const size_t end = (run + 1) * length < columns ? (run + 1) * length : columns;                       \
            VECTOR content = zero + half, exact = zero;                                                           \
            for (size_t i = run * length; i < end; i++) {                                                         \
                const narrow8 factors = __builtin_convertvector(load_codes(w + NIBBLE_REGISTERS * i), narrow8);   \
                const VECTOR product = __builtin_convertvector(factors * (int32_t)a[i], VECTOR);                  \
                const VECTOR next = content + product;                                                            \
                most = __builtin_elementwise_max(most, next);                                                     \
                least = __builtin_elementwise_min(least, next);                                                   \
                content = saturates ? __builtin_elementwise_max(__builtin_elementwise_min(next, mask), zero)      \
                                    : next & mask;                                                                \
                kept -= content == next;                                                                          \
                exact += product;                                                                                 \
                exact_most = __builtin_elementwise_max(exact_most, exact);                                        \
                exact_least = __builtin_elementwise_min(exact_least, exact);                                      \
            }                                                                                                     \
            for (size_t r = 0; r < NIBBLE_REGISTERS; r++) {                                                       \
                sums[r * runs + run] = (int32_t)(content[r] - half);                                              \
            }                                                                                                     \
        }                                                                                                         \
        for (size_t r = 0; r < NIBBLE_REGISTERS; r++) {                                                           \
            const int64_t over = most[r] - mask[r], under = -(int64_t)least[r];                                   \
            const int64_t positive = exact_most[r], negative = ~(int64_t)exact_least[r];                          \
            events->overflows[r] = (int64_t)columns - kept[r];                                                    \
            events->excess[r] = over > under ? (over > 0 ? over : 0) : (under > 0 ? under : 0);                   \
            events->peak[r] = positive > negative ? positive : negative;                                          \
        }                                                                                                         \
    }

REGISTER_LOOP(narrow_loop, int32_t, narrow8)
REGISTER_LOOP(wide_loop, int64_t, wide8)

REGISTER_CODE void add_products_in_lanes(const int16_t *w, const int16_t *a, size_t columns, size_t length,
                                         int32_t bits, int32_t saturates, int32_t is_narrow, int32_t *sums,
                                         nibble_register_events *events) {
    // Constants in the place of flags, so that each loop is compiled without the other's branches.
    if (is_narrow && saturates) {
        narrow_loop(w, a, columns, length, bits, 1, sums, events);
    } else if (is_narrow) {
        narrow_loop(w, a, columns, length, bits, 0, sums, events);
    } else if (saturates) {
        wide_loop(w, a, columns, length, bits, 1, sums, events);
    } else {
        wide_loop(w, a, columns, length, bits, 0, sums, events);
    }
}

REGISTER_CODE void sum_magnitudes(const int16_t *codes, size_t columns, size_t length, int64_t *sums) {
    for (size_t start = 0; start < columns; start += length) {
        const size_t end = start + length < columns ? start + length : columns;
        int64_t sum = 0;
        for (size_t first = start; first < end; first += 4096) {
            const size_t last = first + 4096 < end ? first + 4096 : end;
            int32_t part = 0;
            for (size_t i = first; i < last; i++) part += codes[i] < 0 ? -(int32_t)codes[i] : codes[i];
            sum += part;
        }
        *sums++ = sum;
    }
}

REGISTER_CODE void interleave_eight(const int16_t *rows, size_t stride, size_t columns, int16_t *target) {
    size_t i = 0;
    for (; i + 8 <= columns; i += 8) {
        codes8 block[8];
        for (size_t r = 0; r < 8; r++) block[r] = load_codes(rows + r * stride + i);
        // Three perfect shuffles of the rows transpose the block.
        for (size_t stage = 0; stage < 3; stage++) {
            codes8 mixed[8];
            for (size_t r = 0; r < 4; r++) {
                mixed[2 * r] = __builtin_shufflevector(block[r], block[r + 4], 0, 8, 1, 9, 2, 10, 3, 11);
                mixed[2 * r + 1] = __builtin_shufflevector(block[r], block[r + 4], 4, 12, 5, 13, 6, 14, 7, 15);
            }
            memcpy(block, mixed, sizeof block);
        }
        memcpy(target + 8 * i, block, sizeof block);
    }
    for (; i < columns; i++) {
        for (size_t r = 0; r < 8; r++) target[8 * i + r] = rows[r * stride + i];
    }
}

/// The functions of a table under the names NAME_….
#define REGISTER_TABLE(NAME, ATTRIBUTES)                                                                          \
    ATTRIBUTES static void NAME##_magnitude_sums(const int16_t *codes, size_t columns, size_t length, int64_t *sums) { \
        sum_magnitudes(codes, columns, length, sums);                                                             \
    }                                                                                                             \
    ATTRIBUTES static void NAME##_interleave_rows(const int16_t *rows, size_t stride, size_t columns,             \
                                                  int16_t *target) {                                              \
        interleave_eight(rows, stride, columns, target);                                                          \
    }                                                                                                             \
    ATTRIBUTES static void NAME##_add_products(const int16_t *w, const int16_t *a, size_t columns, size_t length, \
                                               int32_t bits, int32_t saturates, int32_t is_narrow, int32_t *sums, \
                                               nibble_register_events *events) {                                  \
        add_products_in_lanes(w, a, columns, length, bits, saturates, is_narrow, sums, events);                   \
    }                                                                                                             \
    const nibble_register_table nibble_##NAME##_register_table = {                                                \
        .magnitude_sums = NAME##_magnitude_sums,                                                                  \
        .interleave_rows = NAME##_interleave_rows,                                                                \
        .add_products = NAME##_add_products,                                                                      \
    };

extern const nibble_register_table nibble_portable_register_table;
#if defined(__x86_64__)
extern const nibble_register_table nibble_avx2_register_table;
#endif

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
