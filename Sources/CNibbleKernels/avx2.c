#if defined(__x86_64__)

#include "CNibbleKernels.h"
#include "grids.h"
#include "tables.h"
#include "ue4m3.h"

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define AVX2 __attribute__((target("avx2,fma,f16c")))
#define INLINE __attribute__((always_inline)) static inline

// Products of codes. 16-bit multiply-add keeps every product exact, unlike the 8-bit one, which saturates pairs
// (Numerics §5).

AVX2 INLINE __m256i load(const void *source) { return _mm256_loadu_si256((const __m256i *)source); }

/// The sums of four vectors of eight.
AVX2 INLINE __m128i sums_of_4(__m256i a, __m256i b, __m256i c, __m256i d) {
    __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    return _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
}

AVX2 INLINE int32_t sum_i32(__m256i v) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

/// Products of `count` columns, a multiple of 16, in eight lanes.
AVX2 INLINE __m256i products(const int16_t *w, const int16_t *a, size_t count) {
    __m256i first = _mm256_setzero_si256(), second = first;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        first = _mm256_add_epi32(first, _mm256_madd_epi16(load(w + i), load(a + i)));
        second = _mm256_add_epi32(second, _mm256_madd_epi16(load(w + i + 16), load(a + i + 16)));
    }
    if (i < count) first = _mm256_add_epi32(first, _mm256_madd_epi16(load(w + i), load(a + i)));
    return _mm256_add_epi32(first, second);
}

AVX2 INLINE int32_t rest_of_products(const int16_t *w, const int16_t *a, size_t start, size_t count) {
    int32_t sum = 0;
    for (size_t i = start; i < count; i++) sum += (int32_t)w[i] * a[i];
    return sum;
}

AVX2 static int32_t dot_i16(const int16_t *w, const int16_t *a, size_t count) {
    size_t whole = count & ~(size_t)15;
    return sum_i32(products(w, a, whole)) + rest_of_products(w, a, whole, count);
}

AVX2 static void dot_segments(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums) {
    size_t start = 0, s = 0;
    if (length % 16 == 0)
        for (; start + 4 * length <= columns; start += 4 * length, s += 4) {
            const int16_t *x = w + start, *y = a + start;
            __m128i four = sums_of_4(products(x, y, length), products(x + length, y + length, length),
                                     products(x + 2 * length, y + 2 * length, length),
                                     products(x + 3 * length, y + 3 * length, length));
            _mm_storeu_si128((__m128i *)(sums + s), four);
        }
    for (; start < columns; start += length, s++)
        sums[s] = dot_i16(w + start, a + start, length < columns - start ? length : columns - start);
}

AVX2 static void dot_segments_4(const int16_t *w, const int16_t *a, size_t columns, size_t length, int32_t *sums) {
    size_t segments = (columns + length - 1) / length;
    for (size_t start = 0, s = 0; start < columns; start += length, s++) {
        size_t count = length < columns - start ? length : columns - start, whole = count & ~(size_t)15;
        const int16_t *x = w + start, *y = a + start;
        __m256i lanes[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                            _mm256_setzero_si256()};
        for (size_t i = 0; i < whole; i += 16) {
            __m256i weights = load(x + i);
            for (size_t t = 0; t < 4; t++)
                lanes[t] = _mm256_add_epi32(lanes[t], _mm256_madd_epi16(weights, load(y + t * columns + i)));
        }
        int32_t four[4];
        _mm_storeu_si128((__m128i *)four, sums_of_4(lanes[0], lanes[1], lanes[2], lanes[3]));
        for (size_t t = 0; t < 4; t++)
            sums[t * segments + s] = four[t] + rest_of_products(x, y + t * columns, whole, count);
    }
}

AVX2 static float scaled_sum(const int32_t *sums, const float *w, const float *a, const int32_t *a_sums,
                             const float *minima, size_t count) {
    float total = 0;
    for (size_t i = 0; i < count; i++) {
        total = __builtin_fmaf((float)sums[i], w[i] * a[i], total);
        if (minima) total = __builtin_fmaf((float)a_sums[i] * a[i], minima[i], total);
    }
    return total;
}

// Floating point

