#if defined(__x86_64__)

#include "interleaved_avx2.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

AVX2 static void extract(const uint8_t *tile, unsigned bits, size_t lane, size_t chunks, uint8_t *codes) {
    uint8_t step_bytes[32];
#define EXTRACT(width)                                                \
    for (size_t chunk = 0; chunk < chunks; chunk++)                   \
        for (size_t step = 0; step < 8; step++) {                     \
            store(step_bytes, step_codes(tile + 32 * width * chunk, width, step)); \
            memcpy(codes + 32 * chunk + 4 * step, step_bytes + 4 * lane, 4);       \
        }
    FOR_EACH_WIDTH(bits, EXTRACT)
#undef EXTRACT
}

AVX2 INLINE void expand(const nibble_factors *factors, const nibble_scale_kind kind, const nibble_unit_kind unit_kind,
                        const int has_minima, size_t first, size_t count, float *scales, float *minima) {
    size_t super = first / factors->units_per_super, left = factors->units_per_super - first % factors->units_per_super;
    __m256 scale = _mm256_setzero_ps(), minimum = scale;
    int is_new = 1;
    for (size_t unit = first; unit < first + count; unit++) {
        if (is_new) {
            scale = scales_of(factors, kind, super);
            if (has_minima) minimum = halves((const uint16_t *)factors->minima + 8 * super);
        }
        __m256 s, m;
        refine(factors, unit_kind, has_minima, unit, scale, minimum, &s, &m);
        _mm256_storeu_ps(scales + 8 * (unit - first), s);
        if (has_minima && unit_kind != NIBBLE_UNIT_NONE) m = _mm256_xor_ps(m, _mm256_set1_ps(-0.0f));
        if (has_minima) _mm256_storeu_ps(minima + 8 * (unit - first), m);
        is_new = --left == 0;
        if (is_new) {
            left = factors->units_per_super;
            super++;
        }
    }
}

AVX2 static void expand_factors(const nibble_factors *factors, size_t first, size_t count, float *scales,
                                float *minima) {
    if (factors->unit_kind == NIBBLE_UNIT_I8) {
        if (minima) expand(factors, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 1, first, count, scales, minima);
        else expand(factors, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 0, first, count, scales, minima);
    } else if (factors->unit_kind == NIBBLE_UNIT_NIBBLES) {
        if (minima) expand(factors, NIBBLE_SCALE_F16, NIBBLE_UNIT_NIBBLES, 1, first, count, scales, minima);
        else expand(factors, NIBBLE_SCALE_F16, NIBBLE_UNIT_NIBBLES, 0, first, count, scales, minima);
    } else if (factors->scale_kind == NIBBLE_SCALE_F16 && !minima) {
        expand(factors, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 0, first, count, scales, minima);
    } else {
        expand(factors, factors->scale_kind, NIBBLE_UNIT_NONE, minima != 0, first, count, scales, minima);
    }
}

// One token

/// How a tile's factors are made up, known to the compiler where loops are made for it.
typedef struct {
    nibble_scale_kind scale_kind;
    nibble_unit_kind unit_kind;
    int has_minima;
    /// Segments of more than a unit, or zero points.
    int is_general;
} factor_kind;

/// The factors of the unit under way.
typedef struct {
    __m256 scale, minimum;
    __m256i zero;
} unit_factors;

AVX2 INLINE unit_factors factors_of(const nibble_factors *factors, const factor_kind kind, size_t super, size_t unit,
                                    __m256i offset) {
    unit_factors now = {.zero = offset};
    __m256 scale = scales_of(factors, kind.scale_kind, super), minimum = scale;
    if (kind.has_minima) minimum = halves((const uint16_t *)factors->minima + 8 * super);
    if (kind.is_general && factors->zero_points)
        now.zero = _mm256_sub_epi32(wide_bytes(factors->zero_points + 8 * super),
                                    _mm256_set1_epi32(factors->zero_point_offset));
    refine(factors, kind.unit_kind, kind.has_minima, unit, scale, minimum, &now.scale, &now.minimum);
    return now;
}

