#if defined(__x86_64__)

#include "interleaved.h"
#include "tables.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define INLINE __attribute__((always_inline)) static inline
/// Calls `function(…, bits, …)` with a constant, so that each width gets loops of its own.
#define FOR_EACH_WIDTH(bits, call) \
    switch (bits) {                \
    case 2: call(2); break;        \
    case 3: call(3); break;        \
    case 4: call(4); break;        \
    case 5: call(5); break;        \
    case 6: call(6); break;        \
    case 7: call(7); break;        \
    default: call(8); break;       \
    }

AVX2 INLINE __m256i load(const void *source) { return _mm256_loadu_si256((const __m256i *)source); }
AVX2 INLINE void store(void *target, __m256i v) { _mm256_storeu_si256((__m256i *)target, v); }

/// Four bytes in every lane.
AVX2 INLINE __m256i four_bytes(const void *source) {
    int32_t word;
    memcpy(&word, source, 4);
    return _mm256_set1_epi32(word);
}

/// The codes of one step: four columns of eight rows.
AVX2 INLINE __m256i step_codes(const uint8_t *chunk, const unsigned bits, const size_t step) {
    if (bits == 8) return load(chunk + 32 * step);
    __m256i code = _mm256_setzero_si256();
    if (bits & 4) {
        __m256i plane = load(chunk + 32 * (step % 4));
        if (step >= 4) plane = _mm256_srli_epi16(plane, 4);
        code = _mm256_and_si256(plane, _mm256_set1_epi8(15));
    }
    if (bits & 2) {
        __m256i plane = load(chunk + (bits & 4) * 32 + 32 * (step % 2));
        if (step >= 2) plane = _mm256_srli_epi16(plane, (int)(2 * (step / 2)));
        plane = _mm256_and_si256(plane, _mm256_set1_epi8(3));
        code = _mm256_or_si256(code, bits & 4 ? _mm256_slli_epi16(plane, 4) : plane);
    }
    if (bits & 1) {
        __m256i plane = load(chunk + (bits & 6) * 32);
        if (step) plane = _mm256_srli_epi16(plane, (int)step);
        plane = _mm256_and_si256(plane, _mm256_set1_epi8(1));
        code = _mm256_or_si256(code, _mm256_slli_epi16(plane, bits & 6));
    }
    return code;
}

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

// Whole sums. `vpmaddubsw` adds two products of an unsigned and a signed byte in 16 bits and saturates (NUMERICS §5):
// 2 · (2^bits − 1) · 127 fits for up to 7 bits, and several such sums for fewer; signed bytes go in as magnitude and sign,
// 2 · 128 · 127 fits.

/// Steps whose pairs can be added in 16 bits: 32767 ÷ (2 · 127 · (2^bits − 1)), at most a unit's eight.
INLINE size_t steps_in_16_bits(const unsigned bits) { return bits <= 4 ? 8 : bits == 5 ? 4 : bits == 6 ? 2 : 1; }

/// Σ over `count` steps from `first` on, in eight lanes of 32 bits.
AVX2 INLINE __m256i sum_of_steps(const uint8_t *chunk, const unsigned bits, const int8_t *a, const size_t first,
                                 const size_t count) {
    const __m256i ones = _mm256_set1_epi16(1);
    const size_t run = steps_in_16_bits(bits) < count ? steps_in_16_bits(bits) : count;
    __m256i sum = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (size_t start = first; start < first + count; start += run) {
        __m256i pairs = _mm256_maddubs_epi16(step_codes(chunk, bits, start), four_bytes(a + 4 * start));
#pragma clang loop unroll(full)
        for (size_t step = start + 1; step < start + run; step++)
            pairs = _mm256_add_epi16(
                pairs, _mm256_maddubs_epi16(step_codes(chunk, bits, step), four_bytes(a + 4 * step)));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

/// The same for signed numbers.
AVX2 INLINE __m256i sum_of_signed(const uint8_t *chunk, const __m128i *levels, const int8_t *a, const size_t first,
                                  const size_t count) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sum = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (size_t step = first; step < first + count; step++) {
        __m256i number = levels ? _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(*levels), step_codes(chunk, 4, step))
                                : load(chunk + 32 * step);
        __m256i activation = _mm256_sign_epi8(four_bytes(a + 4 * step), number);
        __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(number), activation);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

/// Asks for codes that come later: the sums take too many instructions for the processor to look so far ahead by itself.
INLINE void prefetch_chunk(const uint8_t *chunk, const size_t bytes) {
    for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(chunk + 4096 + line, 0, 2);
}

// Factors

AVX2 INLINE __m256 halves(const void *source) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)source)); }

