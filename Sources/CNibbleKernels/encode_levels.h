// The search for scales of IQ4_NL and IQ4_XS, sixteen tries at once, and the codes of E2M1. Each instruction set includes this
// file with its own
//   LANES_CODE  attributes of a function
// A lane belongs to one try, so that every sum keeps the order of ggml's quantize_row_iq4_nl_impl (Numerics §6).

/// Halfway between neighbouring levels, where the upper one is chosen.
static const float iq4_middles[15] = {-115.5f, -93.5f, -74, -57, -42,   -28.5f, -16, -4.5f,
                                      7,       19,     31.5f, 45.5f, 61, 79,     101};

/// The levels nearest to some values.
LANES_CODE lanes nearest_levels(lanes value) {
    lanes level = all_lanes(iq4_levels[0]);
    for (size_t j = 0; j < 15; j++) {
        lanes step = all_lanes((float)(iq4_levels[j + 1] - iq4_levels[j]));
        level += (lanes)((lane_masks)step & (value >= iq4_middles[j]));
    }
    return level;
}

/// The places of the levels nearest to inverse · value, for 32 values.
LANES_CODE void level_codes(const float *values, float inverse, uint8_t *codes) {
    for (size_t i = 0; i < 32; i += 8) {
        lanes value = inverse * load_lanes(values + i), code = all_lanes(0);
        for (size_t j = 0; j < 15; j++) code += (lanes)((lane_masks)all_lanes(1) & (value >= iq4_middles[j]));
        store_bytes(code, codes + i);
    }
}

/// The least-squares scale of 32 values with weights; 0 for a block of zeros.
LANES_CODE float level_search(const float *x, const float *w) {
    float largest = 0, first = iq4_levels[0], inverses[16], products[16], squares[16];
    for (size_t i = 0; i < 32; i++)
        if (__builtin_fabsf(x[i]) > __builtin_fabsf(largest)) largest = x[i];
    if (__builtin_fabsf(largest) < LEAST_MAGNITUDE) return 0;
    inverses[0] = 1 / (-largest / first);
    for (int32_t t = 1; t < 16; t++) inverses[t] = ((float)(t - 8) + first) / largest;
    lanes inverse[2] = {load_lanes(inverses), load_lanes(inverses + 8)}, product[2] = {{0}, {0}}, square[2] = {{0}, {0}};
    for (size_t i = 0; i < 32; i++)
        for (size_t half = 0; half < 2; half++) {
            lanes level = nearest_levels(inverse[half] * x[i]), weighted = w[i] * level;
            product[half] += weighted * x[i];
            square[half] += weighted * level;
        }
    memcpy(products, product, sizeof product);
    memcpy(squares, square, sizeof square);
    float scale = squares[0] > 0 ? products[0] / squares[0] : 0, best = scale * products[0];
    for (size_t t = 1; t < 16; t++)
        if (squares[t] > 0 && products[t] * products[t] > best * squares[t]) {
            scale = products[t] / squares[t];
            best = scale * products[t];
        }
    return scale;
}

/// Codes of `count` values (a multiple of 8) in E2M1 with a scale for doubled numbers; the smaller magnitude on ties, and never −0,
/// as ggml's best_index_mxfp4 finds by its scan; nothing but 0 where the scale is 0.
LANES_CODE void e2m1_codes(const float *x, size_t count, float scale, uint8_t *codes) {
    static const float middles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};
    for (size_t i = 0; i < count; i += 8) {
        lanes value = load_lanes(x + i), magnitude = magnitudes_of(value), code = all_lanes(0);
        for (size_t j = 0; j < 7; j++)
            code += (lanes)((lane_masks)all_lanes(scale == 0 ? 0 : 1) & (magnitude > middles[j] * scale));
        code += (lanes)((lane_masks)all_lanes(8) & (value < 0) & (code > 0));
        store_bytes(code, codes + i);
    }
}
