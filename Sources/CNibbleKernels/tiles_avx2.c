#if defined(__x86_64__)

#include "interleaved_avx2.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

/// Keeps what is in a register from being computed in another order, which would need more registers than there are.
#define KEEP(v) __asm__("" : "+x"(v))

/// A pair of tiles of a panel.
typedef struct {
    const uint8_t *codes[2];
    const float *scales[2];
    const float *minima[2];
} tile_pair;

INLINE tile_pair pair_of(const nibble_panel *panel, size_t pair) {
    tile_pair p;
    for (size_t tile = 0; tile < 2; tile++) {
        size_t index = 2 * pair + tile;
        p.codes[tile] = (const uint8_t *)panel->codes + index * panel->tile_bytes;
        p.scales[tile] = panel->scales + index * panel->tile_factors;
        p.minima[tile] = panel->minima ? panel->minima + index * panel->tile_factors : 0;
    }
    return p;
}

/// What of a unit's terms there is: known when a loop is compiled, as a term left out makes the loop faster by a tenth.
typedef struct {
    /// Whether units have minima.
    int has_minima;
    /// Whether codes are moved by an offset, so that the sum of activations times it is taken off.
    int has_offset;
} term_kind;

/// Adds the terms of one unit for two tiles and `count` tokens: sums[token][tile].
///
/// The offset stands in each vector's even 16-bit numbers: a unit's sum of activations has 16 bits, and one instruction
/// multiplies them.
AVX2 INLINE void add_terms(__m256i (*sums)[2], const size_t count, const tile_pair *pair, const term_kind terms,
                           __m256i offset, const nibble_activations *tokens, size_t unit, float *totals) {
    __m256 first = _mm256_loadu_ps(pair->scales[0] + 8 * unit), second = _mm256_loadu_ps(pair->scales[1] + 8 * unit);
#pragma clang loop unroll(full)
    for (size_t token = 0; token < count; token++) {
        __m256 scale = _mm256_broadcast_ss(tokens[token].scales + unit);
        if (terms.has_offset) {
            __m256i zero = _mm256_madd_epi16(_mm256_set1_epi32(tokens[token].sums[unit]), offset);
            sums[token][0] = _mm256_sub_epi32(sums[token][0], zero);
            sums[token][1] = _mm256_sub_epi32(sums[token][1], zero);
        }
        __m256 a = _mm256_cvtepi32_ps(sums[token][0]), b = _mm256_cvtepi32_ps(sums[token][1]);
        __m256 total = _mm256_fmadd_ps(a, _mm256_mul_ps(first, scale), _mm256_loadu_ps(totals + 16 * token));
        __m256 other = _mm256_fmadd_ps(b, _mm256_mul_ps(second, scale), _mm256_loadu_ps(totals + 16 * token + 8));
        if (terms.has_minima) {
            __m256 product = _mm256_broadcast_ss(tokens[token].products + unit);
            total = _mm256_fmadd_ps(product, _mm256_loadu_ps(pair->minima[0] + 8 * unit), total);
            other = _mm256_fmadd_ps(product, _mm256_loadu_ps(pair->minima[1] + 8 * unit), other);
        }
        _mm256_storeu_ps(totals + 16 * token, total);
        _mm256_storeu_ps(totals + 16 * token + 8, other);
    }
}

/// Sums products of `steps` steps from `start` on in 16 bits, of `count` tokens with two tiles.
AVX2 INLINE void sum_bytes(const uint8_t *const *codes, size_t start, const size_t steps, const int8_t *const *a,
                           const size_t count, __m256i (*s)[2]) {
#pragma clang loop unroll(full)
    for (size_t step = 0; step < steps; step++) {
        __m256i w = load(codes[0] + 32 * (start + step)), v = load(codes[1] + 32 * (start + step));
#pragma clang loop unroll(full)
        for (size_t token = 0; token < count; token++) {
            __m256i activation = four_bytes(a[token] + 4 * (start + step));
            __m256i x = _mm256_maddubs_epi16(w, activation), y = _mm256_maddubs_epi16(v, activation);
            s[token][0] = step ? _mm256_add_epi16(s[token][0], x) : x;
            s[token][1] = step ? _mm256_add_epi16(s[token][1], y) : y;
            KEEP(s[token][0]);
            KEEP(s[token][1]);
        }
    }
}