AVX2 INLINE __m256i wide_bytes(const uint8_t *bytes) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)bytes));
}

AVX2 INLINE __m256 scales_of(const nibble_factors *factors, const nibble_scale_kind kind, size_t place) {
    if (kind == NIBBLE_SCALE_F16) return halves((const uint16_t *)factors->scales + 8 * place);
    if (kind == NIBBLE_SCALE_F32) return _mm256_loadu_ps((const float *)factors->scales + 8 * place);
    __m256i bytes = wide_bytes((const uint8_t *)factors->scales + 8 * place), bits = _mm256_slli_epi32(bytes, 23);
    __m256i is_least = _mm256_cmpeq_epi32(bytes, _mm256_setzero_si256());
    __m256i is_none = _mm256_cmpeq_epi32(bytes, _mm256_set1_epi32(255));
    bits = _mm256_blendv_epi8(bits, _mm256_set1_epi32(1 << 22), is_least);
    bits = _mm256_blendv_epi8(bits, _mm256_set1_epi32(0x7FC00000), is_none);
    return _mm256_mul_ps(_mm256_castsi256_ps(bits), _mm256_set1_ps(factors->scale_factor));
}

AVX2 INLINE __m256 negated(__m256 v) { return _mm256_xor_ps(v, _mm256_set1_ps(-0.0f)); }

/// A unit's scale and minimum from those of its run.
AVX2 INLINE void refine(const nibble_factors *factors, const nibble_unit_kind kind, const int has_minima, size_t unit,
                        __m256 super_scale, __m256 super_minimum, __m256 *scale, __m256 *minimum) {
    *scale = super_scale;
    *minimum = super_minimum;
    if (kind == NIBBLE_UNIT_I8) {
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(factors->unit_scales + 8 * unit));
        *scale = _mm256_mul_ps(super_scale, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)));
        if (!has_minima) return;
        __m256 own = _mm256_cvtepi32_ps(wide_bytes(factors->unit_minima + 8 * unit));
        *minimum = negated(_mm256_mul_ps(super_minimum, own));
    } else if (kind == NIBBLE_UNIT_NIBBLES) {
        __m256i bytes = wide_bytes(factors->unit_scales + 8 * unit);
        *scale = _mm256_mul_ps(super_scale, _mm256_cvtepi32_ps(_mm256_and_si256(bytes, _mm256_set1_epi32(15))));
        if (has_minima)
            *minimum = negated(_mm256_mul_ps(super_minimum, _mm256_cvtepi32_ps(_mm256_srli_epi32(bytes, 4))));
    }
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
    __m256 super_scale, super_minimum, scale, minimum;
    __m256i zero;
    size_t super, left;
} unit_factors;

/// Moves on to a unit's factors.
AVX2 INLINE void next_factors(const nibble_factors *factors, const factor_kind kind, size_t unit, unit_factors *now) {
    if (now->left == 0) {
        now->super_scale = scales_of(factors, kind.scale_kind, now->super);
        if (kind.has_minima) now->super_minimum = halves((const uint16_t *)factors->minima + 8 * now->super);
        if (kind.is_general && factors->zero_points)
            now->zero = _mm256_sub_epi32(wide_bytes(factors->zero_points + 8 * now->super),
                                         _mm256_set1_epi32(factors->zero_point_offset));
        now->left = factors->units_per_super;
        now->super++;
    }
    now->left--;
    refine(factors, kind.unit_kind, kind.has_minima, unit, now->super_scale, now->super_minimum, &now->scale,
           &now->minimum);
}