/// Adds a segment's terms: `sum` of codes, `activations` their codes' sum, one number in every lane.
AVX2 INLINE __m256 add_segment(__m256i sum, __m256i activations, __m256 scale, const factor_kind kind,
                               const unit_factors now, __m256 total) {
    // Formats with minima have no offset where their loops are their own.
    const int has_zero = kind.is_general || !kind.has_minima;
    __m256i number = has_zero ? _mm256_sub_epi32(sum, _mm256_mullo_epi32(now.zero, activations)) : sum;
    total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(number), _mm256_mul_ps(now.scale, scale), total);
    if (!kind.has_minima) return total;
    __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(activations), scale);
    if (kind.unit_kind != NIBBLE_UNIT_NONE) return _mm256_fnmadd_ps(product, now.minimum, total);
    return _mm256_fmadd_ps(product, now.minimum, total);
}

/// Asks for codes that come later: the sums take too many instructions for the processor to look so far ahead by itself.
INLINE void prefetch_chunk(const uint8_t *chunk, const size_t bytes) {
    for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(chunk + 1024 + line, 0, 2);
}

/// `tiles`, a constant, are read side by side: the processor fetches several long runs of memory ahead in less time than one.
AVX2 INLINE void tile_products(const uint8_t *tile, const unsigned bits, const __m128i *levels, const int has_halves,
                               const factor_kind kind, const nibble_factors *factors, const size_t tiles,
                               nibble_tile_places places, int32_t offset, const nibble_activations *activations,
                               size_t chunks, size_t units_per_segment, float *target) {
    const size_t halves = has_halves ? 2 : 1, steps = 8 / halves, units = chunks * halves;
    const __m256i zero = _mm256_set1_epi32(offset);
    const int8_t *a = activations->codes;
    __m256 total[4];
    __m256i whole[4], counted = _mm256_setzero_si256();
    nibble_factors own[4];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < tiles; t++) {
        total[t] = _mm256_setzero_ps();
        whole[t] = _mm256_setzero_si256();
        own[t] = nibble_factors_at(factors, places, t);
    }
    size_t held = 0, super = 0, left = factors->units_per_super;
    for (size_t unit = 0; unit < units; tile += 32 * bits, a += 32) {
#pragma clang loop unroll(full)
        for (size_t half = 0; half < halves; half++, unit++) {
            __m256i sum_of_activations = _mm256_set1_epi32(activations->sums[unit]);
            __m256 scale = _mm256_broadcast_ss(activations->scales + unit);
            int is_end = 1;
            if (kind.is_general) {
                counted = sum_of_activations = _mm256_add_epi32(counted, sum_of_activations);
                is_end = ++held == units_per_segment || unit + 1 == units;
            }
#pragma clang loop unroll(full)
            for (size_t t = 0; t < tiles; t++) {
                const uint8_t *chunk = tile + t * places.codes;
                if (half == 0) prefetch_chunk(chunk, 32 * bits);
                __m256i sum = bits == 8 || levels ? sum_of_signed(chunk, levels, a, half * steps, steps)
                                                  : sum_of_steps(chunk, bits, a, half * steps, steps);
                if (kind.is_general) {
                    whole[t] = sum = _mm256_add_epi32(whole[t], sum);
                    if (!is_end) continue;
                    whole[t] = _mm256_setzero_si256();
                }
                total[t] = add_segment(sum, sum_of_activations, scale, kind,
                                       factors_of(own + t, kind, super, unit, zero), total[t]);
            }
            if (kind.is_general && is_end) {
                counted = _mm256_setzero_si256();
                held = 0;
            }
            if (--left == 0) {
                left = factors->units_per_super;
                super++;
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < tiles; t++) _mm256_storeu_ps(target + t * places.totals, total[t]);
}

/// The formats that people run most get loops of their own; all others share loops that look at their factors.
AVX2 static void multiply_tiles(const uint8_t *tile, nibble_code_kind kind, const nibble_factors *factors,
                                nibble_tile_places places, const nibble_activations *a, size_t chunks,
                                size_t units_per_segment, float *total) {
    __m128i numbers, *levels = 0;
    if (kind.levels) {
        numbers = _mm_loadu_si128((const __m128i *)kind.levels);
        levels = &numbers;
    }
#define TILES(count, width, levels, halves, ...)                                                                       \
    tile_products(tile, width, levels, halves, (factor_kind){__VA_ARGS__}, factors, count, places, kind.offset, a,     \
                  chunks, units_per_segment, total)
#define PRODUCT(width, levels, halves, ...)                                                                            \
    if (places.tiles == 4) TILES(4, width, levels, halves, __VA_ARGS__);                                               \
    else TILES(1, width, levels, halves, __VA_ARGS__)
#define OWN(width, is_levels, halves, scales, units, has_min)                                                          \
    if (kind.bits == width && (is_levels) == (levels != 0) && kind.has_halves == halves &&                            \
        factors->scale_kind == scales && factors->unit_kind == units && (has_min) == (factors->minima != 0) && (!(has_min) || kind.offset == 0)) {         \
        PRODUCT(width, (is_levels) ? levels : 0, halves, scales, units, has_min, 0);                                   \
        return;                                                                                                       \
    }
    if (units_per_segment == 1 && !factors->zero_points) {
        OWN(4, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 0)
        OWN(8, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 0)
        OWN(4, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 1)
        OWN(6, 0, 1, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 0)
        OWN(5, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 1)
        OWN(3, 0, 1, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 0)
        OWN(2, 0, 1, NIBBLE_SCALE_F16, NIBBLE_UNIT_NIBBLES, 1)
        OWN(4, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 1)
        OWN(5, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 0)
        OWN(5, 0, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 1)
        OWN(4, 1, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_NONE, 0)
        OWN(4, 1, 0, NIBBLE_SCALE_F16, NIBBLE_UNIT_I8, 0)
        OWN(4, 1, 0, NIBBLE_SCALE_E8M0, NIBBLE_UNIT_NONE, 0)
    }
#define GENERAL(width, levels, halves) \
    PRODUCT(width, levels, halves, factors->scale_kind, factors->unit_kind, factors->minima != 0, 1)
#define WHOLE(width) GENERAL(width, 0, 0)
#define HALVES(width) GENERAL(width, 0, 1)
    if (levels && kind.has_halves) { GENERAL(4, levels, 1); }
    else if (levels) { GENERAL(4, levels, 0); }
    else if (kind.has_halves) FOR_EACH_WIDTH(kind.bits, HALVES)
    else FOR_EACH_WIDTH(kind.bits, WHOLE)
#undef WHOLE
#undef HALVES
#undef GENERAL
#undef OWN
#undef PRODUCT
#undef TILES
}

AVX2 static void widen_codes(const int8_t *codes, size_t chunks, int16_t *words) {
    const __m256i order = _mm256_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7, 8,
                                           9, 12, 13, 10, 11, 14, 15);
    for (size_t i = 0; i < 32 * chunks; i += 16) {
        __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(codes + i)));
        store(words + i, _mm256_shuffle_epi8(wide, order));
    }
}

