// Encodes blocks of the K-quants of GGUF: 256 weights whose groups have scales, and perhaps minima, of a few bits. Each instruction
// set includes this file after encode_blocks.h.

/// Chooses codes again with a group's factors as stored: (x − minimum) ÷ scale within low … high, less low.
LANES_CODE void codes_with(const float *x, size_t count, float scale, float minimum, float low, float high,
                           uint8_t *codes) {
    for (size_t i = 0; i < count; i += 8) {
        lanes code = whole_lanes((load_lanes(x + i) - minimum) / scale, all_lanes(low), all_lanes(high));
        store_bytes(code - low, codes + i);
    }
}

/// The codes that a search ended with, for a group whose stored scale is 0.
LANES_CODE void searched_codes(const float *x, size_t count, float inverse, float origin, float low, float high,
                               uint8_t *codes) {
    for (size_t i = 0; i < count; i += 8) {
        lanes code = whole_lanes((load_lanes(x + i) - origin) * inverse, all_lanes(low), all_lanes(high));
        store_bytes(inverse == 0 ? all_lanes(0) : code - low, codes + i);
    }
}

/// What the affine search found for up to 16 groups.
typedef struct {
    float scale[16], minimum[16], inverse[16], origin[16], weight[16];
} affine_groups;

LANES_CODE void keep_affine(const affine_factors *found, size_t first, affine_groups *groups) {
    memcpy(groups->scale + first, &found->scale, sizeof found->scale);
    memcpy(groups->minimum + first, &found->minimum, sizeof found->minimum);
    memcpy(groups->inverse + first, &found->inverse, sizeof found->inverse);
    memcpy(groups->origin + first, &found->origin, sizeof found->origin);
}

static const affine_tries weighted_2_bits = {3, -0.9f, 0.05f, 36, 0}, weighted_4_bits = {15, -0.9f, 0.05f, 36, 0},
                          weighted_5_bits = {31, -0.9f, 0.05f, 36, 0}, plain_2_bits = {3, -0.5f, 0.1f, 15, 1},
                          plain_4_bits = {15, -1, 0.1f, 20, 0}, plain_5_bits = {31, -0.5f, 0.1f, 15, 0};

/// Eight groups with weights; the sums of weights stand beside what is found.
LANES_CODE void weighted_affine(const float *x, const float *weights, const size_t count, const affine_tries tries,
                                size_t first, affine_groups *groups) {
    lanes values[32], w[32], sum = {0};
    affine_factors found;
    gather_groups(x, count, values);
    gather_groups(weights, count, w);
    for (size_t i = 0; i < count; i++) sum += w[i];
    affine_search(values, w, count, tries, &found);
    keep_affine(&found, first, groups);
    memcpy(groups->weight + first, &sum, sizeof sum);
}

/// The factors of all scales or minima of a block: shares 0 … end of the largest, or the weighted search's.
LANES_CODE float shares_of(const float *values, const float *weights, size_t count, float end, float *codes) {
    if (weights) return positive_search(values, weights, count, end, codes);
    float largest = 0;
    for (size_t i = 0; i < count; i++) largest = values[i] > largest ? values[i] : largest;
    float inverse = largest > 0 ? end / largest : 0;
    for (size_t i = 0; i < count; i++) codes[i] = whole_number(inverse * values[i], 0, end);
    return largest / end;
}

/// Codes of 256 values from the factors found, as stored.
LANES_CODE void affine_codes(const float *x, size_t count, const affine_groups *groups, float scale, float minimum,
                             const float *scale_codes, const float *minimum_codes, float end, uint8_t *codes) {
    for (size_t g = 0; g < 256 / count; g++) {
        float step = scale * scale_codes[g];
        if (step != 0)
            codes_with(x + g * count, count, step, -(minimum * minimum_codes[g]), 0, end, codes + g * count);
        else
            searched_codes(x + g * count, count, groups->inverse[g], groups->origin[g], 0, end, codes + g * count);
    }
}

LANES_CODE void encode_q2_k(block_source source, uint8_t *block) {
    affine_groups groups;
    float weights[256], scale_codes[16], minimum_codes[16];
    uint8_t codes[256];
    if (source.importance) importance_weights(source.x, source.importance, 256, square_sum(source.x, 256) / 256, weights);
    else
        for (size_t i = 0; i < 256; i++) weights[i] = __builtin_fabsf(source.x[i]);
    for (size_t half = 0; half < 2; half++) {
        const float *x = source.x + 128 * half, *w = weights + 128 * half;
        if (source.importance) weighted_affine(x, w, 16, weighted_2_bits, 8 * half, &groups);
        else weighted_affine(x, w, 16, plain_2_bits, 8 * half, &groups);
    }
    const float *sums = source.importance ? groups.weight : NULL;
    STORE_HALF(shares_of(groups.scale, sums, 16, 15, scale_codes), block + 80);
    STORE_HALF(shares_of(groups.minimum, sums, 16, 15, minimum_codes), block + 82);
    for (size_t g = 0; g < 16; g++) block[g] = (uint8_t)((uint8_t)scale_codes[g] | (uint8_t)minimum_codes[g] << 4);
    affine_codes(source.x, 16, &groups, HALF(block + 80), HALF(block + 82), scale_codes, minimum_codes, 3, codes);
    pack_pairs_of_bits(codes, block + 16);
}