/// Adds a segment's terms: `sum` of codes, `activations` their codes' sum, one number in every lane.
AVX2 INLINE __m256 add_segment(__m256i sum, __m256i activations, __m256 scale, const factor_kind kind,
                               const unit_factors *now, __m256 total) {
    __m256i number = _mm256_sub_epi32(sum, _mm256_mullo_epi32(now->zero, activations));
    total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(number), _mm256_mul_ps(now->scale, scale), total);
    if (!kind.has_minima) return total;
    return _mm256_fmadd_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(activations), scale), now->minimum, total);
}

AVX2 INLINE void tile_product(const uint8_t *tile, const unsigned bits, const __m128i *levels, const int has_halves,
                              const factor_kind kind, const nibble_factors *factors, int32_t offset,
                              const nibble_activations *activations, size_t chunks, size_t units_per_segment,
                              float *target) {
    const size_t halves = has_halves ? 2 : 1, steps = 8 / halves, units = chunks * halves;
    const int8_t *a = activations->codes;
    unit_factors now = {.zero = _mm256_set1_epi32(offset)};
    __m256 total = _mm256_setzero_ps();
    __m256i whole = _mm256_setzero_si256(), counted = whole;
    size_t held = 0;
    for (size_t unit = 0; unit < units; tile += 32 * bits, a += 32) {
        prefetch_chunk(tile, 32 * bits);
#pragma clang loop unroll(full)
        for (size_t half = 0; half < halves; half++, unit++) {
            __m256i sum = bits == 8 || levels ? sum_of_signed(tile, levels, a, half * steps, steps)
                                              : sum_of_steps(tile, bits, a, half * steps, steps);
            __m256i own = _mm256_set1_epi32(activations->sums[unit]);
            next_factors(factors, kind, unit, &now);
            if (kind.is_general) {
                whole = sum = _mm256_add_epi32(whole, sum);
                counted = own = _mm256_add_epi32(counted, own);
                if (++held < units_per_segment && unit + 1 < units) continue;
                whole = counted = _mm256_setzero_si256();
                held = 0;
            }
            total = add_segment(sum, own, _mm256_broadcast_ss(activations->scales + unit), kind, &now, total);
        }
    }
    _mm256_storeu_ps(target, total);
}

/// The formats that people run most get loops of their own; all others share loops that look at their factors.
AVX2 static void multiply_tile(const uint8_t *tile, nibble_code_kind kind, const nibble_factors *factors,
                               const nibble_activations *a, size_t chunks, size_t units_per_segment, float *total) {
    __m128i numbers, *levels = 0;
    if (kind.levels) {
        numbers = _mm_loadu_si128((const __m128i *)kind.levels);
        levels = &numbers;
    }
#define PRODUCT(width, levels, halves, ...)                                                                           \
    tile_product(tile, width, levels, halves, (factor_kind){__VA_ARGS__}, factors, kind.offset, a, chunks,            \
                 units_per_segment, total)
#define OWN(width, is_levels, halves, scales, units, has_min)                                                          \
    if (kind.bits == width && (is_levels) == (levels != 0) && kind.has_halves == halves &&                            \
        factors->scale_kind == scales && factors->unit_kind == units && (has_min) == (factors->minima != 0)) {         \
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
    if (levels && kind.has_halves) GENERAL(4, levels, 1);
    else if (levels) GENERAL(4, levels, 0);
    else if (kind.has_halves) FOR_EACH_WIDTH(kind.bits, HALVES)
    else FOR_EACH_WIDTH(kind.bits, WHOLE)
#undef WHOLE
#undef HALVES
#undef GENERAL
#undef OWN
#undef PRODUCT
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

/// Keeps what is in a register from being computed in another order, which would need more registers than there are.
#define KEEP(v) __asm__("" : "+x"(v))

/// Adds the terms of one unit for two tiles and four tokens: sums[token][tile].
AVX2 INLINE void add_terms(__m256i sums[4][2], const float *const *scales, const float *const *minima,
                           int32_t offset, const nibble_activations *tokens, size_t unit, float *totals) {
    __m256 first = _mm256_loadu_ps(scales[0] + 8 * unit), second = _mm256_loadu_ps(scales[1] + 8 * unit);
#pragma clang loop unroll(full)
    for (size_t token = 0; token < 4; token++) {
        __m256 scale = _mm256_broadcast_ss(tokens[token].scales + unit);
        __m256i zero = _mm256_set1_epi32(offset * tokens[token].sums[unit]);
        __m256 a = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums[token][0], zero));
        __m256 b = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums[token][1], zero));
        __m256 total = _mm256_fmadd_ps(a, _mm256_mul_ps(first, scale), _mm256_loadu_ps(totals + 16 * token));
        __m256 other = _mm256_fmadd_ps(b, _mm256_mul_ps(second, scale), _mm256_loadu_ps(totals + 16 * token + 8));
        if (minima) {
            __m256 product = _mm256_broadcast_ss(tokens[token].products + unit);
            total = _mm256_fmadd_ps(product, _mm256_loadu_ps(minima[0] + 8 * unit), total);
            other = _mm256_fmadd_ps(product, _mm256_loadu_ps(minima[1] + 8 * unit), other);
        }
        _mm256_storeu_ps(totals + 16 * token, total);
        _mm256_storeu_ps(totals + 16 * token + 8, other);
    }
}

