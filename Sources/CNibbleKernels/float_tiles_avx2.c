#if defined(__x86_64__)

#include "interleaved_avx2.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

// Float activations

/// The weights of one step, a vector of eight rows for each of its four columns.
AVX2 INLINE void weights_of(const uint8_t *chunk, const unsigned bits, const __m128i *levels, const size_t step,
                            __m256i zero, __m256 scale, const float *minima, __m256 *weights) {
    __m256i code = step_codes(chunk, bits, step);
    if (levels) code = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*levels), code);
#pragma clang loop unroll(full)
    for (int column = 0; column < 4; column++) {
        __m256i number = _mm256_slli_epi32(code, 24 - 8 * column);
        number = bits == 8 || levels ? _mm256_srai_epi32(number, 24) : _mm256_srli_epi32(number, 24);
        weights[column] = _mm256_mul_ps(scale, _mm256_cvtepi32_ps(_mm256_sub_epi32(number, zero)));
        if (minima) weights[column] = _mm256_add_ps(weights[column], _mm256_loadu_ps(minima));
    }
}

/// Units of 16 columns begin at each fourth step.
INLINE size_t unit_of_step(nibble_code_kind kind, size_t chunk, size_t step) {
    return kind.has_halves ? 2 * chunk + step / 4 : chunk;
}

/// Several tiles at once keep several chains of additions under way.
AVX2 INLINE void float_units(const uint8_t *tile, const unsigned bits, const __m128i *levels, nibble_code_kind kind,
                             const float *scales, const float *minima, const int32_t *zero_points,
                             const size_t tiles, nibble_tile_strides strides, const float *a, size_t chunks,
                             float *target) {
    __m256 total[4];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < tiles; t++) total[t] = _mm256_loadu_ps(target + 8 * t);
    for (size_t chunk = 0; chunk < chunks; chunk++)
#pragma clang loop unroll(full)
        for (size_t step = 0; step < 8; step++, a += 4) {
            size_t place = 8 * unit_of_step(kind, chunk, step);
#pragma clang loop unroll(full)
            for (size_t t = 0; t < tiles; t++) {
                size_t own = place + t * strides.factors;
                __m256i zero = zero_points ? load(zero_points + own) : _mm256_set1_epi32(kind.offset);
                __m256 weights[4];
                weights_of(tile + t * strides.codes + 32 * bits * chunk, bits, levels, step, zero,
                           _mm256_loadu_ps(scales + own), minima ? minima + own : 0, weights);
#pragma clang loop unroll(full)
                for (size_t column = 0; column < 4; column++)
                    total[t] = _mm256_fmadd_ps(weights[column], _mm256_broadcast_ss(a + column), total[t]);
            }
        }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < tiles; t++) _mm256_storeu_ps(target + 8 * t, total[t]);
}

AVX2 void nibble_avx2_add_float_units(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                                 const int32_t *zero_points, nibble_tile_strides strides, const float *activations,
                                 size_t chunks, float *total) {
    __m128i numbers, *levels = 0;
    if (kind.levels) {
        numbers = _mm_loadu_si128((const __m128i *)kind.levels);
        levels = &numbers;
    }
#define ONE(width) \
    float_units(tile, width, 0, kind, scales, minima, zero_points, 1, strides, activations, chunks, total)
#define FOUR(width) \
    float_units(tile, width, 0, kind, scales, minima, zero_points, 4, strides, activations, chunks, total)
    if (levels && strides.tiles == 4)
        float_units(tile, 4, levels, kind, scales, minima, zero_points, 4, strides, activations, chunks, total);
    else if (levels)
        float_units(tile, 4, levels, kind, scales, minima, zero_points, 1, strides, activations, chunks, total);
    else if (strides.tiles == 4) FOR_EACH_WIDTH(kind.bits, FOUR)
    else FOR_EACH_WIDTH(kind.bits, ONE)
#undef ONE
#undef FOUR
}

AVX2 INLINE void floats_of(const uint8_t *tile, const unsigned bits, const __m128i *levels, nibble_code_kind kind,
                           const float *scales, const float *minima, const int32_t *zero_points, size_t chunks,
                           float *target) {
    for (size_t chunk = 0; chunk < chunks; chunk++, tile += 32 * bits)
#pragma clang loop unroll(full)
        for (size_t step = 0; step < 8; step++, target += 64) {
            size_t place = 8 * unit_of_step(kind, chunk, step);
            __m256i zero = zero_points ? load(zero_points + place) : _mm256_set1_epi32(kind.offset);
            __m256 weights[4];
            weights_of(tile, bits, levels, step, zero, _mm256_loadu_ps(scales + place), minima ? minima + place : 0,
                       weights);
#pragma clang loop unroll(full)
            for (size_t column = 0; column < 4; column++) _mm256_storeu_ps(target + 16 * column, weights[column]);
        }
}