/// Weights √(mean square of the group) + |x|.
LANES_CODE void plain_weights_of_32(const float *x, float *weights) {
    for (size_t g = 0; g < 8; g++) {
        float mean = __builtin_sqrtf(square_sum(x + 32 * g, 32) / 32);
        for (size_t i = 32 * g; i < 32 * g + 32; i++) weights[i] = mean + __builtin_fabsf(x[i]);
    }
}

/// Scales and minima of Q4_K and Q5_K in 16 bytes, and the codes.
LANES_CODE void encode_groups_of_32(block_source source, affine_tries plain, affine_tries weighted, uint8_t *block,
                                    uint8_t *codes) {
    affine_groups groups;
    float weights[256], scale_codes[8], minimum_codes[8];
    if (source.importance) {
        importance_weights(source.x, source.importance, 256, 2 * square_sum(source.x, 256) / 256, weights);
        weighted_affine(source.x, weights, 32, weighted, 0, &groups);
    } else {
        plain_weights_of_32(source.x, weights);
        weighted_affine(source.x, weights, 32, plain, 0, &groups);
    }
    const float *sums = source.importance ? groups.weight : NULL;
    STORE_HALF(shares_of(groups.scale, sums, 8, 63, scale_codes), block);
    STORE_HALF(shares_of(groups.minimum, sums, 8, 63, minimum_codes), block + 2);
    for (size_t g = 0; g < 4; g++) {
        uint8_t scale = (uint8_t)scale_codes[g + 4], minimum = (uint8_t)minimum_codes[g + 4];
        block[4 + g] = (uint8_t)((uint8_t)scale_codes[g] | (scale >> 4) << 6);
        block[8 + g] = (uint8_t)((uint8_t)minimum_codes[g] | (minimum >> 4) << 6);
        block[12 + g] = (uint8_t)((scale & 15) | (minimum & 15) << 4);
    }
    affine_codes(source.x, 32, &groups, HALF(block), HALF(block + 2), scale_codes, minimum_codes, plain.end, codes);
}

LANES_CODE void encode_q4_k(block_source source, uint8_t *block) {
    uint8_t codes[256];
    encode_groups_of_32(source, plain_4_bits, weighted_4_bits, block, codes);
    for (size_t pair = 0; pair < 4; pair++) pack_nibbles(codes + 64 * pair, 32, block + 16 + 32 * pair);
}

LANES_CODE void encode_q5_k(block_source source, uint8_t *block) {
    uint8_t codes[256];
    encode_groups_of_32(source, plain_5_bits, weighted_5_bits, block, codes);
    for (size_t i = 0; i < 32; i++) {
        uint8_t bits = 0;
        for (size_t part = 0; part < 8; part++) bits |= (uint8_t)((codes[32 * part + i] >> 4) << part);
        block[16 + i] = bits;
    }
    for (size_t pair = 0; pair < 4; pair++) pack_nibbles(codes + 64 * pair, 32, block + 48 + 32 * pair);
}

/// Scales of 16 groups of 16 by the symmetric search, with the inverses that the codes were chosen with.
LANES_CODE void symmetric_groups(const float *x, const float *weights, float end, float *scales, float *inverses) {
    for (size_t half = 0; half < 2; half++) {
        lanes values[16], w[16], scale, inverse;
        gather_groups(x + 128 * half, 16, values);
        gather_groups(weights + 128 * half, 16, w);
        symmetric_search(values, w, 16, end, &scale, &inverse);
        memcpy(scales + 8 * half, &scale, sizeof scale);
        memcpy(inverses + 8 * half, &inverse, sizeof inverse);
    }
}

LANES_CODE float largest_of_16(const float *values) {
    float largest = 0;
    for (size_t i = 0; i < 16; i++)
        if (__builtin_fabsf(values[i]) > __builtin_fabsf(largest)) largest = values[i];
    return largest;
}