/// Codes of up to 4 bits: a unit's products fit in 16 bits.
AVX2 INLINE void narrow_bytes(const tile_pair *pair, const term_kind terms, const nibble_code_kind kind,
                              const size_t units, const nibble_activations *tokens, size_t chunks, float *totals) {
    const __m256i ones = _mm256_set1_epi16(1), offset = _mm256_set1_epi32(kind.offset);
    const int8_t *const a[4] = {tokens[0].codes, tokens[1].codes, tokens[2].codes, tokens[3].codes};
    for (size_t unit = 0; unit < units * chunks; unit++) {
        __m256i s[4][2];
        sum_bytes(pair->codes, unit * 8 / units, 8 / units, a, 4, s);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 8; i++) s[i / 2][i % 2] = _mm256_madd_epi16(s[i / 2][i % 2], ones);
        add_terms(s, 4, pair, terms, offset, tokens, unit, totals);
    }
}

/// Codes of 5 to 7 bits: only a few steps' products fit in 16 bits. Two tokens at a time leave registers for sums of 32.
AVX2 INLINE void wide_bytes_of(const tile_pair *pair, const term_kind terms, const unsigned bits,
                               const nibble_code_kind kind, const size_t units, const nibble_activations *tokens,
                               size_t chunks, float *totals) {
    const __m256i ones = _mm256_set1_epi16(1), offset = _mm256_set1_epi32(kind.offset);
    const size_t steps = 8 / units, run = steps_in_16_bits(bits) < steps ? steps_in_16_bits(bits) : steps;
    for (size_t unit = 0; unit < units * chunks; unit++)
#pragma clang loop unroll(full)
        for (size_t token = 0; token < 4; token += 2) {
            const int8_t *const a[2] = {tokens[token].codes, tokens[token + 1].codes};
            __m256i sums[2][2];
#pragma clang loop unroll(full)
            for (size_t start = 0; start < steps; start += run) {
                __m256i s[2][2];
                sum_bytes(pair->codes, unit * steps + start, run, a, 2, s);
#pragma clang loop unroll(full)
                for (size_t i = 0; i < 4; i++) {
                    __m256i wide = _mm256_madd_epi16(s[i / 2][i % 2], ones);
                    sums[i / 2][i % 2] = start ? _mm256_add_epi32(sums[i / 2][i % 2], wide) : wide;
                }
            }
            add_terms(sums, 2, pair, terms, offset, tokens + token, unit, totals + 16 * token);
        }
}

/// Calls `body` for each four tokens and pair of a panel.
#define EACH_PAIR(body, number)                                                                                     \
    for (size_t token = 0; token < tokens->count; token += 4) {                                             \
        const nibble_activations four[4] = {nibble_token(tokens, token), nibble_token(tokens, token + 1),   \
                                            nibble_token(tokens, token + 2), nibble_token(tokens, token + 3)}; \
        for (size_t index = 0; index < panel->pairs; index++) {                                             \
            const tile_pair pair = pair_of(panel, index);                                                   \
            number *sums = totals + (index * tokens->count + token) * 16;                                    \
            body;                                                                                           \
        }                                                                                                   \
    }

AVX2 void nibble_avx2_tile_bytes(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                 float *totals) {
#define NARROW(units, ...) EACH_PAIR(narrow_bytes(&pair, (term_kind){__VA_ARGS__}, kind, units, four, panel->chunks, sums), float)
#define WIDE(bits, units, ...) \
    EACH_PAIR(wide_bytes_of(&pair, (term_kind){__VA_ARGS__}, bits, kind, units, four, panel->chunks, sums), float)
#define EACH_TERM_KIND(loop, ...)                            \
    {                                                        \
        if (!panel->minima) loop(__VA_ARGS__, 0, 1)          \
        else if (kind.offset) loop(__VA_ARGS__, 1, 1)        \
        else loop(__VA_ARGS__, 1, 0)                         \
    }
    if (kind.bits <= 4) {
        if (kind.has_halves) EACH_TERM_KIND(NARROW, 2)
        else EACH_TERM_KIND(NARROW, 1)
    } else if (kind.bits == 5) {
        if (kind.has_halves) EACH_TERM_KIND(WIDE, 5, 2)
        else EACH_TERM_KIND(WIDE, 5, 1)
    } else if (kind.bits == 6) {
        if (kind.has_halves) EACH_TERM_KIND(WIDE, 6, 2)
        else EACH_TERM_KIND(WIDE, 6, 1)
    } else {
        if (kind.has_halves) EACH_TERM_KIND(WIDE, 7, 2)
        else EACH_TERM_KIND(WIDE, 7, 1)
    }
#undef EACH_TERM_KIND
#undef NARROW
#undef WIDE
}