AVX2 void nibble_avx2_unpack_floats(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
                               const int32_t *zero_points, size_t chunks, float *target) {
    if (kind.levels) {
        __m128i levels = _mm_loadu_si128((const __m128i *)kind.levels);
        floats_of(tile, 4, &levels, kind, scales, minima, zero_points, chunks, target);
        return;
    }
#define FLOATS(width) floats_of(tile, width, 0, kind, scales, minima, zero_points, chunks, target)
    FOR_EACH_WIDTH(kind.bits, FLOATS)
#undef FLOATS
}

/// Eight rows of eight columns, turned around.
AVX2 INLINE void transpose(__m256 *v) {
    __m256 t[8], u[8];
    for (size_t i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
    }
    for (size_t i = 0; i < 8; i += 4)
        for (size_t k = 0; k < 2; k++) {
            u[i + 2 * k] = _mm256_shuffle_ps(t[i + k], t[i + k + 2], 0x44);
            u[i + 2 * k + 1] = _mm256_shuffle_ps(t[i + k], t[i + k + 2], 0xEE);
        }
    for (size_t i = 0; i < 4; i++) {
        v[i] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x20);
        v[i + 4] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x31);
    }
}

AVX2 void nibble_avx2_transpose_floats(const float *rows, size_t stride, size_t columns, float *weights) {
    size_t column = 0;
    for (; column + 8 <= columns; column += 8) {
        __m256 v[8];
        for (size_t lane = 0; lane < 8; lane++) v[lane] = _mm256_loadu_ps(rows + lane * stride + column);
        transpose(v);
        for (size_t i = 0; i < 8; i++) _mm256_storeu_ps(weights + 16 * (column + i), v[i]);
    }
    for (; column < columns; column++)
        for (size_t lane = 0; lane < 8; lane++) weights[16 * column + lane] = rows[lane * stride + column];
}

/// Up to 6 tokens with a pair of tiles: their sums take up to 12 of the 16 registers.
AVX2 INLINE void float_tile(const nibble_float_panel *panel, const float *w, const float *a, size_t stride,
                            const size_t tokens, nibble_float_totals totals) {
    __m256 s[6][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 2 * tokens; i++)
        s[i / 2][i % 2] = totals.replaces ? _mm256_setzero_ps()
                                          : _mm256_loadu_ps(totals.start + i / 2 * totals.token_stride + 8 * (i % 2));
    for (size_t column = 0; column < panel->columns; column++, w += panel->column_stride) {
        __m256 first = _mm256_loadu_ps(w), second = _mm256_loadu_ps(w + 8);
#pragma clang loop unroll(full)
        for (size_t token = 0; token < tokens; token++) {
            __m256 activation = _mm256_broadcast_ss(a + stride * token + column);
            s[token][0] = _mm256_fmadd_ps(first, activation, s[token][0]);
            s[token][1] = _mm256_fmadd_ps(second, activation, s[token][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 2 * tokens; i++)
        _mm256_storeu_ps(totals.start + i / 2 * totals.token_stride + 8 * (i % 2), s[i / 2][i % 2]);
}

AVX2 void nibble_avx2_multiply_floats(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                                      nibble_float_totals totals) {
#define TILE(count) float_tile(panel, panel->weights + pair * panel->pair_stride, a + token * stride, stride, count, own)
    for (size_t token = 0; token < tokens; token += 6)
        for (size_t pair = 0; pair < panel->pairs; pair++) {
            nibble_float_totals own = totals;
            own.start += token * totals.token_stride + pair * totals.pair_stride;
            switch (tokens - token) {
            case 1: TILE(1); break;
            case 2: TILE(2); break;
            case 3: TILE(3); break;
            case 4: TILE(4); break;
            case 5: TILE(5); break;
            default: TILE(6); break;
            }
            if (totals.bias || totals.strange)
                for (size_t t = 0; t < tokens - token && t < 6; t++)
                    nibble_finish(own.start + t * totals.token_stride, totals, pair);
        }
#undef TILE
}

#endif
