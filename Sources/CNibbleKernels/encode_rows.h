// Encodes rows of any length into blocks of a GGUF format. Each instruction set includes this file after encode_super.h.

/// Whether 8 · n values are all within ±reach; NaN isn't.
LANES_CODE int is_within_reach(const float *values, size_t count, float reach) {
    lane_masks outside = {0};
    for (size_t i = 0; i < count; i += 8) outside |= ~(magnitudes_of(load_lanes(values + i)) <= reach);
    return !any_lane(outside);
}

/// The values of one block: where they lie if they are all fit to encode, else a copy filled up with zeros, where NaN is zero and
/// infinities and what the scales can't reach end at the block's finite extremes.
LANES_CODE const float *fit_values(const float *values, size_t available, size_t weights, float reach, float *space) {
    if (available >= weights && is_within_reach(values, weights, reach)) return values;
    size_t count = available < weights ? available : weights;
    float lower = 0, upper = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(__builtin_fabsf(values[i]) < __builtin_inff())) continue;
        lower = values[i] < lower ? values[i] : lower;
        upper = values[i] > upper ? values[i] : upper;
    }
    lower = lower < -reach ? -reach : lower;
    upper = upper > reach ? reach : upper;
    for (size_t i = 0; i < weights; i++) {
        float value = i < count && values[i] == values[i] ? values[i] : 0;
        value = value < lower ? lower : value;
        space[i] = value > upper ? upper : value;
    }
    return space;
}

LANES_CODE const float *fit_importance(const float *importance, size_t available, size_t weights,
                                                  float *space) {
    if (!importance || available >= weights) return importance;
    memset(space, 0, weights * sizeof *space);
    memcpy(space, importance, available * sizeof *space);
    return space;
}

/// Mean of the squares of a row, added up from the first value to the last.
LANES_CODE float mean_square(const float *values, size_t count, float reach) {
    float sum = 0, space[32];
    for (size_t start = 0; start < count; start += 32) {
        const float *x = fit_values(values + start, count - start, 32, reach, space);
        for (size_t i = 0; i < 32; i++) sum += x[i] * x[i];
    }
    return sum / (float)count;
}

/// Up to eight blocks of 32 with importance by the symmetric search.
LANES_CODE void encode_weighted_symmetric(const float *x, const float *weights, size_t blocks, float end,
                                          size_t block_bytes, uint8_t *target) {
    lanes values[32], w[32], scale, inverse;
    gather_groups(x, 32, values);
    gather_groups(weights, 32, w);
    symmetric_search(values, w, 32, end, &scale, &inverse);
    for (size_t b = 0; b < blocks; b++, target += block_bytes) {
        uint8_t codes[32];
        STORE_HALF(scale[b], target);
        searched_codes(x + 32 * b, 32, inverse[b], 0, -end, end - 1, codes);
        if (end > 8) pack_fifth_bits(codes, target + 2);
        pack_nibbles(codes, 16, target + block_bytes - 16);
    }
}

/// Up to eight blocks of 32 with importance by the affine search.
LANES_CODE void encode_weighted_affine(const float *x, const float *weights, size_t blocks, const affine_tries tries,
                                       size_t block_bytes, uint8_t *target) {
    affine_groups found;
    weighted_affine(x, weights, 32, tries, 0, &found);
    for (size_t b = 0; b < blocks; b++, target += block_bytes) {
        uint8_t codes[32];
        STORE_HALF(found.scale[b], target);
        STORE_HALF(-found.minimum[b], target + 2);
        searched_codes(x + 32 * b, 32, found.inverse[b], found.origin[b], 0, tries.end, codes);
        if (tries.end > 15) pack_fifth_bits(codes, target + 4);
        pack_nibbles(codes, 16, target + block_bytes - 16);
    }
}

