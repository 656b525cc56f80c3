// Unpacks blocks of GGUF formats. Each instruction set includes this file with its own
//   UNPACK      attributes of a function
//   HALF(bytes) the f16 at an address, as f32
//   LEVELS_OF   a faster lookup, if it has one
// so that the compiler makes its vectors of the same loops. Layouts: ggml-common.h, as described in Numerics §6.

/// Bits 0 … 3 of 16 bytes, then bits 4 … 7.
UNPACK void nibbles_of(const uint8_t *bytes, size_t count, int16_t *codes) {
    for (size_t i = 0; i < count; i++) {
        codes[i] = bytes[i] & 15;
        codes[count + i] = bytes[i] >> 4;
    }
}

/// Adds 16 where the block's bit for a weight is set.
UNPACK void add_fifth_bits(const uint8_t *bytes, int16_t *codes) {
    static const int16_t masks[16] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, -32768};
    for (size_t half = 0; half < 2; half++) {
        int16_t bits = (int16_t)(bytes[2 * half] | bytes[2 * half + 1] << 8);
        for (size_t i = 0; i < 16; i++) codes[16 * half + i] |= (bits & masks[i]) == masks[i] ? 16 : 0;
    }
}

UNPACK void subtract(int16_t *codes, size_t count, int16_t offset) {
    for (size_t i = 0; i < count; i++) codes[i] = (int16_t)(codes[i] - offset);
}

UNPACK void block_q4_1(const uint8_t *block, int16_t *codes, float *scales, float *minima) {
    scales[0] = HALF(block);
    minima[0] = HALF(block + 2);
    nibbles_of(block + 4, 16, codes);
}

UNPACK void block_q5_0(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block);
    nibbles_of(block + 6, 16, codes);
    add_fifth_bits(block + 2, codes);
    subtract(codes, 32, 16);
}

UNPACK void block_q5_1(const uint8_t *block, int16_t *codes, float *scales, float *minima) {
    scales[0] = HALF(block);
    minima[0] = HALF(block + 2);
    nibbles_of(block + 8, 16, codes);
    add_fifth_bits(block + 4, codes);
}

UNPACK void block_q2_k(const uint8_t *block, int16_t *codes, float *scales, float *minima) {
    float scale = HALF(block + 80), minimum = HALF(block + 82);
    for (size_t g = 0; g < 16; g++) {
        scales[g] = scale * (float)(block[g] & 15);
        minima[g] = -(minimum * (float)(block[g] >> 4));
    }
    for (size_t half = 0; half < 2; half++)
        for (size_t field = 0; field < 4; field++)
            for (size_t i = 0; i < 32; i++)
                codes[128 * half + 32 * field + i] = block[16 + 32 * half + i] >> 2 * field & 3;
}

UNPACK void block_q3_k(const uint8_t *block, int16_t *codes, float *scales) {
    float scale = HALF(block + 108);
    const uint8_t *stored = block + 96;
    for (size_t g = 0; g < 16; g++) {
        int32_t low = g < 8 ? stored[g] & 15 : stored[g - 8] >> 4, high = stored[8 + g % 4] >> 2 * (g / 4) & 3;
        scales[g] = scale * (float)((low | high << 4) - 32);
    }
    for (size_t part = 0; part < 8; part++)
        for (size_t i = 0; i < 32; i++) {
            int32_t low = block[32 + 32 * (part / 4) + i] >> 2 * (part % 4) & 3, high = block[i] >> part & 1;
            codes[32 * part + i] = (int16_t)((low | high << 2) - 4);
        }
}

/// The eight six-bit scales and minima of Q4_K and Q5_K in twelve bytes.
UNPACK void scales_of_k(const uint8_t *block, float *scales, float *minima) {
    float scale = HALF(block), minimum = HALF(block + 2);
    const uint8_t *b = block + 4;
    for (size_t g = 0; g < 8; g++) {
        int32_t s = g < 4 ? b[g] & 63 : (b[g + 4] & 15) | (b[g - 4] >> 6) << 4;
        int32_t m = g < 4 ? b[g + 4] & 63 : b[g + 4] >> 4 | (b[g] >> 6) << 4;
        scales[g] = scale * (float)s;
        minima[g] = -(minimum * (float)m);
    }
}

