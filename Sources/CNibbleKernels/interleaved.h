#ifndef NIBBLE_INTERLEAVED_SHARED_H
#define NIBBLE_INTERLEAVED_SHARED_H

#include "CNibbleKernels.h"

#include <string.h>

/// The value of an E8M0 scale byte: 2^(byte − 127), NaN for 255 (OCP MX v1.0 §5.4.1).
static inline float nibble_power_of_two(uint8_t byte) {
    uint32_t bits = byte == 0 ? 1u << 22 : byte == 255 ? 0x7FC00000u : (uint32_t)byte << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// The activations of a token, from its first column on.
static inline nibble_activations nibble_token(const nibble_tokens *tokens, size_t token) {
    nibble_activations a = tokens->first;
    a.codes = (const char *)a.codes + token * tokens->code_stride;
    a.sums += token * tokens->unit_stride;
    a.scales += token * tokens->unit_stride;
    a.products += token * tokens->unit_stride;
    return a;
}

/// Writes what a chunk's codes sum to, of its first and its last 16, its scale, and their products.
static inline void nibble_store_sums(nibble_token_target target, size_t chunk, size_t unit_length, const int32_t *halves,
                                     float scale) {
    size_t units = unit_length == 16 ? 2 : 1;
    for (size_t i = 0; i < units; i++) {
        int32_t sum = units == 2 ? halves[i] : halves[0] + halves[1];
        target.sums[chunk * units + i] = sum;
        target.scales[chunk * units + i] = scale;
        target.products[chunk * units + i] = (float)sum * scale;
    }
}

/// Counts what is not finite and adds the bias to 16 sums of a pair.
static inline void nibble_finish(float *sums, nibble_float_totals totals, size_t pair) {
    for (size_t row = 0; row < 16; row++) {
        if (totals.strange && !(sums[row] - sums[row] == 0)) ++*totals.strange;
        if (totals.bias) sums[row] += totals.bias[16 * pair + row];
    }
}

/// The factors of a tile, from those of the first.
static inline nibble_factors nibble_factors_at(const nibble_factors *first, nibble_tile_places places, size_t tile) {
    nibble_factors f = *first;
    size_t size = f.scale_kind == NIBBLE_SCALE_F16 ? 2 : f.scale_kind == NIBBLE_SCALE_F32 ? 4 : 1;
    f.scales = (const char *)f.scales + tile * places.supers * size;
    if (f.minima) f.minima = (const char *)f.minima + tile * places.supers * 2;
    if (f.unit_scales) f.unit_scales += tile * places.units;
    if (f.unit_minima) f.unit_minima += tile * places.units;
    if (f.zero_points) f.zero_points += tile * places.supers;
    return f;
}

/// Puts four bytes into each of `steps` vectors.
static inline void nibble_scatter(const uint8_t *bytes, size_t lane, size_t steps, uint8_t *plane) {
    for (size_t step = 0; step < steps; step++) memcpy(plane + 32 * step + 4 * lane, bytes + 4 * step, 4);
}

/// One row's place in a tile is the same for every instruction set: the loops are plain, and made for the compiler's vectors.
static inline void nibble_interleave(const uint8_t *codes, unsigned bits, size_t lane, size_t chunks, uint8_t *tile) {
    uint8_t part[32];
    for (size_t chunk = 0; chunk < chunks; chunk++, codes += 32) {
        unsigned shift = 0;
        if (bits == 8) {
            nibble_scatter(codes, lane, 8, tile);
            tile += 256;
            continue;
        }
        if (bits & 4) {
            for (size_t i = 0; i < 16; i++) part[i] = (uint8_t)((codes[i] & 15) | codes[i + 16] << 4);
            nibble_scatter(part, lane, 4, tile);
            tile += 128;
            shift = 4;
        }
        if (bits & 2) {
            for (size_t i = 0; i < 8; i++)
                part[i] = (uint8_t)((codes[i] >> shift & 3) | (codes[i + 8] >> shift & 3) << 2 |
                                    (codes[i + 16] >> shift & 3) << 4 | (codes[i + 24] >> shift & 3) << 6);
            nibble_scatter(part, lane, 2, tile);
            tile += 64;
            shift += 2;
        }
        if (bits & 1) {
            for (size_t k = 0; k < 4; k++) {
                unsigned byte = 0;
                for (size_t step = 0; step < 8; step++) byte |= (codes[4 * step + k] >> shift & 1u) << step;
                part[k] = (uint8_t)byte;
            }
            nibble_scatter(part, lane, 1, tile);
            tile += 32;
        }
    }
}

#endif
