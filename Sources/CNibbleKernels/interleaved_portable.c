#include "half.h"
#include "interleaved.h"
#include "tables.h"

#include <float.h>
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// The code of a column of a row of a tile.
static unsigned code_at(const uint8_t *tile, unsigned bits, size_t lane, size_t column) {
    const uint8_t *plane = tile + column / 32 * 32 * bits;
    size_t step = column % 32 / 4, place = 4 * lane + column % 4;
    if (bits == 8) return plane[32 * step + place];
    unsigned code = 0, shift = 0;
    if (bits & 4) {
        code = plane[32 * (step % 4) + place] >> 4 * (step / 4) & 15;
        plane += 128;
        shift = 4;
    }
    if (bits & 2) {
        code |= (plane[32 * (step % 2) + place] >> 2 * (step / 2) & 3u) << shift;
        plane += 64;
        shift += 2;
    }
    if (bits & 1) code |= (plane[place] >> step & 1u) << shift;
    return code;
}

static int32_t number_at(const uint8_t *tile, nibble_code_kind kind, size_t lane, size_t column) {
    unsigned code = code_at(tile, kind.bits, lane, column);
    if (kind.levels) return kind.levels[code];
    return kind.bits == 8 ? (int8_t)code : (int32_t)code;
}

static void extract(const uint8_t *tile, unsigned bits, size_t lane, size_t chunks, uint8_t *codes) {
    for (size_t column = 0; column < 32 * chunks; column++) codes[column] = (uint8_t)code_at(tile, bits, lane, column);
}

static float scale_of(const nibble_factors *factors, size_t place) {
    if (factors->scale_kind == NIBBLE_SCALE_F16) return nibble_half_to_float(((const uint16_t *)factors->scales)[place]);
    if (factors->scale_kind == NIBBLE_SCALE_F32) return ((const float *)factors->scales)[place];
    return nibble_power_of_two(((const uint8_t *)factors->scales)[place]) * factors->scale_factor;
}

static void expand_factors(const nibble_factors *factors, size_t first, size_t count, float *scales, float *minima) {
    for (size_t unit = first; unit < first + count; unit++)
        for (size_t lane = 0; lane < 8; lane++) {
            size_t place = unit / factors->units_per_super * 8 + lane, own = 8 * unit + lane, out = own - 8 * first;
            float scale = scale_of(factors, place);
            float minimum = minima ? nibble_half_to_float(((const uint16_t *)factors->minima)[place]) : 0;
            if (factors->unit_kind == NIBBLE_UNIT_I8) {
                scale *= (float)(int8_t)factors->unit_scales[own];
                if (minima) minimum = -(minimum * (float)factors->unit_minima[own]);
            } else if (factors->unit_kind == NIBBLE_UNIT_NIBBLES) {
                scale *= (float)(factors->unit_scales[own] & 15);
                if (minima) minimum = -(minimum * (float)(factors->unit_scales[own] >> 4));
            }
            scales[out] = scale;
            if (minima) minima[out] = minimum;
        }
}

/// What one row has been summed to within the segment under way.
typedef struct {
    int32_t whole, activations;
    size_t units;
} segment_sums;

/// Adds a segment's terms to a row's total.
static void end_segment(const nibble_factors *factors, size_t unit, size_t lane, nibble_code_kind kind, float scale,
                        segment_sums *sums, float *total) {
    float scales[8], minima[8];
    expand_factors(factors, unit, 1, scales, factors->minima ? minima : 0);
    size_t super = unit / factors->units_per_super;
    int32_t zero = factors->zero_points ? factors->zero_points[8 * super + lane] - factors->zero_point_offset : kind.offset;
    float factor = scales[lane] * scale;
    *total = fmaf((float)(sums->whole - zero * sums->activations), factor, *total);
    if (factors->minima) {
        float product = (float)sums->activations * scale;
        *total = fmaf(product, minima[lane], *total);
    }
    *sums = (segment_sums){0, 0, 0};
}

static void multiply_tile(const uint8_t *tile, nibble_code_kind kind, const nibble_factors *factors,
                          const nibble_activations *activations, size_t chunks, size_t units_per_segment,
                          float *total) {
    const int8_t *codes = activations->codes;
    size_t length = kind.has_halves ? 16 : 32, units = chunks * 32 / length;
    for (size_t lane = 0; lane < 8; lane++) {
        segment_sums sums = {0, 0, 0};
        total[lane] = 0;
        for (size_t unit = 0; unit < units; unit++) {
            for (size_t i = unit * length; i < (unit + 1) * length; i++)
                sums.whole += number_at(tile, kind, lane, i) * codes[i];
            sums.activations += activations->sums[unit];
            if (++sums.units == units_per_segment || unit + 1 == units)
                end_segment(factors, unit, lane, kind, activations->scales[unit], &sums, total + lane);
        }
    }
}

