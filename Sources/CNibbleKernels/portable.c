#include "CNibbleKernels.h"
#include "grids.h"
#include "half.h"
#include "tables.h"
#include "ue4m3.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static int32_t dot_i16(const int16_t *a, const int16_t *b, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int32_t)a[i] * b[i];
    return sum;
}

static void dot_segments(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums) {
    for (size_t start = 0, s = 0; start < columns; start += length, s++)
        sums[s] = dot_i16(w + start, a + start, length < columns - start ? length : columns - start);
}

static void dot_segments_4(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums) {
    size_t segments = (columns + length - 1) / length;
    for (size_t t = 0; t < 4; t++) dot_segments(w, a + t * columns, columns, length, sums + t * segments);
}

static float scaled_sum(const int32_t *sums, const float *w, const float *a, const int32_t *a_sums,
                        const float *minima, size_t count) {
    float total = 0;
    for (size_t i = 0; i < count; i++) {
        total = fmaf((float)sums[i], w[i] * a[i], total);
        if (minima) total = fmaf((float)a_sums[i] * a[i], minima[i], total);
    }
    return total;
}

/// Eight partial sums, so that the error grows with count / 8 and compilers may use vectors.
static float dot_f32(const float *a, const float *b, size_t count) {
    float lanes[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t lane = 0; lane < 8; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += a[i] * b[i];
    return nibble_lane_sum(lanes);
}

static void dot_tile_f32(const float *w, size_t rows, const float *a, size_t tokens, size_t columns, float *sums) {
    for (size_t t = 0; t < tokens; t++)
        for (size_t r = 0; r < rows; r++) sums[4 * t + r] = dot_f32(w + r * columns, a + t * columns, columns);
}

static void add_scaled_f32(const float *source, float factor, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += factor * source[i];
}

static void convert_f16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i++)
        target[i] = nibble_half_to_float((uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8));
}

static void convert_bf16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)bytes[2 * i] << 16 | (uint32_t)bytes[2 * i + 1] << 24;
        memcpy(&target[i], &bits, 4);
    }
}

static void narrow_f16(const float *source, void *target, size_t count) {
    uint8_t *bytes = target;
    for (size_t i = 0; i < count; i++) {
        uint16_t half = nibble_float_to_half(source[i]);
        bytes[2 * i] = (uint8_t)half;
        bytes[2 * i + 1] = (uint8_t)(half >> 8);
    }
}

static void scale_codes(const int16_t *codes, float scale, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = scale * (float)codes[i];
}

static void decode_levels(const int16_t *codes, const float *levels, unsigned bits, float scale, float *target,
                          size_t count) {
    (void)bits;
    for (size_t i = 0; i < count; i++) target[i] = scale * levels[codes[i]];
}

static void unpack(const uint8_t *bytes, size_t byte_count, unsigned bits, int16_t offset, int16_t *codes,
                   size_t count) {
    (void)byte_count;
    for (size_t i = 0; i < count; i++) codes[i] = (int16_t)(nibble_code_at(bytes, bits, i) - offset);
}

static void unpack_q8_0(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales) {
    for (size_t block = 0; block < block_count; block++) {
        convert_f16(blocks + 34 * block, scales + block, 1);
        for (size_t i = 0; i < 32; i++) codes[32 * block + i] = (int8_t)blocks[34 * block + 2 + i];
    }
}

static void unpack_q4_0(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales) {
    for (size_t block = 0; block < block_count; block++) {
        convert_f16(blocks + 18 * block, scales + block, 1);
        for (size_t i = 0; i < 16; i++) {
            uint8_t byte = blocks[18 * block + 2 + i];
            codes[32 * block + i] = (int16_t)((byte & 15) - 8);
            codes[32 * block + 16 + i] = (int16_t)((byte >> 4) - 8);
        }
    }
}

static void subtract_zero_points(int16_t *codes, size_t count, size_t length, const uint8_t *zero_points) {
    for (size_t i = 0; i < count; i++) codes[i] = (int16_t)(codes[i] - zero_points[i / length]);
}

#define UNPACK static inline
#define HALF(bytes) nibble_half_to_float((uint16_t)((bytes)[0] | (bytes)[1] << 8))
#include "blocks.h"

static int is_finite(float value) { return __builtin_fabsf(value) < __builtin_inff(); }

static void dot_stored_rows(nibble_number_kind kind, const void *w, size_t rows, const float *a, size_t columns,
                            float *sums) {
    const uint8_t *bytes = w;
    const size_t size = kind == NIBBLE_F32 ? 4 : 2;
    for (size_t r = 0; r < rows; r++) {
        float lanes[8] = {0};
        for (size_t i = 0; i < columns; i++) {
            const uint8_t *place = bytes + (r * columns + i) * size;
            float weight;
            if (kind == NIBBLE_F32) memcpy(&weight, place, 4);
            else if (kind == NIBBLE_F16) convert_f16(place, &weight, 1);
            else convert_bf16(place, &weight, 1);
            lanes[i % 8] += weight * a[i];
        }
        sums[r] = nibble_lane_sum(lanes);
    }
}