AVX2 INLINE void bytes_tile(const uint8_t *const *tiles, const float *const *scales, const float *const *minima,
                            const nibble_code_kind kind, const size_t units, const nibble_activations *tokens,
                            size_t chunks, float *totals) {
    const __m256i ones = _mm256_set1_epi16(1);
    const uint8_t *first = tiles[0], *second = tiles[1];
    const int8_t *a0 = tokens[0].codes, *a1 = tokens[1].codes, *a2 = tokens[2].codes, *a3 = tokens[3].codes;
    const size_t steps = 8 / units;
    for (size_t unit = 0; unit < units * chunks; unit++) {
        __m256i s[4][2];
#pragma clang loop unroll(full)
        for (size_t step = 0; step < steps; step++, first += 32, second += 32, a0 += 4, a1 += 4, a2 += 4, a3 += 4) {
            __m256i w = load(first), v = load(second);
            const int8_t *const a[4] = {a0, a1, a2, a3};
#pragma clang loop unroll(full)
            for (size_t token = 0; token < 4; token++) {
                __m256i activation = four_bytes(a[token]);
                __m256i x = _mm256_maddubs_epi16(w, activation), y = _mm256_maddubs_epi16(v, activation);
                s[token][0] = step ? _mm256_add_epi16(s[token][0], x) : x;
                s[token][1] = step ? _mm256_add_epi16(s[token][1], y) : y;
                KEEP(s[token][0]);
                KEEP(s[token][1]);
            }
        }
#pragma clang loop unroll(full)
        for (size_t token = 0; token < 4; token++) {
            s[token][0] = _mm256_madd_epi16(s[token][0], ones);
            s[token][1] = _mm256_madd_epi16(s[token][1], ones);
        }
        add_terms(s, scales, minima, kind.offset, tokens, unit, totals);
    }
}

