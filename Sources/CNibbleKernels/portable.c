#include "CNibbleKernels.h"
#include "tables.h"

#include <string.h>

static int32_t dot_i16(const int16_t *a, const int16_t *b, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int32_t)a[i] * b[i];
    return sum;
}

/// Eight partial sums, so that the error grows with count / 8 and compilers may use vectors.
static float dot_f32(const float *a, const float *b, size_t count) {
    float sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t lane = 0; lane < 8; lane++) sums[lane] += a[i + lane] * b[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) sums[lane] += a[i] * b[i];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static void add_scaled_f32(const float *source, float factor, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += factor * source[i];
}

static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, exponent = half >> 10 & 0x1F, fraction = half & 0x3FFu, bits;
    if (exponent == 0) {
        float value = (float)fraction * 0x1p-24f;
        memcpy(&bits, &value, 4);
        bits |= sign;
    } else if (exponent == 31) {
        bits = sign | 0x7F800000u | fraction << 13;
    } else {
        bits = sign | (exponent + 112) << 23 | fraction << 13;
    }
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static void convert_f16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i++)
        target[i] = half_to_float((uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8));
}

static void convert_bf16(const void *source, float *target, size_t count) {
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)bytes[2 * i] << 16 | (uint32_t)bytes[2 * i + 1] << 24;
        memcpy(&target[i], &bits, 4);
    }
}

const nibble_kernel_table nibble_portable_table = {
    "portable", dot_i16, dot_f32, add_scaled_f32, convert_f16, convert_bf16,
};