AVX2 static float dot_f32(const float *a, const float *b, size_t count) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
        s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16), s2);
        s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24), s3);
    }
    for (; i + 8 <= count; i += 8) s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
    float lanes[8];
    _mm256_storeu_ps(lanes, _mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));
    for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += a[i] * b[i];
    return nibble_lane_sum(lanes);
}

/// Eight lanes for each row and token; `rows` and `tokens` are constants, so that the sums stay in registers.
AVX2 INLINE void tile(const float *w, const size_t rows, const float *a, const size_t tokens, size_t columns,
                      float *sums) {
    __m256 vectors[3][4];
    for (size_t t = 0; t < tokens; t++)
        for (size_t r = 0; r < rows; r++) vectors[t][r] = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + 8 <= columns; i += 8) {
        __m256 weights[4];
        for (size_t r = 0; r < rows; r++) weights[r] = _mm256_loadu_ps(w + r * columns + i);
        for (size_t t = 0; t < tokens; t++) {
            __m256 activations = _mm256_loadu_ps(a + t * columns + i);
            for (size_t r = 0; r < rows; r++)
                vectors[t][r] = _mm256_fmadd_ps(weights[r], activations, vectors[t][r]);
        }
    }
    for (size_t t = 0; t < tokens; t++)
        for (size_t r = 0; r < rows; r++) {
            float lanes[8];
            _mm256_storeu_ps(lanes, vectors[t][r]);
            for (size_t k = i; k < columns; k++) lanes[k - i] += w[r * columns + k] * a[t * columns + k];
            sums[4 * t + r] = nibble_lane_sum(lanes);
        }
}

AVX2 static void dot_tile_f32(const float *w, size_t rows, const float *a, size_t tokens, size_t columns,
                              float *sums) {
    if (rows == 4 && tokens == 3) return tile(w, 4, a, 3, columns, sums);
    for (size_t t = 0; t < tokens; t++)
        if (rows == 4) tile(w, 4, a + t * columns, 1, columns, sums + 4 * t);
        else
            for (size_t r = 0; r < rows; r++)
                tile(w + r * columns, 1, a + t * columns, 1, columns, sums + 4 * t + r);
}

/// Eight stored numbers.
AVX2 INLINE __m256 stored_numbers(const uint8_t *bytes, const nibble_number_kind kind) {
    if (kind == NIBBLE_F32) return _mm256_loadu_ps((const float *)bytes);
    __m128i narrow = _mm_loadu_si128((const __m128i *)bytes);
    if (kind == NIBBLE_F16) return _mm256_cvtph_ps(narrow);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(narrow), 16));
}

AVX2 INLINE float sum_with_rest(__m256 vector, const nibble_number_kind kind, const uint8_t *w, const float *a,
                                size_t count) {
    if (count == 0) {
        float lanes[8];
        _mm256_storeu_ps(lanes, vector);
        return nibble_lane_sum(lanes);
    }
    float lanes[8], rest[8];
    _mm256_storeu_ps(lanes, vector);
    if (kind == NIBBLE_F32) memcpy(rest, w, count * 4);
    else if (kind == NIBBLE_F16) nibble_portable_table.convert_f16(w, rest, count);
    else nibble_portable_table.convert_bf16(w, rest, count);
    for (size_t k = 0; k < count; k++) lanes[k] += rest[k] * a[k];
    return nibble_lane_sum(lanes);
}

/// `together` rows at once, a constant, `apart` rows from each other.
AVX2 INLINE void stored_rows(const uint8_t *w, const size_t together, size_t apart, const nibble_number_kind kind,
                             const float *a, size_t columns, float *sums) {
    const size_t size = kind == NIBBLE_F32 ? 4 : 2;
    const size_t stride = apart * columns * size;
    __m256 vectors[4];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < together; r++) vectors[r] = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + 8 <= columns; i += 8) {
        __m256 activations = _mm256_loadu_ps(a + i);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < together; r++)
            vectors[r] = _mm256_fmadd_ps(stored_numbers(w + r * stride + i * size, kind), activations, vectors[r]);
    }
    for (size_t r = 0; r < together; r++)
        sums[r * apart] = sum_with_rest(vectors[r], kind, w + r * stride + i * size, a + i, columns - i);
}

