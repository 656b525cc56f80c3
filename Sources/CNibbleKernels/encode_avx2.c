#if defined(__x86_64__)

#include "tables.h"
#include "ue4m3.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define LANES_CODE AVX2 __attribute__((always_inline)) static inline
#include "lanes.h"

LANES_CODE float half_at(const uint8_t *bytes) {
    uint16_t half;
    memcpy(&half, bytes, 2);
    return _cvtsh_ss(half);
}

LANES_CODE void store_half(float value, uint8_t *bytes) {
    uint16_t half = _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT);
    memcpy(bytes, &half, 2);
}

#define HALF(bytes) half_at(bytes)
#define STORE_HALF(value, bytes) store_half(value, bytes)
#include "encode_search.h"
#include "encode_levels.h"
#include "encode_blocks.h"
#include "encode_super.h"
#include "encode_rows.h"
#include "mini_lanes.h"

void nibble_avx2_encode_row(nibble_block_kind kind, const float *values, size_t count,
                            const float *importance, uint8_t *blocks);

AVX2 void nibble_avx2_encode_row(nibble_block_kind kind, const float *values, size_t count,
                                 const float *importance, uint8_t *blocks) {
    encode_row(kind, values, count, importance, blocks);
}

void nibble_avx2_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type, uint16_t *codes);
double nibble_avx2_mini_error(const float *values, size_t count, float scale, nibble_mini_float type);

AVX2 void nibble_avx2_mini_codes(const float *values, size_t count, float scale, nibble_mini_float type,
                                 uint16_t *codes) {
    mini_codes(values, count, scale, type, codes);
}

AVX2 double nibble_avx2_mini_error(const float *values, size_t count, float scale, nibble_mini_float type) {
    return mini_error(values, count, scale, type);
}

#endif