LANES_CODE void encode_q6_k(block_source source, uint8_t *block) {
    float squares[256], scales[16], inverses[16];
    uint8_t codes[256];
    for (size_t i = 0; i < 256; i++) squares[i] = source.x[i] * source.x[i];
    symmetric_groups(source.x, source.importance ? source.importance : squares, 32, scales, inverses);
    float largest = largest_of_16(scales);
    // A block of zeros is all zero bytes: codes of −32 with scale 0.
    if (__builtin_fabsf(largest) < LEAST_MAGNITUDE) {
        memset(block, 0, 210);
        return;
    }
    float inverse = -128 / largest;
    STORE_HALF(1 / inverse, block + 208);
    float factor = HALF(block + 208);
    for (size_t g = 0; g < 16; g++) {
        float code = whole_number(inverse * scales[g], -128, 127), step = factor * code;
        block[192 + g] = (uint8_t)(int8_t)code;
        if (step != 0) codes_with(source.x + 16 * g, 16, step, 0, -32, 31, codes + 16 * g);
        else searched_codes(source.x + 16 * g, 16, inverses[g], 0, -32, 31, codes + 16 * g);
    }
    for (size_t half = 0; half < 2; half++) {
        const uint8_t *c = codes + 128 * half;
        pack_nibbles(c, 64, block + 64 * half);
        for (size_t i = 0; i < 32; i++)
            block[128 + 32 * half + i] =
                (uint8_t)(c[i] >> 4 | (c[32 + i] >> 4) << 2 | (c[64 + i] >> 4) << 4 | (c[96 + i] >> 4) << 6);
    }
}

/// Stores the codes of 16 scales, 0 … 63, in twelve bytes.
LANES_CODE void store_q3_scales(const float *scale_codes, uint8_t *bytes) {
    memset(bytes, 0, 12);
    for (size_t g = 0; g < 16; g++) {
        uint8_t code = (uint8_t)scale_codes[g];
        bytes[g % 8] |= (uint8_t)((code & 15) << (g / 8 * 4));
        bytes[8 + g % 4] |= (uint8_t)((code >> 4) << (g / 4 * 2));
    }
}

/// Chooses Q3_K's codes with the scales as stored, where they aren't 0, and stores them.
LANES_CODE void store_q3_codes(const float *x, const float *scale_codes, uint8_t *codes, uint8_t *block) {
    float factor = HALF(block + 108);
    for (size_t g = 0; g < 16; g++) {
        float step = factor * (scale_codes[g] - 32);
        if (step != 0) codes_with(x + 16 * g, 16, step, 0, -4, 3, codes + 16 * g);
    }
    for (size_t i = 0; i < 32; i++) {
        uint8_t bits = 0;
        for (size_t part = 0; part < 8; part++) bits |= (uint8_t)((codes[32 * part + i] >> 2) << part);
        block[i] = bits;
    }
    pack_pairs_of_bits(codes, block + 32);
}

LANES_CODE void encode_q3_k(block_source source, uint8_t *block) {
    float scales[16], scale_codes[16];
    uint8_t codes[256];
    for (size_t half = 0; half < 2; half++) {
        lanes values[16], found[16];
        gather_groups(source.x + 128 * half, 16, values);
        lanes scale = swept_search(values, 16, 4, found);
        memcpy(scales + 8 * half, &scale, sizeof scale);
        for (size_t g = 0; g < 8; g++)
            for (size_t i = 0; i < 16; i++) codes[128 * half + 16 * g + i] = (uint8_t)(found[i][g] + 4);
    }
    float largest = largest_of_16(scales), inverse = largest != 0 ? -32 / largest : 0;
    STORE_HALF(largest != 0 ? 1 / inverse : 0, block + 108);
    // Without a scale the codes of the scales are 0, which stands for −32.
    for (size_t g = 0; g < 16; g++)
        scale_codes[g] = largest != 0 ? whole_number(inverse * scales[g], -32, 31) + 32 : 0;
    store_q3_scales(scale_codes, block + 96);
    store_q3_codes(source.x, scale_codes, codes, block);
}

LANES_CODE void encode_weighted_q3_k(block_source source, uint8_t *block) {
    float weights[256], scales[16], inverses[16], scale_codes[16];
    uint8_t codes[256];
    lanes x[16], w[16], scale, inverse;
    importance_weights(source.x, source.importance, 256, 2 * square_sum(source.x, 256) / 256, weights);
    symmetric_groups(source.x, weights, 4, scales, inverses);
    for (size_t g = 0; g < 16; g++) {
        float sum = 0;
        for (size_t i = 0; i < 16; i++) sum += weights[16 * g + i];
        x[g] = all_lanes(scales[g]);
        w[g] = all_lanes(sum);
        searched_codes(source.x + 16 * g, 16, inverses[g], 0, -4, 3, codes + 16 * g);
    }
    symmetric_search(x, w, 16, 32, &scale, &inverse);
    STORE_HALF(scale[0], block + 108);
    for (size_t g = 0; g < 16; g++)
        scale_codes[g] = inverse[0] == 0 ? 0 : whole_number(inverse[0] * scales[g], -32, 31) + 32;
    store_q3_scales(scale_codes, block + 96);
    store_q3_codes(source.x, scale_codes, codes, block);
}