/// Four quarters of the rows side by side: the processor fetches four long runs of memory ahead, which takes 1.2 to 1.9 times
/// less time than one run or four neighbouring rows.
AVX2 INLINE void all_stored_rows(const uint8_t *w, const nibble_number_kind kind, size_t rows, const float *a,
                                 size_t columns, float *sums) {
    const size_t stride = columns * (kind == NIBBLE_F32 ? 4 : 2), quarter = rows / 4;
    for (size_t r = 0; r < quarter; r++) stored_rows(w + r * stride, 4, quarter, kind, a, columns, sums + r);
    for (size_t r = 4 * quarter; r < rows; r++) stored_rows(w + r * stride, 1, 1, kind, a, columns, sums + r);
}

AVX2 static void dot_stored_rows(nibble_number_kind kind, const void *w, size_t rows, const float *a, size_t columns,
                                 float *sums) {
    if (kind == NIBBLE_F32) all_stored_rows(w, NIBBLE_F32, rows, a, columns, sums);
    else if (kind == NIBBLE_F16) all_stored_rows(w, NIBBLE_F16, rows, a, columns, sums);
    else all_stored_rows(w, NIBBLE_BF16, rows, a, columns, sums);
}

AVX2 static void add_scaled_f32(const float *source, float factor, float *target, size_t count) {
    __m256 f = _mm256_set1_ps(factor);
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(target + i,
                         _mm256_fmadd_ps(f, _mm256_loadu_ps(source + i), _mm256_loadu_ps(target + i)));
    for (; i < count; i++) target[i] += factor * source[i];
}

AVX2 INLINE float half_at(const uint8_t *bytes) {
    uint16_t half;
    memcpy(&half, bytes, 2);
    return _cvtsh_ss(half);
}

AVX2 static void convert_f16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(target + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(bytes + 2 * i))));
    for (; i < count; i++) target[i] = half_at(bytes + 2 * i);
}

AVX2 static void convert_bf16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(bytes + 2 * i)));
        _mm256_storeu_ps(target + i, _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16)));
    }
    nibble_portable_table.convert_bf16(bytes + 2 * i, target + i, count - i);
}

AVX2 static void narrow_f16(const float *source, void *target, size_t count) {
    uint8_t *bytes = target;
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        _mm_storeu_si128((__m128i *)(bytes + 2 * i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(source + i), _MM_FROUND_TO_NEAREST_INT));
    nibble_portable_table.narrow_f16(source + i, bytes + 2 * i, count - i);
}

AVX2 static void scale_codes(const int16_t *codes, float scale, float *target, size_t count) {
    __m256 factor = _mm256_set1_ps(scale);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i wide = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(codes + i)));
        _mm256_storeu_ps(target + i, _mm256_mul_ps(factor, _mm256_cvtepi32_ps(wide)));
    }
    for (; i < count; i++) target[i] = scale * (float)codes[i];
}

/// Sixteen levels lie in two registers; more are gathered.
AVX2 static void decode_levels(const int16_t *codes, const float *levels, unsigned bits, float scale, float *target,
                               size_t count) {
    __m256 factor = _mm256_set1_ps(scale), low = _mm256_loadu_ps(levels), high = _mm256_loadu_ps(levels + 8);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256i wide = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(codes + i)));
        __m256 values;
        if (bits == 4)
            values = _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, wide), _mm256_permutevar8x32_ps(high, wide),
                                      _mm256_castsi256_ps(_mm256_slli_epi32(wide, 28)));
        else
            values = _mm256_i32gather_ps(levels, wide, 4);
        _mm256_storeu_ps(target + i, _mm256_mul_ps(factor, values));
    }
    for (; i < count; i++) target[i] = scale * levels[codes[i]];
}

// Unpacking. A code of b ≤ 8 bits lies within two bytes: a byte shuffle brings them into a 16-bit lane, a multiplication
// shifts the code to the lane's top, a shift brings it down again. 16 codes take 2·b ≤ 16 bytes.

#define BYTE(b, i) ((i) * (b) / 8), ((i) * (b) / 8 + 1)
#define SHUFFLE(b)                                                                                                     \
    {BYTE(b, 0),  BYTE(b, 1),  BYTE(b, 2),  BYTE(b, 3),  BYTE(b, 4),  BYTE(b, 5),  BYTE(b, 6),  BYTE(b, 7),            \
     BYTE(b, 8),  BYTE(b, 9),  BYTE(b, 10), BYTE(b, 11), BYTE(b, 12), BYTE(b, 13), BYTE(b, 14), BYTE(b, 15)}