UNPACK void block_q4_k(const uint8_t *block, int16_t *codes, float *scales, float *minima) {
    scales_of_k(block, scales, minima);
    for (size_t pair = 0; pair < 4; pair++) nibbles_of(block + 16 + 32 * pair, 32, codes + 64 * pair);
}

UNPACK void block_q5_k(const uint8_t *block, int16_t *codes, float *scales, float *minima) {
    scales_of_k(block, scales, minima);
    for (size_t pair = 0; pair < 4; pair++) nibbles_of(block + 48 + 32 * pair, 32, codes + 64 * pair);
    for (size_t part = 0; part < 8; part++)
        for (size_t i = 0; i < 32; i++)
            codes[32 * part + i] = (int16_t)(codes[32 * part + i] | (block[16 + i] >> part & 1) << 4);
}

UNPACK void block_q6_k(const uint8_t *block, int16_t *codes, float *scales) {
    float scale = HALF(block + 208);
    for (size_t g = 0; g < 16; g++) scales[g] = scale * (float)(int8_t)block[192 + g];
    for (size_t half = 0; half < 2; half++) {
        nibbles_of(block + 64 * half, 64, codes + 128 * half);
        for (size_t part = 0; part < 4; part++)
            for (size_t i = 0; i < 32; i++) {
                int16_t *code = codes + 128 * half + 32 * part + i;
                *code = (int16_t)((*code | (block[128 + 32 * half + i] >> 2 * part & 3) << 4) - 32);
            }
    }
}

#ifndef LEVELS_OF
/// The levels of 32 nibbles.
UNPACK void levels_of(const int8_t *levels, const uint8_t *bytes, int16_t *codes) {
    for (size_t i = 0; i < 16; i++) {
        codes[i] = levels[bytes[i] & 15];
        codes[16 + i] = levels[bytes[i] >> 4];
    }
}
#define LEVELS_OF levels_of
#endif

UNPACK void block_iq4_nl(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block);
    LEVELS_OF(iq4_levels, block + 2, codes);
}

UNPACK void block_iq4_xs(const uint8_t *block, int16_t *codes, float *scales) {
    float scale = HALF(block);
    uint32_t high = (uint32_t)block[2] | (uint32_t)block[3] << 8;
    for (uint32_t g = 0; g < 8; g++) {
        int32_t code = (block[4 + g / 2] >> 4 * (g % 2) & 15) | (int32_t)(high >> 2 * g & 3) << 4;
        scales[g] = scale * (float)(code - 32);
        LEVELS_OF(iq4_levels, block + 8 + 16 * g, codes + 32 * g);
    }
}

/// Twice the values of E2M1.
static const int8_t e2m1_doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

UNPACK void block_mxfp4(const uint8_t *block, int16_t *codes, float *scales) {
    // 2^(byte − 128), NaN for 255.
    uint32_t bits = block[0] < 2 ? 0x200000u << block[0] : (uint32_t)(block[0] - 1) << 23;
    if (block[0] == 255) bits = 0x7FC00000u;
    memcpy(scales, &bits, sizeof bits);
    LEVELS_OF(e2m1_doubled, block + 1, codes);
}

UNPACK void block_nvfp4(const uint8_t *block, int16_t *codes, float *scales) {
    for (size_t part = 0; part < 4; part++) {
        scales[part] = nibble_ue4m3_half(block[part]);
        for (size_t i = 0; i < 8; i++) {
            uint8_t byte = block[4 + 8 * part + i];
            codes[16 * part + i] = e2m1_doubled[byte & 15];
            codes[16 * part + 8 + i] = e2m1_doubled[byte >> 4];
        }
    }
}

/// Trit n of a byte that holds up to five, the first the most significant, as a fraction of 256.
UNPACK int16_t trit(uint8_t byte, size_t n) {
    static const uint8_t powers[5] = {1, 3, 9, 27, 81};
    return (int16_t)(((uint32_t)(uint8_t)(byte * powers[n]) * 3 >> 8) - 1);
}