AVX2 static void tile_bytes(const uint8_t *const *tiles, const float *const *scales, const float *const *minima,
                            nibble_code_kind kind, const nibble_activations *tokens, size_t chunks, float *totals) {
    if (kind.has_halves) bytes_tile(tiles, scales, minima, kind, 2, tokens, chunks, totals);
    else if (minima) bytes_tile(tiles, scales, minima, kind, 1, tokens, chunks, totals);
    else bytes_tile(tiles, scales, 0, kind, 1, tokens, chunks, totals);
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

AVX2 INLINE void words_tile(const int16_t *const *tiles, const float *const *scales, const float *const *minima,
                            const size_t units, const nibble_activations *tokens, size_t chunks, float *totals) {
    const int16_t *const a[4] = {tokens[0].codes, tokens[1].codes, tokens[2].codes, tokens[3].codes};
    for (size_t unit = 0; unit < units * chunks; unit++) {
        __m256i s[4][2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 8; i++) s[i / 2][i % 2] = _mm256_setzero_si256();
        sum_words(tiles, a, unit * 16 / units, 16 / units, s);
        add_terms(s, scales, minima, 0, tokens, unit, totals);
    }
}

AVX2 static void tile_words(const int16_t *const *tiles, const float *const *scales, const float *const *minima,
                            nibble_code_kind kind, const nibble_activations *tokens, size_t chunks, float *totals) {
    if (kind.has_halves) words_tile(tiles, scales, minima, 2, tokens, chunks, totals);
    else if (minima) words_tile(tiles, scales, minima, 1, tokens, chunks, totals);
    else words_tile(tiles, scales, 0, 1, tokens, chunks, totals);
}

AVX2 static void tile_whole(const int16_t *const *tiles, const nibble_activations *tokens, size_t chunks,
                            int32_t *whole) {
    const int16_t *const a[4] = {tokens[0].codes, tokens[1].codes, tokens[2].codes, tokens[3].codes};
    __m256i s[4][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) s[i / 2][i % 2] = load(whole + 8 * i);
    for (size_t chunk = 0; chunk < chunks; chunk++) sum_words(tiles, a, 16 * chunk, 16, s);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) store(whole + 8 * i, s[i / 2][i % 2]);
}

AVX2 static void end_whole(const float *const *scales, const nibble_activations *tokens, int32_t *whole,
                           float *totals) {
    for (size_t token = 0; token < 4; token++)
        for (size_t tile = 0; tile < 2; tile++) {
            size_t place = 16 * token + 8 * tile;
            __m256 scale = _mm256_broadcast_ss(tokens[token].scales);
            __m256 factor = _mm256_mul_ps(_mm256_loadu_ps(scales[tile]), scale);
            __m256 sum = _mm256_cvtepi32_ps(load(whole + place));
            _mm256_storeu_ps(totals + place, _mm256_fmadd_ps(sum, factor, _mm256_loadu_ps(totals + place)));
            store(whole + place, _mm256_setzero_si256());
        }
}

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

AVX2 static void add_float_units(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
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

AVX2 static void unpack_floats(const uint8_t *tile, nibble_code_kind kind, const float *scales, const float *minima,
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

AVX2 static void transpose_floats(const float *rows, size_t stride, size_t columns, float *weights) {
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

AVX2 static void tile_floats(const float *w, size_t w_stride, const float *a, size_t stride, size_t columns,
                        float *totals) {
    __m256 s[6][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 12; i++) s[i / 2][i % 2] = _mm256_loadu_ps(totals + 8 * i);
    for (size_t column = 0; column < columns; column++) {
        __m256 first = _mm256_loadu_ps(w + w_stride * column), second = _mm256_loadu_ps(w + w_stride * column + 8);
#pragma clang loop unroll(full)
        for (size_t token = 0; token < 6; token++) {
            __m256 activation = _mm256_broadcast_ss(a + stride * token + column);
            s[token][0] = _mm256_fmadd_ps(first, activation, s[token][0]);
            s[token][1] = _mm256_fmadd_ps(second, activation, s[token][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 12; i++) _mm256_storeu_ps(totals + 8 * i, s[i / 2][i % 2]);
}

AVX2 static void interleave(const uint8_t *codes, unsigned bits, size_t lane, size_t chunks, uint8_t *tile) {
    nibble_interleave(codes, bits, lane, chunks, tile);
}

const nibble_interleaved_table nibble_avx2_interleaved_table = {
    .interleave = interleave,
    .extract = extract,
    .multiply_tile = multiply_tile,
    .expand_factors = expand_factors,
    .widen_codes = widen_codes,
    .unpack_bytes = unpack_bytes,
    .unpack_words = unpack_words,
    .tile_bytes = tile_bytes,
    .tile_words = tile_words,
    .tile_whole = tile_whole,
    .end_whole = end_whole,
    .add_float_units = add_float_units,
    .unpack_floats = unpack_floats,
    .transpose_floats = transpose_floats,
    .tile_floats = tile_floats,
};

#endif