#define LIFT(b, i) (1 << (16 - (b) - (i) * (b) % 8))
#define LIFTS(b)                                                                                                       \
    {LIFT(b, 0), LIFT(b, 1), LIFT(b, 2),  LIFT(b, 3),  LIFT(b, 4),  LIFT(b, 5),  LIFT(b, 6),  LIFT(b, 7),              \
     LIFT(b, 8), LIFT(b, 9), LIFT(b, 10), LIFT(b, 11), LIFT(b, 12), LIFT(b, 13), LIFT(b, 14), LIFT(b, 15)}

static const uint8_t shuffles[9][32] = {{0},        SHUFFLE(1), SHUFFLE(2), SHUFFLE(3), SHUFFLE(4),
                                        SHUFFLE(5), SHUFFLE(6), SHUFFLE(7), SHUFFLE(8)};
static const uint16_t lifts[9][16] = {{0},      LIFTS(1), LIFTS(2), LIFTS(3), LIFTS(4),
                                      LIFTS(5), LIFTS(6), LIFTS(7), LIFTS(8)};

// A code of 9 … 16 bits lies within three bytes: 8 codes take `bits` ≤ 16 bytes, in 32-bit lanes.

#define WIDE(b, i) ((i) * (b) / 8), ((i) * (b) / 8 + 1), ((i) * (b) / 8 + 2), 128
#define WIDE_SHUFFLE(b)                                                                                                \
    {WIDE(b, 0), WIDE(b, 1), WIDE(b, 2), WIDE(b, 3), WIDE(b, 4), WIDE(b, 5), WIDE(b, 6), WIDE(b, 7)}
#define SHIFTS(b)                                                                                                      \
    {0, (b) % 8, 2 * (b) % 8, 3 * (b) % 8, 4 * (b) % 8, 5 * (b) % 8, 6 * (b) % 8, 7 * (b) % 8}

static const uint8_t wide_shuffles[8][32] = {WIDE_SHUFFLE(9),  WIDE_SHUFFLE(10), WIDE_SHUFFLE(11), WIDE_SHUFFLE(12),
                                             WIDE_SHUFFLE(13), WIDE_SHUFFLE(14), WIDE_SHUFFLE(15), WIDE_SHUFFLE(16)};
static const uint32_t wide_shifts[8][8] = {SHIFTS(9),  SHIFTS(10), SHIFTS(11), SHIFTS(12),
                                           SHIFTS(13), SHIFTS(14), SHIFTS(15), SHIFTS(16)};

/// Returns how many codes it unpacked.
AVX2 static size_t unpack_wide(const uint8_t *bytes, size_t byte_count, unsigned bits, int16_t offset,
                               int16_t *codes, size_t count) {
    size_t i = 0;
    __m256i shuffle = load(wide_shuffles[bits - 9]), shifts = load(wide_shifts[bits - 9]);
    __m256i mask = _mm256_set1_epi32((1 << bits) - 1);
    __m128i minus = _mm_set1_epi16(offset);
    for (size_t byte = 0; i + 8 <= count && byte + 16 <= byte_count; i += 8, byte += bits) {
        __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(bytes + byte)));
        __m256i wide = _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(both, shuffle), shifts), mask);
        __m128i narrow = _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
        _mm_storeu_si128((__m128i *)(codes + i), _mm_sub_epi16(narrow, minus));
    }
    return i;
}

AVX2 static void unpack(const uint8_t *bytes, size_t byte_count, unsigned bits, int16_t offset, int16_t *codes,
                        size_t count) {
    size_t i = 0;
    if (bits <= 8) {
        __m256i shuffle = load(shuffles[bits]), lift = load(lifts[bits]), minus = _mm256_set1_epi16(offset);
        __m128i down = _mm_cvtsi32_si128((int)(16 - bits));
        for (size_t byte = 0; i + 16 <= count && byte + 16 <= byte_count; i += 16, byte += 2 * bits) {
            __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(bytes + byte)));
            __m256i raised = _mm256_mullo_epi16(_mm256_shuffle_epi8(both, shuffle), lift);
            __m256i values = _mm256_sub_epi16(_mm256_srl_epi16(raised, down), minus);
            _mm256_storeu_si256((__m256i *)(codes + i), values);
        }
    } else {
        i = unpack_wide(bytes, byte_count, bits, offset, codes, count);
    }
    for (; i < count; i++) codes[i] = (int16_t)(nibble_code_at(bytes, bits, i) - offset);
}