// Many tokens

AVX2 static void unpack_bytes(const uint8_t *tile, unsigned bits, size_t chunks, uint8_t *bytes) {
#define UNPACK(width)                                 \
    for (size_t chunk = 0; chunk < chunks; chunk++)   \
        for (size_t step = 0; step < 8; step++)       \
            store(bytes + 256 * chunk + 32 * step, step_codes(tile + 32 * width * chunk, width, step));
    FOR_EACH_WIDTH(bits, UNPACK)
#undef UNPACK
}

AVX2 INLINE void words_of(const uint8_t *tile, const unsigned bits, const __m128i *levels, const int has_halves,
                          const int32_t *zero_points, int32_t offset, size_t chunks, int16_t *words) {
    for (size_t chunk = 0; chunk < chunks; chunk++, tile += 32 * bits)
#pragma clang loop unroll(full)
        for (size_t step = 0; step < 8; step++, words += 32) {
            __m256i zero = _mm256_set1_epi16((int16_t)offset);
            if (zero_points) {
                zero = load(zero_points + 8 * (has_halves ? 2 * chunk + step / 4 : chunk));
                zero = _mm256_or_si256(_mm256_and_si256(zero, _mm256_set1_epi32(0xFFFF)), _mm256_slli_epi32(zero, 16));
            }
            __m256i code = step_codes(tile, bits, step);
            if (levels) code = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*levels), code);
            __m256i even, odd;
            if (bits == 8 || levels) {
                even = _mm256_srai_epi16(_mm256_slli_epi16(code, 8), 8);
                odd = _mm256_srai_epi16(code, 8);
            } else {
                even = _mm256_and_si256(code, _mm256_set1_epi16(255));
                odd = _mm256_srli_epi16(code, 8);
            }
            store(words, _mm256_sub_epi16(even, zero));
            store(words + 16, _mm256_sub_epi16(odd, zero));
        }
}