static void multiply_tiles(const uint8_t *tile, nibble_code_kind kind, const nibble_factors *factors,
                           nibble_tile_places places, const nibble_activations *activations, size_t chunks,
                           size_t units_per_segment, float *total) {
    for (size_t t = 0; t < places.tiles; t++) {
        nibble_factors own = nibble_factors_at(factors, places, t);
        multiply_tile(tile + t * places.codes, kind, &own, activations, chunks, units_per_segment,
                      total + t * places.totals);
    }
}

/// The codes of a chunk of which `left` values are there, and what they sum to.
static void quantize_chunk(const float *values, size_t left, float step, size_t chunk, size_t unit_length, float scale,
                           nibble_token_target target) {
    float inverse = step >= FLT_MIN ? 1 / step : 0;
    int8_t *codes = target.codes + 32 * chunk;
    int32_t halves[2] = {0, 0};
    for (size_t i = 0; i < 32; i++) {
        codes[i] = i < left ? (int8_t)nibble_quantize_one(values[32 * chunk + i], inverse) : 0;
        halves[i / 16] += codes[i];
    }
    nibble_store_sums(target, chunk, unit_length, halves, scale);
}

static ptrdiff_t quantize_blocks(const float *values, size_t count, size_t chunks, size_t unit_length,
                                 nibble_token_target target) {
    size_t strange = 0;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        size_t left = count > 32 * chunk ? count - 32 * chunk : 0, own = 0;
        float step = nibble_portable_table.largest_magnitude(values + 32 * chunk, left < 32 ? left : 32, &own) / 127;
        strange += own;
        if (step > 65504) return -1;
        float scale = step >= FLT_MIN ? nibble_half_to_float(nibble_float_to_half(step)) : 0;
        quantize_chunk(values, left, step, chunk, unit_length, scale, target);
    }
    return (ptrdiff_t)strange;
}

static size_t quantize_token(const float *values, size_t count, size_t chunks, size_t unit_length,
                             nibble_token_target target) {
    size_t strange = 0;
    float step = nibble_portable_table.largest_magnitude(values, count, &strange) / 127;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        quantize_chunk(values, count > 32 * chunk ? count - 32 * chunk : 0, step, chunk, unit_length,
                       step >= FLT_MIN ? step : 0, target);
    return strange;
}

static void widen_codes(const int8_t *codes, size_t chunks, int16_t *words) {
    for (size_t i = 0; i < 32 * chunks; i++) words[i / 4 * 4 + i % 2 * 2 + i % 4 / 2] = codes[i];
}

static void unpack_bytes(const uint8_t *tile, unsigned bits, size_t chunks, uint8_t *bytes) {
    for (size_t column = 0; column < 32 * chunks; column++)
        for (size_t lane = 0; lane < 8; lane++)
            bytes[column / 4 * 32 + 4 * lane + column % 4] = (uint8_t)code_at(tile, bits, lane, column);
}

static void unpack_words(const uint8_t *tile, nibble_code_kind kind, const int32_t *zero_points, size_t chunks,
                         int16_t *words) {
    size_t length = kind.has_halves ? 16 : 32;
    for (size_t column = 0; column < 32 * chunks; column++)
        for (size_t lane = 0; lane < 8; lane++) {
            int32_t zero = zero_points ? zero_points[column / length * 8 + lane] : kind.offset;
            size_t place = column / 4 * 32 + column % 2 * 16 + 2 * lane + column % 4 / 2;
            words[place] = (int16_t)(number_at(tile, kind, lane, column) - zero);
        }
}

/// Adds one segment's whole sum.
static void add_term(int32_t sum, float scale, const float *minimum, const nibble_activations *token, size_t unit,
                     float *total) {
    float factor = scale * token->scales[unit];
    *total = fmaf((float)sum, factor, *total);
    if (minimum) *total = fmaf(token->products[unit], *minimum, *total);
}

static int32_t sum_of_bytes(const uint8_t *tile, size_t lane, const int8_t *codes, size_t first, size_t count) {
    int32_t sum = 0;
    for (size_t i = first; i < first + count; i++) sum += tile[i / 4 * 32 + 4 * lane + i % 4] * codes[i];
    return sum;
}

static int32_t sum_of_words(const int16_t *tile, size_t lane, const int16_t *codes, size_t first, size_t count) {
    int32_t sum = 0;
    for (size_t i = first; i < first + count; i++)
        sum += tile[i / 4 * 32 + i % 4 / 2 * 16 + 2 * lane + i % 2] * codes[i];
    return sum;
}

