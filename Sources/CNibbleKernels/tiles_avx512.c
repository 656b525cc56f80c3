#if defined(__x86_64__)

#include "interleaved.h"
#include "registers_avx512.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

// `vpdpbusd` multiplies unsigned by signed bytes and adds four products in 32 bits, exactly. Numbers go in as number + 128,
// and 128 · Σ activations is taken off again.

AVX512 INLINE __m512i load(const void *source) { return _mm512_loadu_si512(source); }

/// Four bytes in every lane.
AVX512 INLINE __m512i four_bytes(const void *source) {
    int32_t word;
    memcpy(&word, source, 4);
    return _mm512_set1_epi32(word);
}

/// Adds the products of `steps` steps of one or two pairs with up to 12 tokens.
AVX512 INLINE void add_steps(const uint8_t *codes, size_t apart, const size_t pairs, size_t steps, const int8_t *a,
                             size_t stride, const size_t tokens, __m512i (*s)[2]) {
    for (size_t step = 0; step < steps; step++) {
        __m512i weights[2];
        weights[0] = load(codes + 64 * step);
        if (pairs == 2) weights[1] = load(codes + apart + 64 * step);
#pragma clang loop unroll(full)
        for (size_t token = 0; token < tokens; token++) {
            __m512i activation = four_bytes(a + token * stride + 4 * step);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pairs; p++) s[token][p] = _mm512_dpbusd_epi32(s[token][p], weights[p], activation);
        }
    }
}

/// 128 times what a token's codes of some units sum to.
INLINE int32_t moved_sum(const nibble_tokens *tokens, size_t token, size_t units) {
    const int32_t *sums = tokens->first.sums + token * tokens->unit_stride;
    int32_t sum = 0;
    for (size_t unit = 0; unit < units; unit++) sum += sums[unit];
    return 128 * sum;
}

AVX512 INLINE void whole_tile(const nibble_panel *panel, size_t units, size_t pair, const size_t pairs,
                              const nibble_tokens *tokens, size_t token, const size_t count, int32_t *whole) {
    const size_t apart = tokens->count * 16;
    int32_t *target = whole + (pair * tokens->count + token) * 16;
    __m512i s[12][2];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++) {
        __m512i moved = _mm512_set1_epi32(moved_sum(tokens, token + t, units));
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++) s[t][p] = _mm512_sub_epi32(load(target + p * apart + 16 * t), moved);
    }
    const uint8_t *codes = (const uint8_t *)panel->codes + 2 * pair * panel->tile_bytes;
    const int8_t *a = (const int8_t *)tokens->first.codes + token * tokens->code_stride;
    add_steps(codes, 2 * panel->tile_bytes, pairs, 8 * panel->chunks, a, tokens->code_stride, count, s);
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++) _mm512_storeu_si512(target + p * apart + 16 * t, s[t][p]);
}

/// Calls `loop(pairs, count)` for all pairs, two at a time, and all tokens, 12 at a time and the last 4 or 8 together.
#define EACH_PAIR_AND_TOKEN(loop)                                                       \
    for (size_t token = 0; token < tokens->count; token += 12) {                        \
        const size_t left = tokens->count - token;                                      \
        size_t pair = 0;                                                                \
        for (; pair + 2 <= panel->pairs; pair += 2)                                     \
            if (left >= 12) loop(2, 12);                                                \
            else if (left == 8) loop(2, 8);                                             \
            else loop(2, 4);                                                            \
        if (pair < panel->pairs) {                                                      \
            if (left >= 12) loop(1, 12);                                                \
            else if (left == 8) loop(1, 8);                                             \
            else loop(1, 4);                                                            \
        }                                                                               \
    }

AVX512 void nibble_avx512_tile_moved_whole(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                           int32_t *whole) {
    const size_t units = panel->chunks * (kind.has_halves ? 2 : 1);
#define LOOP(pairs, count) whole_tile(panel, units, pair, pairs, tokens, token, count, whole)
    EACH_PAIR_AND_TOKEN(LOOP)
#undef LOOP
}

/// A pair's sixteen factors of a unit.
AVX512 INLINE __m512 factors_of(const float *factors, size_t apart) {
    __m512 first = _mm512_castps256_ps512(_mm256_loadu_ps(factors));
    return _mm512_insertf32x8(first, _mm256_loadu_ps(factors + apart), 1);
}

AVX512 INLINE void unit_tile(const nibble_panel *panel, const size_t units_per_chunk, const int has_minima, size_t pair,
                             const size_t pairs, const nibble_tokens *tokens, size_t token, const size_t count,
                             float *totals) {
    const size_t apart = tokens->count * 16, steps = 8 / units_per_chunk;
    float *target = totals + (pair * tokens->count + token) * 16;
    const uint8_t *codes = (const uint8_t *)panel->codes + 2 * pair * panel->tile_bytes;
    const nibble_activations first = nibble_token(tokens, token);
    for (size_t unit = 0; unit < panel->chunks * units_per_chunk; unit++) {
        __m512i s[12][2];
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++)
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pairs; p++)
                s[t][p] = _mm512_set1_epi32(-128 * first.sums[t * tokens->unit_stride + unit]);
        add_steps(codes + 64 * steps * unit, 2 * panel->tile_bytes, pairs, steps,
                  (const int8_t *)first.codes + 4 * steps * unit, tokens->code_stride, count, s);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++) {
            size_t place = 2 * (pair + p) * panel->tile_factors + 8 * unit;
            __m512 scale = factors_of(panel->scales + place, panel->tile_factors), minimum = _mm512_setzero_ps();
            if (has_minima) minimum = factors_of(panel->minima + place, panel->tile_factors);
#pragma clang loop unroll(full)
            for (size_t t = 0; t < count; t++) {
                float *own = target + p * apart + 16 * t;
                __m512 factor = _mm512_mul_ps(scale, _mm512_set1_ps(first.scales[t * tokens->unit_stride + unit]));
                __m512 total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(s[t][p]), factor, _mm512_loadu_ps(own));
                if (has_minima)
                    total = _mm512_fmadd_ps(_mm512_set1_ps(first.products[t * tokens->unit_stride + unit]), minimum, total);
                _mm512_storeu_ps(own, total);
            }
        }
    }
}