/// Q4_0, Q4_1, Q5_0 and Q5_1 with importance, eight blocks at a time.
LANES_CODE void encode_weighted_row(nibble_block_kind kind, const float *values, size_t count, const float *importance,
                                    float reach, size_t block_bytes, uint8_t *target) {
    float square = mean_square(values, count, reach);
    for (size_t start = 0; start < count; start += 256, target += 8 * block_bytes) {
        float x[256] = {0}, weights[256] = {0}, space[32], importance_space[32];
        size_t blocks = 0;
        for (; blocks < 8 && start + 32 * blocks < count; blocks++) {
            size_t at = start + 32 * blocks;
            const float *part = fit_values(values + at, count - at, 32, reach, space);
            const float *w = fit_importance(importance + at, count - at, 32, importance_space);
            memcpy(x + 32 * blocks, part, sizeof space);
            importance_weights(part, w, 32, square, weights + 32 * blocks);
        }
        switch (kind) {
            case NIBBLE_Q4_0: encode_weighted_symmetric(x, weights, blocks, 8, 18, target); break;
            case NIBBLE_Q5_0: encode_weighted_symmetric(x, weights, blocks, 16, 22, target); break;
            case NIBBLE_Q4_1: encode_weighted_affine(x, weights, blocks, weighted_4_bits, 20, target); break;
            default: encode_weighted_affine(x, weights, blocks, weighted_5_bits, 24, target); break;
        }
    }
}

#define BLOCKS(name, weights, bytes, reach, call)                                                                      \
    case name:                                                                                                         \
        for (size_t start = 0; start < count; start += weights, blocks += bytes) {                                     \
            float space[weights], importance_space[weights];                                                           \
            block_source source = {fit_values(values + start, count - start, weights, reach, space),                   \
                                   fit_importance(importance ? importance + start : NULL, count - start, weights,      \
                                                  importance_space)};                                                  \
            call(source, blocks);                                                                                      \
        }                                                                                                              \
        break;

#define MAX_HALF 65504.0f
#define WEIGHTED(name, bytes, reach)                                                                                   \
    if (importance && kind == name) {                                                                                  \
        encode_weighted_row(kind, values, count, importance, reach, bytes, blocks);                                    \
        return;                                                                                                        \
    }

LANES_CODE void encode_q3_k_block(block_source source, uint8_t *block) {
    if (source.importance) encode_weighted_q3_k(source, block);
    else encode_q3_k(source, block);
}

/// Beyond the reach of a format f16 scales would overflow, or a power of two times the largest number.
LANES_CODE void encode_row(nibble_block_kind kind, const float *values, size_t count, const float *importance,
                           uint8_t *blocks) {
    WEIGHTED(NIBBLE_Q4_0, 18, MAX_HALF * 8)
    WEIGHTED(NIBBLE_Q4_1, 20, MAX_HALF)
    WEIGHTED(NIBBLE_Q5_0, 22, MAX_HALF * 16)
    WEIGHTED(NIBBLE_Q5_1, 24, MAX_HALF)
    switch (kind) {
        BLOCKS(NIBBLE_Q4_0, 32, 18, MAX_HALF * 8, encode_q4_0)
        BLOCKS(NIBBLE_Q4_1, 32, 20, MAX_HALF, encode_q4_1)
        BLOCKS(NIBBLE_Q5_0, 32, 22, MAX_HALF * 16, encode_q5_0)
        BLOCKS(NIBBLE_Q5_1, 32, 24, MAX_HALF, encode_q5_1)
        BLOCKS(NIBBLE_Q8_0, 32, 34, MAX_HALF * 127, encode_q8_0)
        BLOCKS(NIBBLE_Q2_K, 256, 84, MAX_HALF * 15 / 2, encode_q2_k)
        BLOCKS(NIBBLE_Q3_K, 256, 110, MAX_HALF * 62, encode_q3_k_block)
        BLOCKS(NIBBLE_Q4_K, 256, 144, MAX_HALF * 63 / 2, encode_q4_k)
        BLOCKS(NIBBLE_Q5_K, 256, 176, MAX_HALF * 63 / 2, encode_q5_k)
        BLOCKS(NIBBLE_Q6_K, 256, 210, MAX_HALF * 127 * 16, encode_q6_k)
        BLOCKS(NIBBLE_IQ4_NL, 32, 18, MAX_HALF * 100, encode_iq4_nl)
        BLOCKS(NIBBLE_IQ4_XS, 256, 136, MAX_HALF * 100 * 16, encode_iq4_xs)
        BLOCKS(NIBBLE_TQ1_0, 256, 54, MAX_HALF, encode_tq1_0)
        BLOCKS(NIBBLE_TQ2_0, 256, 66, MAX_HALF, encode_tq2_0)
        BLOCKS(NIBBLE_MXFP4, 32, 17, 0x1.ffp127f, encode_mxfp4)
        BLOCKS(NIBBLE_NVFP4, 64, 36, 0x1.fffffep127f, encode_nvfp4)
        default: break;
    }
}

#undef BLOCKS
#undef WEIGHTED
#undef MAX_HALF