AVX2 static void unpack_q8_0(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales) {
    for (size_t block = 0; block < block_count; block++, blocks += 34, codes += 32) {
        scales[block] = half_at(blocks);
        __m256i bytes = load(blocks + 2);
        _mm256_storeu_si256((__m256i *)codes, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(bytes)));
        _mm256_storeu_si256((__m256i *)(codes + 16), _mm256_cvtepi8_epi16(_mm256_extracti128_si256(bytes, 1)));
    }
}

AVX2 static void unpack_q4_0(const uint8_t *blocks, size_t block_count, int16_t *codes, float *scales) {
    __m256i mask = _mm256_set1_epi16(15), eight = _mm256_set1_epi16(8);
    for (size_t block = 0; block < block_count; block++, blocks += 18, codes += 32) {
        scales[block] = half_at(blocks);
        __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(blocks + 2)));
        _mm256_storeu_si256((__m256i *)codes, _mm256_sub_epi16(_mm256_and_si256(wide, mask), eight));
        _mm256_storeu_si256((__m256i *)(codes + 16), _mm256_sub_epi16(_mm256_srli_epi16(wide, 4), eight));
    }
}

AVX2 static void subtract_zero_points(int16_t *codes, size_t count, size_t length, const uint8_t *zero_points) {
    for (size_t start = 0; start < count; start += length, zero_points++) {
        size_t end = start + length < count ? start + length : count, i = start;
        __m256i zero_point = _mm256_set1_epi16(*zero_points);
        for (; i + 16 <= end; i += 16)
            _mm256_storeu_si256((__m256i *)(codes + i), _mm256_sub_epi16(load(codes + i), zero_point));
        for (; i < end; i++) codes[i] = (int16_t)(codes[i] - *zero_points);
    }
}

/// A byte shuffle looks up sixteen levels at once.
AVX2 INLINE void levels_by_shuffle(const int8_t *table, const uint8_t *bytes, int16_t *codes) {
    __m128i levels = _mm_loadu_si128((const __m128i *)table), mask = _mm_set1_epi8(15);
    __m128i both = _mm_loadu_si128((const __m128i *)bytes);
    __m128i low = _mm_shuffle_epi8(levels, _mm_and_si128(both, mask));
    __m128i high = _mm_shuffle_epi8(levels, _mm_and_si128(_mm_srli_epi16(both, 4), mask));
    _mm256_storeu_si256((__m256i *)codes, _mm256_cvtepi8_epi16(low));
    _mm256_storeu_si256((__m256i *)(codes + 16), _mm256_cvtepi8_epi16(high));
}

#define UNPACK AVX2 INLINE
#define LEVELS_OF levels_by_shuffle
#define HALF(bytes) half_at(bytes)
#include "blocks.h"

// Encoding

AVX2 INLINE __m256 magnitudes(__m256 values) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), values); }

/// All bits set where a value is finite.
AVX2 INLINE __m256 finite(__m256 values) {
    return _mm256_cmp_ps(magnitudes(values), _mm256_set1_ps(__builtin_inff()), _CMP_LT_OQ);
}

AVX2 static void extremes(const float *values, size_t count, float *lower, float *upper) {
    __m256 low = _mm256_setzero_ps(), high = low;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 vector = _mm256_loadu_ps(values + i);
        vector = _mm256_and_ps(vector, finite(vector));
        low = _mm256_min_ps(low, vector);
        high = _mm256_max_ps(high, vector);
    }
    float lows[8], highs[8];
    _mm256_storeu_ps(lows, low);
    _mm256_storeu_ps(highs, high);
    nibble_portable_table.extremes(values + i, count - i, lower, upper);
    for (size_t lane = 0; lane < 8; lane++) {
        *lower = lows[lane] < *lower ? lows[lane] : *lower;
        *upper = highs[lane] > *upper ? highs[lane] : *upper;
    }
}

