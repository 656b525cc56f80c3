#include "half.h"
#include "tables.h"
#include "ue4m3.h"

#pragma STDC FP_CONTRACT OFF
// All functions with vectors as parameters are inlined: there is no calling convention to disagree on.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES_CODE __attribute__((always_inline)) static inline
#include "lanes.h"

LANES_CODE void store_half(float value, uint8_t *bytes) {
    uint16_t half = nibble_float_to_half(value);
    bytes[0] = (uint8_t)half;
    bytes[1] = (uint8_t)(half >> 8);
}

#define HALF(bytes) nibble_half_to_float((uint16_t)((bytes)[0] | (bytes)[1] << 8))
#define STORE_HALF(value, bytes) store_half(value, bytes)
#include "encode_search.h"
#include "encode_levels.h"
#include "encode_blocks.h"
#include "encode_super.h"
#include "encode_rows.h"
#include "mini_lanes.h"

void nibble_portable_encode_row(nibble_block_kind kind, const float *values, size_t count,
                                const float *importance, uint8_t *blocks) {
    encode_row(kind, values, count, importance, blocks);
}

void nibble_portable_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type,
                                uint16_t *codes) {
    mini_codes(values, count, scale, type, codes);
}

double nibble_portable_mini_error(const float *values, size_t count, float scale, nibble_mini_float type) {
    return mini_error(values, count, scale, type);
}

#if defined(__x86_64__)
void nibble_avx2_encode_row(nibble_block_kind kind, const float *values, size_t count, const float *importance,
                            uint8_t *blocks);
void nibble_avx2_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type, uint16_t *codes);
double nibble_avx2_mini_error(const float *values, size_t count, float scale, nibble_mini_float type);

/// Calls the function of AVX2 where the processor has it.
#define CHOSEN(name, ...)                                                                                              \
    (nibble_kernels() == &nibble_avx2_table ? nibble_avx2_##name(__VA_ARGS__) : nibble_portable_##name(__VA_ARGS__))
#else
#define CHOSEN(name, ...) nibble_portable_##name(__VA_ARGS__)
#endif

void nibble_encode_row(nibble_block_kind kind, const float *values, size_t count, const float *importance,
                       uint8_t *blocks) {
    CHOSEN(encode_row, kind, values, count, importance, blocks);
}

void nibble_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type, uint16_t *codes) {
    CHOSEN(mini_codes, values, count, scale, type, codes);
}

double nibble_mini_error(const float *values, size_t count, float scale, nibble_mini_float type) {
    return CHOSEN(mini_error, values, count, scale, type);
}
