#if defined(__x86_64__)

#include "registers_avx512.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

/// Up to 12 tokens with one or two pairs of tiles: their sums take up to 24 of the 32 registers.
AVX512 INLINE void tile(const nibble_float_panel *panel, size_t pair, const size_t pairs, const float *a, size_t stride,
                        const size_t tokens, nibble_float_totals totals) {
    __m512 s[12][2];
    float *target = totals.start + pair * totals.pair_stride;
#pragma clang loop unroll(full)
    for (size_t token = 0; token < tokens; token++)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++)
            s[token][p] = totals.replaces ? _mm512_setzero_ps()
                                          : _mm512_loadu_ps(target + token * totals.token_stride + p * totals.pair_stride);
    const float *w = panel->weights + pair * panel->pair_stride, *v = w + panel->pair_stride;
    for (size_t column = 0; column < panel->columns; column++) {
        __m512 weights[2];
        weights[0] = _mm512_loadu_ps(w);
        if (pairs == 2) weights[1] = _mm512_loadu_ps(v);
        w += panel->column_stride;
        v += panel->column_stride;
#pragma clang loop unroll(full)
        for (size_t token = 0; token < tokens; token++) {
            __m512 activation = _mm512_set1_ps(a[token * stride + column]);
#pragma clang loop unroll(full)
            for (size_t p = 0; p < pairs; p++) s[token][p] = _mm512_fmadd_ps(weights[p], activation, s[token][p]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t token = 0; token < tokens; token++)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < pairs; p++)
            _mm512_storeu_ps(target + token * totals.token_stride + p * totals.pair_stride,
                             finished(s[token][p], totals, pair + p));
}

AVX512 static void two_pairs(const nibble_float_panel *panel, size_t pair, const float *a, size_t stride, size_t tokens,
                             nibble_float_totals totals) {
#define TILE(count) tile(panel, pair, 2, a, stride, count, totals)
    FOR_EACH_COUNT(tokens, TILE)
#undef TILE
}

AVX512 static void one_pair(const nibble_float_panel *panel, size_t pair, const float *a, size_t stride, size_t tokens,
                            nibble_float_totals totals) {
#define TILE(count) tile(panel, pair, 1, a, stride, count, totals)
    FOR_EACH_COUNT(tokens, TILE)
#undef TILE
}

/// Brings a share of what is read next into the second-level cache.
INLINE void fetch(const nibble_float_panel *panel, size_t first, size_t end) {
    for (size_t row = first; row < end; row++)
        for (size_t byte = 0; byte < panel->next_bytes; byte += 64)
            _mm_prefetch((const char *)panel->next + row * panel->next_stride + byte, _MM_HINT_T1);
}

AVX512 void nibble_avx512_multiply_floats(const nibble_float_panel *panel, const float *a, size_t stride, size_t tokens,
                                          nibble_float_totals totals) {
    size_t groups = (tokens + 11) / 12;
    for (size_t token = 0; token < tokens; token += 12) {
        if (panel->next)
            fetch(panel, token / 12 * panel->next_rows / groups, (token / 12 + 1) * panel->next_rows / groups);
        size_t count = tokens - token < 12 ? tokens - token : 12, pair = 0;
        nibble_float_totals own = totals;
        own.start += token * totals.token_stride;
        for (; pair + 2 <= panel->pairs; pair += 2) two_pairs(panel, pair, a + token * stride, stride, count, own);
        if (pair < panel->pairs) one_pair(panel, pair, a + token * stride, stride, count, own);
    }
}

#endif