/// Adds `count` vectors of two columns.
AVX2 INLINE void sum_words(const int16_t *const *tiles, const int16_t *const *a, size_t start, const size_t count,
                           __m256i s[4][2]) {
#pragma clang loop unroll_count(4)
    for (size_t i = start; i < start + count; i++) {
        __m256i w = load(tiles[0] + 16 * i), v = load(tiles[1] + 16 * i);
#pragma clang loop unroll(full)
        for (size_t token = 0; token < 4; token++) {
            __m256i activation = four_bytes(a[token] + 2 * i);
            s[token][0] = _mm256_add_epi32(s[token][0], _mm256_madd_epi16(w, activation));
            s[token][1] = _mm256_add_epi32(s[token][1], _mm256_madd_epi16(v, activation));
            KEEP(s[token][0]);
            KEEP(s[token][1]);
        }
    }
}

AVX2 INLINE void words_tile(const tile_pair *pair, const term_kind terms, const size_t units,
                            const nibble_activations *tokens, size_t chunks, float *totals) {
    const int16_t *const a[4] = {tokens[0].codes, tokens[1].codes, tokens[2].codes, tokens[3].codes};
    const int16_t *const codes[2] = {(const int16_t *)pair->codes[0], (const int16_t *)pair->codes[1]};
    for (size_t unit = 0; unit < units * chunks; unit++) {
        __m256i s[4][2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 8; i++) s[i / 2][i % 2] = _mm256_setzero_si256();
        sum_words(codes, a, unit * 16 / units, 16 / units, s);
        add_terms(s, 4, pair, terms, _mm256_setzero_si256(), tokens, unit, totals);
    }
}

AVX2 void nibble_avx2_tile_words(const nibble_panel *panel, nibble_code_kind kind, const nibble_tokens *tokens,
                                 float *totals) {
#define WORDS(units, has_minima) \
    EACH_PAIR(words_tile(&pair, (term_kind){has_minima, 0}, units, four, panel->chunks, sums), float)
    if (kind.has_halves && panel->minima) WORDS(2, 1)
    else if (kind.has_halves) WORDS(2, 0)
    else if (panel->minima) WORDS(1, 1)
    else WORDS(1, 0)
#undef WORDS
}

AVX2 INLINE void whole_tile(const tile_pair *pair, const nibble_activations *tokens, size_t chunks, int32_t *whole) {
    const int16_t *const a[4] = {tokens[0].codes, tokens[1].codes, tokens[2].codes, tokens[3].codes};
    const int16_t *const codes[2] = {(const int16_t *)pair->codes[0], (const int16_t *)pair->codes[1]};
    __m256i s[4][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) s[i / 2][i % 2] = load(whole + 8 * i);
    for (size_t chunk = 0; chunk < chunks; chunk++) sum_words(codes, a, 16 * chunk, 16, s);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) store(whole + 8 * i, s[i / 2][i % 2]);
}

AVX2 void nibble_avx2_tile_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *totals) {
    EACH_PAIR(whole_tile(&pair, four, panel->chunks, sums), int32_t)
}

AVX2 INLINE void end_tile(const tile_pair *pair, const nibble_activations *tokens, int32_t *whole, float *totals) {
    for (size_t token = 0; token < 4; token++)
        for (size_t tile = 0; tile < 2; tile++) {
            size_t place = 16 * token + 8 * tile;
            __m256 scale = _mm256_broadcast_ss(tokens[token].scales);
            __m256 factor = _mm256_mul_ps(_mm256_loadu_ps(pair->scales[tile]), scale);
            __m256 sum = _mm256_cvtepi32_ps(load(whole + place));
            _mm256_storeu_ps(totals + place, _mm256_fmadd_ps(sum, factor, _mm256_loadu_ps(totals + place)));
            store(whole + place, _mm256_setzero_si256());
        }
}

AVX2 void nibble_avx2_end_whole(const nibble_panel *panel, const nibble_tokens *tokens, int32_t *whole, float *totals) {
    EACH_PAIR(end_tile(&pair, four, whole + (sums - totals), sums), float)
}

#endif