/// The terms of one row of a pair with one token.
static void add_row(const nibble_panel *panel, nibble_code_kind kind, int is_bytes, size_t tile, size_t lane,
                    nibble_activations token, float *total) {
    size_t length = kind.has_halves ? 16 : 32;
    const uint8_t *codes = (const uint8_t *)panel->codes + tile * panel->tile_bytes;
    for (size_t unit = 0; unit < panel->chunks * 32 / length; unit++) {
        size_t place = tile * panel->tile_factors + 8 * unit + lane;
        int32_t sum = is_bytes ? sum_of_bytes(codes, lane, token.codes, unit * length, length) - kind.offset * token.sums[unit]
                               : sum_of_words((const int16_t *)codes, lane, token.codes, unit * length, length);
        add_term(sum, panel->scales[place], panel->minima ? panel->minima + place : 0, &token, unit, total);
    }
}

static void add_panel(const nibble_panel *panel, nibble_code_kind kind, int is_bytes, const nibble_tokens *tokens,
                      float *totals) {
    for (size_t pair = 0; pair < panel->pairs; pair++)
        for (size_t token = 0; token < tokens->count; token++)
            for (size_t row = 0; row < 16; row++)
                add_row(panel, kind, is_bytes, 2 * pair + row / 8, row % 8, nibble_token(tokens, token),
                        totals + (pair * tokens->count + token) * 16 + row);
}

static void tile_bytes(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals) {
    add_panel(panel, kind, 1, tokens, totals);
}

static void tile_words(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals) {
    add_panel(panel, kind, 0, tokens, totals);
}

/// The codes of a panel's tile, as words.
static const int16_t *words_of(const nibble_panel *panel, size_t tile) {
    return (const int16_t *)((const uint8_t *)panel->codes + tile * panel->tile_bytes);
}

static void tile_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole) {
    for (size_t pair = 0; pair < panel->pairs; pair++)
        for (size_t token = 0; token < tokens->count; token++, whole += 16)
            for (size_t row = 0; row < 16; row++)
                whole[row] += sum_of_words(words_of(panel, 2 * pair + row / 8), row % 8,
                                           nibble_token(tokens, token).codes, 0, 32 * panel->chunks);
}

static void end_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole, float *totals) {
    for (size_t pair = 0; pair < panel->pairs; pair++)
        for (size_t token = 0; token < tokens->count; token++, whole += 16, totals += 16)
            for (size_t row = 0; row < 16; row++) {
                nibble_activations own = nibble_token(tokens, token);
                float scale = panel->scales[(2 * pair + row / 8) * panel->tile_factors + row % 8];
                add_term(whole[row], scale, 0, &own, 0, totals + row);
                whole[row] = 0;
            }
}

static void unpack_moved(const uint8_t *tile, nibble_code_kind kind, size_t chunks, uint8_t *bytes) {
    for (size_t column = 0; column < 32 * chunks; column++)
        for (size_t lane = 0; lane < 8; lane++)
            bytes[column / 4 * 64 + 4 * lane + column % 4] =
                (uint8_t)(number_at(tile, kind, lane, column) - kind.offset + 128);
}

/// Σ (byte − 128) · activation over `count` columns from `start` on.
static int32_t sum_of_moved(const nibble_panel *panel, size_t pair, size_t row, const int8_t *a, size_t start,
                            size_t count) {
    const uint8_t *codes = (const uint8_t *)panel->codes + 2 * pair * panel->tile_bytes;
    int32_t sum = 0;
    for (size_t column = start; column < start + count; column++)
        sum += ((int32_t)codes[column / 4 * 64 + 4 * row + column % 4] - 128) * a[column];
    return sum;
}

static void tile_moved(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens, float *totals) {
    const size_t length = kind.has_halves ? 16 : 32;
    for (size_t pair = 0; pair < panel->pairs; pair++)
        for (size_t token = 0; token < tokens->count; token++, totals += 16) {
            nibble_activations own = nibble_token(tokens, token);
            for (size_t row = 0; row < 16; row++)
                for (size_t unit = 0; unit < panel->chunks * 32 / length; unit++) {
                    size_t place = (2 * pair + row / 8) * panel->tile_factors + 8 * unit + row % 8;
                    int32_t sum = sum_of_moved(panel, pair, row, own.codes, unit * length, length);
                    add_term(sum, panel->scales[place], panel->minima ? panel->minima + place : 0, &own, unit,
                             totals + row);
                }
        }
}