AVX2 static void unpack_words(const uint8_t *tile, nibble_code_kind kind, const int32_t *zero_points, size_t chunks,
                              int16_t *words) {
    if (kind.levels) {
        __m128i levels = _mm_loadu_si128((const __m128i *)kind.levels);
        words_of(tile, 4, &levels, kind.has_halves, zero_points, kind.offset, chunks, words);
        return;
    }
#define WORDS(width) words_of(tile, width, 0, kind.has_halves, zero_points, kind.offset, chunks, words)
    FOR_EACH_WIDTH(kind.bits, WORDS)
#undef WORDS
}

AVX2 static void interleave(const uint8_t *codes, unsigned bits, size_t lane, size_t chunks, uint8_t *tile) {
    nibble_interleave(codes, bits, lane, chunks, tile);
}

/// Numbers as bytes moved by 128, 32 of each 64.
AVX2 INLINE void moved_of(const uint8_t *tile, const unsigned bits, const __m128i *levels, int32_t offset, size_t chunks,
                          uint8_t *bytes) {
    const __m256i moved = _mm256_set1_epi8((char)(128 - offset));
    for (size_t chunk = 0; chunk < chunks; chunk++, tile += 32 * bits)
#pragma clang loop unroll(full)
        for (size_t step = 0; step < 8; step++, bytes += 64) {
            __m256i code = step_codes(tile, bits, step);
            if (levels) code = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*levels), code);
            store(bytes, _mm256_add_epi8(code, moved));
        }
}

AVX2 static void unpack_moved(const uint8_t *tile, nibble_code_kind kind, size_t chunks, uint8_t *bytes) {
    if (kind.levels) {
        __m128i levels = _mm_loadu_si128((const __m128i *)kind.levels);
        moved_of(tile, 4, &levels, kind.offset, chunks, bytes);
        return;
    }
#define MOVED(width) moved_of(tile, width, 0, kind.offset, chunks, bytes)
    FOR_EACH_WIDTH(kind.bits, MOVED)
#undef MOVED
}

#define AVX2_ENTRIES                                                                                             \
    .interleave = interleave, .extract = extract, .multiply_tiles = multiply_tiles,                              \
    .expand_factors = expand_factors, .quantize_blocks = nibble_avx2_quantize_blocks,                            \
    .widen_codes = widen_codes, .unpack_bytes = unpack_bytes,      \
    .unpack_words = unpack_words, .tile_bytes = nibble_avx2_tile_bytes, .tile_words = nibble_avx2_tile_words,    \
    .tile_whole = nibble_avx2_tile_whole, .end_whole = nibble_avx2_end_whole,                                    \
    .add_float_units = nibble_avx2_add_float_units, .unpack_floats = nibble_avx2_unpack_floats,                  \
    .transpose_floats = nibble_avx2_transpose_floats

const nibble_interleaved_table nibble_avx2_interleaved_table = {
    AVX2_ENTRIES,
    .quantize_token = nibble_avx2_quantize_token,
    .multiply_floats = nibble_avx2_multiply_floats,
};

/// What wider registers make faster, and the rest as above.
const nibble_interleaved_table nibble_avx512_interleaved_table = {
    AVX2_ENTRIES,
    .quantize_token = nibble_avx512_quantize_token,
    .multiply_rows = nibble_avx512_multiply_rows,
    .unpack_moved = unpack_moved,
    .tile_moved = nibble_avx512_tile_moved,
    .tile_moved_whole = nibble_avx512_tile_moved_whole,
    .multiply_floats = nibble_avx512_multiply_floats,
};

#endif