UNPACK void block_tq1_0(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block + 52);
    for (size_t n = 0; n < 5; n++) {
        for (size_t i = 0; i < 32; i++) codes[32 * n + i] = trit(block[i], n);
        for (size_t i = 0; i < 16; i++) codes[160 + 16 * n + i] = trit(block[32 + i], n);
    }
    for (size_t n = 0; n < 4; n++)
        for (size_t i = 0; i < 4; i++) codes[240 + 4 * n + i] = trit(block[48 + i], n);
}

UNPACK void block_tq2_0(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block + 64);
    for (size_t half = 0; half < 2; half++)
        for (size_t field = 0; field < 4; field++)
            for (size_t i = 0; i < 32; i++)
                codes[128 * half + 32 * field + i] = (int16_t)((block[32 * half + i] >> 2 * field & 3) - 1);
}

#include "grid_blocks.h"

#define BLOCKS(name, weights, bytes, groups, call)                                                                     \
    case name:                                                                                                         \
        for (size_t b = 0; b < count; b++, blocks += bytes, codes += weights, scales += groups, minima += groups) call; \
        break;

UNPACK void unpack_blocks(nibble_block_kind kind, const uint8_t *blocks, size_t count, int16_t *codes, float *scales,
                          float *minima) {
    switch (kind) {
        BLOCKS(NIBBLE_Q4_1, 32, 20, 1, block_q4_1(blocks, codes, scales, minima))
        BLOCKS(NIBBLE_Q5_0, 32, 22, 1, block_q5_0(blocks, codes, scales))
        BLOCKS(NIBBLE_Q5_1, 32, 24, 1, block_q5_1(blocks, codes, scales, minima))
        BLOCKS(NIBBLE_Q2_K, 256, 84, 16, block_q2_k(blocks, codes, scales, minima))
        BLOCKS(NIBBLE_Q3_K, 256, 110, 16, block_q3_k(blocks, codes, scales))
        BLOCKS(NIBBLE_Q4_K, 256, 144, 8, block_q4_k(blocks, codes, scales, minima))
        BLOCKS(NIBBLE_Q5_K, 256, 176, 8, block_q5_k(blocks, codes, scales, minima))
        BLOCKS(NIBBLE_Q6_K, 256, 210, 16, block_q6_k(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ4_NL, 32, 18, 1, block_iq4_nl(blocks, codes, scales))
        BLOCKS(NIBBLE_TQ1_0, 256, 54, 1, block_tq1_0(blocks, codes, scales))
        BLOCKS(NIBBLE_TQ2_0, 256, 66, 1, block_tq2_0(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ4_XS, 256, 136, 8, block_iq4_xs(blocks, codes, scales))
        BLOCKS(NIBBLE_MXFP4, 32, 17, 1, block_mxfp4(blocks, codes, scales))
        BLOCKS(NIBBLE_NVFP4, 64, 36, 4, block_nvfp4(blocks, codes, scales))
        BLOCKS(NIBBLE_Q1_0, 128, 18, 1, block_q1_0(blocks, codes, scales))
        BLOCKS(NIBBLE_Q2_0, 64, 18, 1, block_q2_0(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ2_XXS, 256, 66, 8, block_iq2_xxs(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ2_XS, 256, 74, 16, block_iq2_xs(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ2_S, 256, 82, 16, block_iq2_s(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ3_XXS, 256, 98, 8, block_iq3_xxs(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ3_S, 256, 110, 8, block_iq3_s(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ1_S, 256, 50, 8, block_iq1_s(blocks, codes, scales))
        BLOCKS(NIBBLE_IQ1_M, 256, 56, 16, block_iq1_m(blocks, codes, scales))
        BLOCKS(NIBBLE_Q4_0, 32, 18, 1, unpack_q4_0(blocks, 1, codes, scales))
        BLOCKS(NIBBLE_Q8_0, 32, 34, 1, unpack_q8_0(blocks, 1, codes, scales))
    }
}

#undef BLOCKS