static void tile_moved_whole(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                             int32_t *whole) {
    (void)kind;
    for (size_t pair = 0; pair < panel->pairs; pair++)
        for (size_t token = 0; token < tokens->count; token++, whole += 16)
            for (size_t row = 0; row < 16; row++)
                whole[row] +=
                    sum_of_moved(panel, pair, row, nibble_token(tokens, token).codes, 0, 32 * panel->chunks);
}

static void multiply_rows(const nibble_byte_rows *rows, const nibble_tokens *tokens, nibble_float_totals totals) {
    const nibble_code_kind kind = {.bits = 8};
    for (size_t token = 0; token < tokens->count; token++)
        for (size_t pair = 0; pair < rows->pairs; pair++) {
            const nibble_activations own = nibble_token(tokens, token);
            const int8_t *a = own.codes;
            float *sums = totals.start + token * totals.token_stride + pair * totals.pair_stride;
            for (size_t row = 0; row < 16; row++) {
                const uint8_t *tile = rows->codes + (2 * pair + row / 8) * rows->tile_bytes;
                int32_t sum = 0;
                for (size_t column = 0; column < 32 * rows->chunks; column++)
                    sum += number_at(tile, kind, row % 8, column) * a[column];
                sums[row] = 0;
                add_term(sum, rows->scales[16 * pair + row], 0, &own, 0, sums + row);
            }
            nibble_finish(sums, totals, pair);
        }
}

static float weight_at(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                       const int32_t *zero_points, size_t lane, size_t column) {
    size_t place = column / (kind.has_halves ? 16 : 32) * 8 + lane;
    int32_t number = number_at(tile, kind, lane, column) - (zero_points ? zero_points[place] : kind.offset);
    float weight = scales[place] * (float)number;
    return minima ? weight + minima[place] : weight;
}

static void unpack_floats(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                          const int32_t *zero_points, size_t chunks, float *weights) {
    for (size_t column = 0; column < 32 * chunks; column++)
        for (size_t lane = 0; lane < 8; lane++)
            weights[16 * column + lane] = weight_at(tile, kind, scales, minima, zero_points, lane, column);
}

static void transpose_floats(const float *rows, size_t stride, size_t columns, float *weights) {
    for (size_t column = 0; column < columns; column++)
        for (size_t lane = 0; lane < 8; lane++) weights[16 * column + lane] = rows[lane * stride + column];
}

static void add_float_units(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                            const int32_t *zero_points, nibble_tile_strides strides, const float *activations,
                            size_t chunks, float *total) {
    for (size_t t = 0; t < strides.tiles; t++) {
        const float *m = minima ? minima + t * strides.factors : 0;
        const int32_t *z = zero_points ? zero_points + t * strides.factors : 0;
        for (size_t column = 0; column < 32 * chunks; column++)
            for (size_t lane = 0; lane < 8; lane++) {
                float weight =
                    weight_at(tile + t * strides.codes, kind, scales + t * strides.factors, m, z, lane, column);
                total[8 * t + lane] = fmaf(weight, activations[column], total[8 * t + lane]);
            }
    }
}

static void multiply_floats(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                            nibble_float_totals totals) {
    for (size_t token = 0; token < tokens; token++)
        for (size_t pair = 0; pair < panel->pairs; pair++) {
            float *sums = totals.start + token * totals.token_stride + pair * totals.pair_stride;
            const float *w = panel->weights + pair * panel->pair_stride;
            if (totals.replaces) memset(sums, 0, 16 * sizeof *sums);
            for (size_t column = 0; column < panel->columns; column++, w += panel->column_stride)
                for (size_t row = 0; row < 16; row++) sums[row] = fmaf(w[row], a[stride * token + column], sums[row]);
            nibble_finish(sums, totals, pair);
        }
}

const nibble_interleaved_table nibble_portable_interleaved_table = {
    .interleave = nibble_interleave,
    .extract = extract,
    .multiply_tiles = multiply_tiles,
    .expand_factors = expand_factors,
    .quantize_blocks = quantize_blocks,
    .quantize_token = quantize_token,
    .widen_codes = widen_codes,
    .unpack_bytes = unpack_bytes,
    .unpack_words = unpack_words,
    .tile_bytes = tile_bytes,
    .tile_words = tile_words,
    .tile_whole = tile_whole,
    .end_whole = end_whole,
    .unpack_moved = unpack_moved,
    .tile_moved = tile_moved,
    .tile_moved_whole = tile_moved_whole,
    .multiply_rows = multiply_rows,
    .add_float_units = add_float_units,
    .unpack_floats = unpack_floats,
    .transpose_floats = transpose_floats,
    .multiply_floats = multiply_floats,
};