AVX2 static float largest_magnitude(const float *values, size_t count, size_t *non_finite) {
    __m256 largest = _mm256_setzero_ps();
    size_t i = 0, strange = 0, rest = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 vector = _mm256_loadu_ps(values + i), mask = finite(vector);
        strange += (size_t)__builtin_popcount(~(unsigned)_mm256_movemask_ps(mask) & 0xFFu);
        largest = _mm256_max_ps(largest, magnitudes(_mm256_and_ps(vector, mask)));
    }
    float lanes[8], result = nibble_portable_table.largest_magnitude(values + i, count - i, &rest);
    _mm256_storeu_ps(lanes, largest);
    for (size_t lane = 0; lane < 8; lane++) result = lanes[lane] > result ? lanes[lane] : result;
    *non_finite = strange + rest;
    return result;
}

/// A grid in vectors.
typedef struct {
    __m256 scale, low, high;
} grid_vectors;

AVX2 INLINE grid_vectors vectors_of(nibble_grid grid) {
    return (grid_vectors){_mm256_set1_ps(grid.scale), _mm256_set1_ps((float)(grid.lowest - grid.zero_point)),
                          _mm256_set1_ps((float)(grid.highest - grid.zero_point))};
}

/// Whole steps from zero, held within the grid; NaN is zero.
AVX2 INLINE __m256i steps_of(__m256 values, grid_vectors grid) {
    __m256 steps = _mm256_div_ps(values, grid.scale);
    steps = _mm256_and_ps(steps, _mm256_cmp_ps(steps, steps, _CMP_ORD_Q));
    steps = _mm256_min_ps(_mm256_max_ps(steps, grid.low), grid.high);
    return _mm256_cvtps_epi32(steps);
}

AVX2 static void encode(const float *values, size_t count, nibble_grid grid, int32_t offset, uint16_t *codes) {
    size_t i = 0;
    if (grid.scale != 0) {
        grid_vectors vectors = vectors_of(grid);
        __m256i plus = _mm256_set1_epi32(grid.zero_point + offset);
        for (; i + 16 <= count; i += 16) {
            __m256i first = _mm256_add_epi32(steps_of(_mm256_loadu_ps(values + i), vectors), plus);
            __m256i second = _mm256_add_epi32(steps_of(_mm256_loadu_ps(values + i + 8), vectors), plus);
            __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(first, second), 0xD8);
            _mm256_storeu_si256((__m256i *)(codes + i), packed);
        }
    }
    for (; i < count; i++) codes[i] = nibble_encode_one(values[i], grid, offset);
}

AVX2 static double squared_error(const float *values, size_t count, nibble_grid grid) {
    __m256d first = _mm256_setzero_pd(), second = first;
    size_t i = 0;
    if (grid.scale != 0) {
        grid_vectors vectors = vectors_of(grid);
        for (; i + 8 <= count; i += 8) {
            __m256 value = _mm256_loadu_ps(values + i);
            value = _mm256_and_ps(value, finite(value));
            __m256 decoded = _mm256_mul_ps(vectors.scale, _mm256_cvtepi32_ps(steps_of(value, vectors)));
            __m256 difference = _mm256_sub_ps(value, decoded);
            __m256 square = _mm256_mul_ps(difference, difference);
            first = _mm256_add_pd(first, _mm256_cvtps_pd(_mm256_castps256_ps128(square)));
            second = _mm256_add_pd(second, _mm256_cvtps_pd(_mm256_extractf128_ps(square, 1)));
        }
    }
    double lanes[8];
    _mm256_storeu_pd(lanes, first);
    _mm256_storeu_pd(lanes + 4, second);
    for (size_t lane = 0; i < count; i++, lane++)
        lanes[lane % 8] += (double)nibble_squared_difference(values[i], grid);
    return nibble_lane_sum_f64(lanes);
}

/// Eight grids, one in each lane.
typedef struct {
    __m256 scale, inverse, low, high;
} candidates;

AVX2 INLINE __m256 stored_scales(__m256 scale) {
    __m256 least = _mm256_set1_ps(0x1p-24f);
    scale = _mm256_min_ps(_mm256_max_ps(scale, least), _mm256_set1_ps(65504));
    __m256 stored = _mm256_cvtph_ps(_mm256_cvtps_ph(scale, _MM_FROUND_TO_NEAREST_INT));
    __m256 is_short = _mm256_and_ps(_mm256_cmp_ps(stored, _mm256_set1_ps(0x1p-14f), _CMP_LT_OQ),
                                    _mm256_cmp_ps(stored, scale, _CMP_LT_OQ));
    return _mm256_add_ps(stored, _mm256_and_ps(is_short, least));
}

