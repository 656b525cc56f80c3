// The search for a scale of IQ4_NL, sixteen tries at once. Each instruction set includes this file with its own
//   UNPACK      attributes of a function
// A lane belongs to one try, so that every sum keeps the order of ggml's quantize_row_iq4_nl_impl (NUMERICS §6).

#define TRIES 16

/// The nearest level, the upper one for a value halfway.
UNPACK float nearest_level(float value) {
    float low = iq4_levels[0], high = iq4_levels[1];
    for (size_t j = 1; j < 15; j++) {
        low = value >= iq4_levels[j] ? iq4_levels[j] : low;
        high = value >= iq4_levels[j] ? iq4_levels[j + 1] : high;
    }
    float nearest = value - low < high - value ? low : high;
    nearest = value > iq4_levels[0] ? nearest : iq4_levels[0];
    return value < iq4_levels[15] ? nearest : iq4_levels[15];
}

/// Least-squares sums of 32 values with weights value² over the levels nearest to inverse · value.
UNPACK void level_sums(const float *values, const float *inverse, float *products, float *squares) {
    float product[TRIES] = {0}, square[TRIES] = {0};
    for (size_t i = 0; i < 32; i++) {
        float value = values[i], weight = value * value;
        for (size_t t = 0; t < TRIES; t++) {
            float level = nearest_level(inverse[t] * value), weighted = weight * level;
            product[t] += weighted * value;
            square[t] += weighted * level;
        }
    }
    memcpy(products, product, sizeof product);
    memcpy(squares, square, sizeof square);
}

UNPACK float search_level_scale(const float *values, float largest) {
    float inverse[TRIES], product[TRIES], square[TRIES], first = iq4_levels[0];
    inverse[0] = 1 / (-largest / first);
    for (int32_t t = 1; t < TRIES; t++) inverse[t] = ((float)(t - 8) + first) / largest;
    level_sums(values, inverse, product, square);
    float scale = product[0] / square[0], best = scale * product[0];
    for (size_t t = 1; t < TRIES; t++)
        if (square[t] > 0 && product[t] * product[t] > best * square[t]) {
            scale = product[t] / square[t];
            best = scale * product[t];
        }
    return scale;
}

UNPACK float level_search_block(const float *values, float *levels) {
    float largest = 0;
    for (size_t i = 0; i < 32; i++)
        if (__builtin_fabsf(values[i]) > __builtin_fabsf(largest)) largest = values[i];
    // Below this ggml takes a block for zeros.
    float scale = __builtin_fabsf(largest) < 1e-15f ? 0 : search_level_scale(values, largest);
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (size_t i = 0; i < 32; i++) levels[i] = nearest_level(inverse * values[i]);
    return scale;
}

#undef TRIES