AVX512 void nibble_avx512_tile_moved(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                     float *totals) {
#define ONE(pairs, count) unit_tile(panel, 1, 0, pair, pairs, tokens, token, count, totals)
#define ONE_MINIMUM(pairs, count) unit_tile(panel, 1, 1, pair, pairs, tokens, token, count, totals)
#define TWO(pairs, count) unit_tile(panel, 2, 0, pair, pairs, tokens, token, count, totals)
#define TWO_MINIMA(pairs, count) unit_tile(panel, 2, 1, pair, pairs, tokens, token, count, totals)
    if (kind.has_halves && panel->minima) EACH_PAIR_AND_TOKEN(TWO_MINIMA)
    else if (kind.has_halves) EACH_PAIR_AND_TOKEN(TWO)
    else if (panel->minima) EACH_PAIR_AND_TOKEN(ONE_MINIMUM)
    else EACH_PAIR_AND_TOKEN(ONE)
#undef ONE
#undef ONE_MINIMUM
#undef TWO
#undef TWO_MINIMA
}

/// A step's sixteen rows of two tiles, moved by 128.
AVX512 INLINE __m512i moved_step(const uint8_t *codes, size_t tile_bytes) {
    __m512i first = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)codes));
    __m512i both = _mm512_inserti64x4(first, _mm256_loadu_si256((const __m256i *)(codes + tile_bytes)), 1);
    return _mm512_xor_si512(both, _mm512_set1_epi8((char)0x80));
}

AVX512 INLINE void row_tile(const nibble_byte_rows *rows, size_t pair, const size_t pairs, const nibble_tokens *tokens,
                            size_t token, const size_t count, nibble_float_totals totals) {
    const nibble_activations first = nibble_token(tokens, token);
    const uint8_t *codes = rows->codes + 2 * pair * rows->tile_bytes;
    const int8_t *a = first.codes;
    const size_t stride = tokens->code_stride;
    __m512i s[12][2];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++) s[t][p] = _mm512_set1_epi32(-128 * rows->token_sums[token + t]);
    for (size_t step = 0; step < 8 * rows->chunks; step++, codes += 32, a += 4) {
        __m512i weights[2];
        weights[0] = moved_step(codes, rows->tile_bytes);
        if (pairs == 2) weights[1] = moved_step(codes + 2 * rows->tile_bytes, rows->tile_bytes);
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++) {
            __m512i activation = four_bytes(a + t * stride);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pairs; p++) s[t][p] = _mm512_dpbusd_epi32(s[t][p], weights[p], activation);
        }
    }
    float *target = totals.start + token * totals.token_stride + pair * totals.pair_stride;
#pragma clang loop unroll(full)
    for (size_t p = 0; p < pairs; p++) {
        const __m512 scale = _mm512_loadu_ps(rows->scales + 16 * (pair + p));
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++) {
            __m512 factor = _mm512_mul_ps(scale, _mm512_set1_ps(first.scales[t * tokens->unit_stride]));
            __m512 sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(s[t][p]), factor, _mm512_setzero_ps());
            _mm512_storeu_ps(target + t * totals.token_stride + p * totals.pair_stride, finished(sum, totals, pair + p));
        }
    }
}

AVX512 static void two_row_pairs(const nibble_byte_rows *rows, size_t pair, const nibble_tokens *tokens, size_t token,
                                 size_t count, nibble_float_totals totals) {
#define TILE(count) row_tile(rows, pair, 2, tokens, token, count, totals)
    FOR_EACH_COUNT(count, TILE)
#undef TILE
}

AVX512 static void one_row_pair(const nibble_byte_rows *rows, size_t pair, const nibble_tokens *tokens, size_t token,
                                size_t count, nibble_float_totals totals) {
#define TILE(count) row_tile(rows, pair, 1, tokens, token, count, totals)
    FOR_EACH_COUNT(count, TILE)
#undef TILE
}

AVX512 void nibble_avx512_multiply_rows(const nibble_byte_rows *rows, const nibble_tokens *tokens,
                                        nibble_float_totals totals) {
    for (size_t token = 0; token < tokens->count; token += 12) {
        size_t left = tokens->count - token, count = left < 12 ? left : 12, pair = 0;
        for (; pair + 2 <= rows->pairs; pair += 2) two_row_pairs(rows, pair, tokens, token, count, totals);
        if (pair < rows->pairs) one_row_pair(rows, pair, tokens, token, count, totals);
    }
}

#endif
