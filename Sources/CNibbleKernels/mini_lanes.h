// Rounds to floating-point types of up to 8 bits, eight values at once. Each instruction set includes this file with its own
//   LANES_CODE  attributes of a function

typedef double wide_lanes __attribute__((vector_size(64)));
typedef uint16_t lane_words __attribute__((vector_size(16)));

/// Magnitudes in units in the last place, rounded half to even, and the biased exponents of those units' numbers. Magnitudes beyond
/// the largest number come out beyond its code.
typedef struct {
    lanes units;
    lane_masks exponent;
} mini_units;

LANES_CODE mini_units rounded_units(lanes value, nibble_mini_float type) {
    lanes magnitude = lesser(magnitudes_of(value), all_lanes(2 * type.largest));
    lane_masks exponent = (lane_masks)magnitude >> 23, least = (lane_masks){0} + (128 - type.bias);
    lane_masks is_less = exponent < least;
    exponent = (exponent & ~is_less) | (least & is_less);
    lanes per_unit = (lanes)((254 + type.fraction_bits - exponent) << 23);
    return (mini_units){(magnitude * per_unit + 8388608.0f) - 8388608.0f, exponent};
}

LANES_CODE lane_masks codes_of_mini(lanes value, nibble_mini_float type) {
    mini_units rounded = rounded_units(value, type);
    lane_masks code = (rounded.exponent + (type.bias - 128)) << type.fraction_bits;
    code += __builtin_convertvector(rounded.units, lane_masks);
    lane_masks is_beyond = code > type.largest_code, is_nan = value != value, sign = value == value;
    code = (code & ~is_beyond) | (type.largest_code & is_beyond);
    code = (code & ~is_nan) | (type.nan_code & is_nan);
    sign = type.nan_code ? ~(lane_masks){0} : sign;
    return code | ((((lane_masks)value >> 31) & type.sign_bit) & sign);
}

/// The values from `start` on, with zeros beyond the end.
LANES_CODE lanes lanes_at(const float *values, size_t start, size_t count) {
    if (start + 8 <= count) return load_lanes(values + start);
    lanes part = {0};
    memcpy(&part, values + start, (count - start) * sizeof *values);
    return part;
}

LANES_CODE void mini_codes(const float *values, size_t count, float scale, nibble_mini_float type, uint16_t *codes) {
    for (size_t i = 0; i < count; i += 8) {
        lane_masks code = codes_of_mini(lanes_at(values, i, count) / scale, type);
        lane_words words = __builtin_convertvector(code, lane_words);
        memcpy(codes + i, &words, (i + 8 <= count ? 8 : count - i) * sizeof *codes);
    }
}

LANES_CODE double mini_error(const float *values, size_t count, float scale, nibble_mini_float type) {
    wide_lanes sums = {0};
    double result[8];
    for (size_t i = 0; i < count; i += 8) {
        lanes value = lanes_at(values, i, count), magnitude = magnitudes_of(value);
        mini_units rounded = rounded_units(value / scale, type);
        lanes unit = (lanes)((rounded.exponent - type.fraction_bits) << 23);
        lanes decoded = scale * lesser(rounded.units * unit, all_lanes(type.largest));
        wide_lanes difference = __builtin_convertvector(magnitude, wide_lanes) - __builtin_convertvector(decoded, wide_lanes);
        sums += difference * difference;
    }
    memcpy(result, &sums, sizeof sums);
    return nibble_lane_sum_f64(result);
}