AVX2 INLINE candidates candidates_of(float lower, float upper, int32_t top, nibble_range_search search) {
    __m256 lane = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7), codes = _mm256_set1_ps((float)search.highest);
    __m256 factor = _mm256_div_ps(_mm256_sub_ps(_mm256_set1_ps((float)top), lane), _mm256_set1_ps(100));
    __m256 below = _mm256_mul_ps(_mm256_set1_ps(-lower), factor);
    __m256 above = _mm256_mul_ps(_mm256_set1_ps(upper), factor);
    __m256 extent = search.is_symmetric ? _mm256_max_ps(below, above) : _mm256_add_ps(above, below);
    __m256 scale = _mm256_div_ps(extent, codes), zero_point = codes, high = codes;
    if (search.has_half_scale) scale = stored_scales(scale);
    if (!search.is_symmetric) {
        __m256 place = _mm256_min_ps(_mm256_div_ps(below, scale), codes);
        zero_point = _mm256_round_ps(place, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        high = _mm256_sub_ps(codes, zero_point);
    }
    __m256 inverse = _mm256_div_ps(_mm256_set1_ps(1), scale), low = _mm256_sub_ps(_mm256_setzero_ps(), zero_point);
    return (candidates){scale, inverse, low, high};
}

AVX2 INLINE __m256 squares(__m256 value, candidates grid) {
    __m256 steps = _mm256_max_ps(_mm256_mul_ps(value, grid.inverse), grid.low);
    steps = _mm256_round_ps(_mm256_min_ps(steps, grid.high), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 difference = _mm256_sub_ps(value, _mm256_mul_ps(grid.scale, steps));
    return _mm256_mul_ps(difference, difference);
}

AVX2 INLINE void add_wide(double *sums, __m256 run) {
    __m256d first = _mm256_cvtps_pd(_mm256_castps256_ps128(run));
    __m256d second = _mm256_cvtps_pd(_mm256_extractf128_ps(run, 1));
    _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), first));
    _mm256_storeu_pd(sums + 4, _mm256_add_pd(_mm256_loadu_pd(sums + 4), second));
}

/// Steps below 1 get errors without meaning, which the search does not read.
AVX2 static void candidate_errors(const float *values, size_t count, float lower, float upper, int32_t top,
                                  nibble_range_search search, double *errors) {
    candidates wide = candidates_of(lower, upper, top, search);
    candidates narrow = candidates_of(lower, upper, top - 8, search);
    memset(errors, 0, NIBBLE_CANDIDATES * sizeof(double));
    for (size_t start = 0; start < count; start += NIBBLE_ERROR_RUN) {
        size_t end = start + NIBBLE_ERROR_RUN < count ? start + NIBBLE_ERROR_RUN : count;
        __m256 first = _mm256_setzero_ps(), second = first;
        for (size_t i = start; i < end; i++) {
            __m256 value = _mm256_broadcast_ss(values + i);
            first = _mm256_add_ps(first, squares(value, wide));
            second = _mm256_add_ps(second, squares(value, narrow));
        }
        add_wide(errors, first);
        add_wide(errors + 8, second);
    }
}

AVX2 static int32_t least_error_step(const float *values, size_t count, float lower, float upper,
                                     nibble_range_search search) {
    return nibble_search_steps(values, count, lower, upper, search, candidate_errors);
}

AVX2 static void quantize_i8(const float *values, size_t count, float inverse, int16_t *codes) {
    __m256 factor = _mm256_set1_ps(inverse), limit = _mm256_set1_ps(127);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256 steps = _mm256_mul_ps(_mm256_loadu_ps(values + i), factor);
        steps = _mm256_and_ps(steps, _mm256_cmp_ps(steps, steps, _CMP_ORD_Q));
        steps = _mm256_min_ps(_mm256_max_ps(steps, _mm256_set1_ps(-127)), limit);
        __m256i whole = _mm256_cvtps_epi32(steps);
        __m128i packed = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
        _mm_storeu_si128((__m128i *)(codes + i), packed);
    }
    for (; i < count; i++) codes[i] = nibble_quantize_one(values[i], inverse);
}

const nibble_kernel_table nibble_avx2_table = {
    .name = "avx2",
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

#endif
