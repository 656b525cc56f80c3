#include "CNibbleKernels.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
/// Makes the compiler believe that a register has changed.
#define KEEP(v) __asm__("" : "+x"(v))

AVX2 static uint64_t read_vectors(const uint8_t *start, size_t count) {
    size_t quarter = count / 4 / 64 * 64;
    __m256i sum[4];
    for (int i = 0; i < 4; i++) sum[i] = _mm256_setzero_si256();
    for (size_t place = 0; place < quarter; place += 64)
        for (int i = 0; i < 4; i++) {
            const __m256i *line = (const __m256i *)(start + i * quarter + place);
            __m256i both = _mm256_xor_si256(_mm256_loadu_si256(line), _mm256_loadu_si256(line + 1));
            sum[i] = _mm256_xor_si256(sum[i], both);
        }
    uint64_t lanes[4];
    __m256i all = _mm256_xor_si256(_mm256_xor_si256(sum[0], sum[1]), _mm256_xor_si256(sum[2], sum[3]));
    _mm256_storeu_si256((__m256i *)lanes, all);
    return lanes[0] ^ lanes[1] ^ lanes[2] ^ lanes[3];
}

AVX2 static float multiply_floats(size_t rounds) {
    __m256 sum[12], factor = _mm256_set1_ps(0.5f);
    for (int i = 0; i < 12; i++) sum[i] = _mm256_set1_ps((float)i);
    for (size_t round = 0; round < rounds; round++)
#pragma clang loop unroll(full)
        for (int i = 0; i < 12; i++) {
            sum[i] = _mm256_fmadd_ps(sum[i], factor, factor);
            KEEP(sum[i]);
        }
    for (int i = 1; i < 12; i++) sum[0] = _mm256_add_ps(sum[0], sum[i]);
    return _mm256_cvtss_f32(sum[0]);
}

AVX2 static int32_t multiply_bytes(size_t rounds) {
    __m256i sum[8], factor = _mm256_set1_epi8(1);
    for (int i = 0; i < 8; i++) sum[i] = _mm256_set1_epi8((char)i);
    for (size_t round = 0; round < rounds; round++)
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) {
            sum[i] = _mm256_maddubs_epi16(sum[i], factor);
            KEEP(sum[i]);
        }
    for (int i = 1; i < 8; i++) sum[0] = _mm256_add_epi16(sum[0], sum[i]);
    return _mm_cvtsi128_si32(_mm256_castsi256_si128(sum[0]));
}

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

#endif

// The compiler makes vectors of the portable twins as it likes.

uint64_t nibble_read_memory(const void *start, size_t count) {
#if defined(__x86_64__)
    if (has_avx2()) return read_vectors(start, count);
#endif
    uint64_t sum = 0, word;
    for (size_t i = 0; i + 8 <= count; i += 8) {
        memcpy(&word, (const char *)start + i, 8);
        sum ^= word;
    }
    return sum;
}

float nibble_multiply_floats(size_t rounds) {
#if defined(__x86_64__)
    if (has_avx2()) return multiply_floats(rounds);
#endif
    float sums[NIBBLE_PROBE_FLOATS] = {0}, total = 0;
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < NIBBLE_PROBE_FLOATS; i++) sums[i] = sums[i] * 0.5f + 0.5f;
    for (size_t i = 0; i < NIBBLE_PROBE_FLOATS; i++) total += sums[i];
    return total;
}

int32_t nibble_multiply_bytes(size_t rounds) {
#if defined(__x86_64__)
    if (has_avx2()) return multiply_bytes(rounds);
#endif
    int16_t sums[NIBBLE_PROBE_BYTES] = {0};
    int32_t total = 0;
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < NIBBLE_PROBE_BYTES; i++) sums[i] = (int16_t)(sums[i] * 3 + 1);
    for (size_t i = 0; i < NIBBLE_PROBE_BYTES; i++) total += sums[i];
    return total;
}
