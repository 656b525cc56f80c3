// Unpacks the blocks of GGUF formats whose weights are points of a code book, and those of one and two bits without one. Layouts
// and code books: ggml-common.h and ggml-quants.c (IQ1, IQ2, IQ3), as described in Numerics §6. Included by blocks.h.

/// −1 and 1: a bit each.
UNPACK void block_q1_0(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block);
    for (size_t i = 0; i < 128; i++) codes[i] = (int16_t)(2 * (block[2 + i / 8] >> i % 8 & 1) - 1);
}

/// −1 … 2: two bits each.
UNPACK void block_q2_0(const uint8_t *block, int16_t *codes, float *scales) {
    scales[0] = HALF(block);
    for (size_t i = 0; i < 64; i++) codes[i] = (int16_t)((block[2 + i / 4] >> 2 * (i % 4) & 3) - 1);
}

UNPACK uint32_t word_16(const uint8_t *bytes) { return bytes[0] | (uint32_t)bytes[1] << 8; }
UNPACK uint32_t word_32(const uint8_t *bytes) { return word_16(bytes) | word_16(bytes + 2) << 16; }

/// The eight signs that seven bits stand for: the last one makes the number of minus signs even.
UNPACK uint32_t even_signs(uint32_t bits) { return (bits & 127) | (uint32_t)(__builtin_popcount(bits & 127) & 1) << 7; }

/// Eight coordinates of 8, 25, 43, with signs.
UNPACK void point_of_8(uint32_t point, uint32_t signs, int16_t *codes) {
    static const int16_t values[4] = {8, 25, 43, 0};
    for (size_t i = 0; i < 8; i++) {
        int16_t value = values[point >> 2 * i & 3];
        codes[i] = signs >> i & 1 ? (int16_t)-value : value;
    }
}

/// Four coordinates out of eight values, with signs.
UNPACK void point_of_4(uint32_t point, const int16_t *values, uint32_t signs, int16_t *codes) {
    for (size_t i = 0; i < 4; i++) {
        int16_t value = values[point >> 3 * i & 7];
        codes[i] = signs >> i & 1 ? (int16_t)-value : value;
    }
}

UNPACK void block_iq2_xxs(const uint8_t *block, int16_t *codes, float *scales) {
    float scale = HALF(block);
    for (size_t g = 0; g < 8; g++) {
        const uint8_t *places = block + 2 + 8 * g;
        uint32_t signs = word_32(places + 4);
        scales[g] = scale * (0.5f + (float)(signs >> 28)) * 0.25f;
        for (size_t k = 0; k < 4; k++)
            point_of_8(iq2xxs_points[places[k]], even_signs(signs >> 7 * k), codes + 32 * g + 8 * k);
    }
}

/// Scales of 16 weights in the halves of bytes.
UNPACK void scales_of_16(float scale, const uint8_t *bytes, float *scales) {
    for (size_t g = 0; g < 16; g++)
        scales[g] = scale * (0.5f + (float)(bytes[g / 2] >> 4 * (g % 2) & 15)) * 0.25f;
}

UNPACK void block_iq2_xs(const uint8_t *block, int16_t *codes, float *scales) {
    scales_of_16(HALF(block), block + 66, scales);
    for (size_t k = 0; k < 32; k++) {
        uint32_t word = word_16(block + 2 + 2 * k);
        point_of_8(iq2xs_points[word & 511], even_signs(word >> 9), codes + 8 * k);
    }
}

UNPACK void block_iq2_s(const uint8_t *block, int16_t *codes, float *scales) {
    const uint8_t *signs = block + 34, *high = block + 66;
    scales_of_16(HALF(block), block + 74, scales);
    for (size_t k = 0; k < 32; k++) {
        uint32_t place = block[2 + k] | (uint32_t)(high[k / 4] >> 2 * (k % 4) & 3) << 8;
        point_of_8(iq2s_points[place], signs[k], codes + 8 * k);
    }
}

UNPACK void block_iq3_xxs(const uint8_t *block, int16_t *codes, float *scales) {
    static const int16_t values[8] = {4, 12, 20, 28, 36, 44, 52, 62};
    float scale = HALF(block);
    for (size_t g = 0; g < 8; g++) {
        uint32_t word = word_32(block + 66 + 4 * g);
        scales[g] = scale * (0.5f + (float)(word >> 28)) * 0.5f;
        for (size_t k = 0; k < 8; k++) {
            uint32_t signs = even_signs(word >> 7 * (k / 2)) >> 4 * (k % 2);
            point_of_4(iq3xxs_points[block[2 + 8 * g + k]], values, signs, codes + 32 * g + 4 * k);
        }
    }
}

UNPACK void block_iq3_s(const uint8_t *block, int16_t *codes, float *scales) {
    static const int16_t values[8] = {1, 3, 5, 7, 9, 11, 13, 15};
    float scale = HALF(block);
    for (size_t g = 0; g < 8; g++) {
        scales[g] = scale * (float)(1 + 2 * (block[106 + g / 2] >> 4 * (g % 2) & 15));
        for (size_t k = 0; k < 8; k++) {
            uint32_t place = block[2 + 8 * g + k] | (uint32_t)(block[66 + g] >> k & 1) << 8;
            uint32_t signs = (uint32_t)block[74 + 4 * g + k / 2] >> 4 * (k % 2);
            point_of_4(iq3s_points[place], values, signs, codes + 32 * g + 4 * k);
        }
    }
}

/// Eight coordinates of −1, 0, 1 and a shift of an eighth, in eighths.
UNPACK void shifted_point(uint32_t point, int16_t shift, int16_t *codes) {
    for (size_t i = 0; i < 8; i++) codes[i] = (int16_t)(8 * ((int16_t)(point >> 2 * i & 3) - 1) + shift);
}

UNPACK void block_iq1_s(const uint8_t *block, int16_t *codes, float *scales) {
    float scale = HALF(block);
    for (size_t g = 0; g < 8; g++) {
        uint32_t high = word_16(block + 34 + 2 * g);
        scales[g] = scale * (float)(2 * (high >> 12 & 7) + 1) * 0.125f;
        for (size_t k = 0; k < 4; k++) {
            uint32_t place = block[2 + 4 * g + k] | (high >> 3 * k & 7) << 8;
            shifted_point(iq1s_points[place], high & 0x8000 ? -1 : 1, codes + 32 * g + 8 * k);
        }
    }
}

UNPACK void block_iq1_m(const uint8_t *block, int16_t *codes, float *scales) {
    const uint8_t *words = block + 48;
    uint8_t half[2];
    // The f16 scale is the four highest bits of four words.
    half[0] = (uint8_t)(words[1] >> 4 | (words[3] & 0xF0));
    half[1] = (uint8_t)(words[5] >> 4 | (words[7] & 0xF0));
    float scale = HALF(half);
    for (size_t g = 0; g < 16; g++) {
        uint32_t code = word_16(words + 2 * (g / 4)) >> 3 * (g % 4) & 7;
        scales[g] = scale * (float)(2 * code + 1) * 0.125f;
    }
    for (size_t k = 0; k < 32; k++) {
        uint32_t high = (uint32_t)block[32 + k / 2] >> 4 * (k % 2);
        shifted_point(iq1s_points[block[k] | (high & 7) << 8], high & 8 ? -1 : 1, codes + 8 * k);
    }
}