static void extremes(const float *values, size_t count, float *lower, float *upper) {
    float low = 0, high = 0;
    for (size_t i = 0; i < count; i++) {
        float value = is_finite(values[i]) ? values[i] : 0;
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    *lower = low;
    *upper = high;
}

static float largest_magnitude(const float *values, size_t count, size_t *non_finite) {
    float largest = 0;
    size_t strange = 0;
    for (size_t i = 0; i < count; i++) {
        float magnitude = __builtin_fabsf(values[i]);
        if (!(magnitude < __builtin_inff())) strange++;
        else if (magnitude > largest) largest = magnitude;
    }
    *non_finite = strange;
    return largest;
}

/// Half to even for |value| ≤ 2^22: adding 1.5 · 2^23 leaves no bits below one.
static float round_half_even(float value) {
    return (value + 12582912.0f) - 12582912.0f;
}

/// The whole steps of a value from zero, held within the grid; NaN is zero.
static int32_t steps_of(float value, nibble_grid grid) {
    if (grid.scale == 0) return 0;
    float steps = value / grid.scale;
    if (steps != steps) return 0;
    float low = (float)(grid.lowest - grid.zero_point), high = (float)(grid.highest - grid.zero_point);
    steps = steps < low ? low : steps;
    steps = steps > high ? high : steps;
    return (int32_t)round_half_even(steps);
}

uint16_t nibble_encode_one(float value, nibble_grid grid, int32_t offset) {
    return (uint16_t)(steps_of(value, grid) + grid.zero_point + offset);
}

static void encode(const float *values, size_t count, nibble_grid grid, int32_t offset, uint16_t *codes) {
    for (size_t i = 0; i < count; i++) codes[i] = nibble_encode_one(values[i], grid, offset);
}

float nibble_squared_difference(float value, nibble_grid grid) {
    if (!is_finite(value)) return 0;
    float difference = value - grid.scale * (float)steps_of(value, grid);
    return difference * difference;
}

static double squared_error(const float *values, size_t count, nibble_grid grid) {
    double lanes[8] = {0};
    for (size_t i = 0; i < count; i++) lanes[i % 8] += (double)nibble_squared_difference(values[i], grid);
    return nibble_lane_sum_f64(lanes);
}

/// A scale as it is stored.
static float stored_scale(float scale, nibble_range_search search) {
    if (!search.has_half_scale) return scale;
    scale = scale < 0x1p-24f ? 0x1p-24f : scale > 65504 ? 65504 : scale;
    float stored = nibble_half_to_float(nibble_float_to_half(scale));
    return stored < 0x1p-14f && stored < scale ? stored + 0x1p-24f : stored;
}

static double error_of_step(const float *values, size_t count, float lower, float upper, int32_t step,
                            nibble_range_search search) {
    float factor = (float)step / 100, low = lower * factor, high = upper * factor, codes = (float)search.highest;
    float extent = search.is_symmetric ? (-low > high ? -low : high) : high - low;
    float scale = stored_scale(extent / codes, search), inverse = 1 / scale, zero_point = codes;
    if (!search.is_symmetric) {
        float place = -low / scale;
        zero_point = round_half_even(place > codes ? codes : place);
    }
    float first = -zero_point, last = search.is_symmetric ? codes : codes - zero_point;
    double sum = 0;
    for (size_t start = 0; start < count; start += NIBBLE_ERROR_RUN) {
        float run = 0;
        for (size_t i = start; i < count && i < start + NIBBLE_ERROR_RUN; i++) {
            float steps = values[i] * inverse;
            steps = steps < first ? first : steps;
            steps = steps > last ? last : steps;
            float difference = values[i] - scale * round_half_even(steps);
            run += difference * difference;
        }
        sum += (double)run;
    }
    return sum;
}

static void candidate_errors(const float *values, size_t count, float lower, float upper, int32_t top,
                             nibble_range_search search, double *errors) {
    for (int32_t lane = 0; lane < NIBBLE_CANDIDATES; lane++)
        errors[lane] = lane < top ? error_of_step(values, count, lower, upper, top - lane, search) : 0;
}

static int32_t least_error_step(const float *values, size_t count, float lower, float upper,
                                nibble_range_search search) {
    return nibble_search_steps(values, count, lower, upper, search, candidate_errors);
}

int16_t nibble_quantize_one(float value, float inverse) {
    float steps = value * inverse;
    if (steps != steps) return 0;
    steps = steps < -127 ? -127 : steps;
    steps = steps > 127 ? 127 : steps;
    return (int16_t)round_half_even(steps);
}

static void quantize_i8(const float *values, size_t count, float inverse, int16_t *codes) {
    for (size_t i = 0; i < count; i++) codes[i] = nibble_quantize_one(values[i], inverse);
}

const nibble_kernel_table nibble_portable_table = {
    .name = "portable",
    .dot_segments = dot_segments,
    .dot_segments_4 = dot_segments_4,
    .scaled_sum = scaled_sum,
    .dot_f32 = dot_f32,
    .dot_tile_f32 = dot_tile_f32,
    .dot_stored_rows = dot_stored_rows,
    .add_scaled_f32 = add_scaled_f32,
    .convert_f16 = convert_f16,
    .convert_bf16 = convert_bf16,
    .narrow_f16 = narrow_f16,
    .scale_codes = scale_codes,
    .decode_levels = decode_levels,
    .unpack = unpack,
    .unpack_q8_0 = unpack_q8_0,
    .unpack_q4_0 = unpack_q4_0,
    .unpack_blocks = unpack_blocks,
    .subtract_zero_points = subtract_zero_points,
    .extremes = extremes,
    .largest_magnitude = largest_magnitude,
    .encode = encode,
    .squared_error = squared_error,
    .least_error_step = least_error_step,
    .quantize_i8 = quantize_i8,
};
