#ifndef NIBBLE_LANES_H
#define NIBBLE_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Eight lanes of f32 in the compiler's own vectors, for code that every instruction set compiles for itself. The including
// file defines LANES_CODE, the attributes of a function.

typedef float lanes __attribute__((vector_size(32)));
typedef int32_t lane_masks __attribute__((vector_size(32)));
typedef uint8_t lane_bytes __attribute__((vector_size(8)));

LANES_CODE lanes all_lanes(float value) {
    return (lanes){value, value, value, value, value, value, value, value};
}

LANES_CODE lanes load_lanes(const float *source) {
    lanes value;
    memcpy(&value, source, sizeof value);
    return value;
}

/// `yes` where a mask's bits are set, `no` where they aren't.
LANES_CODE lanes pick(lane_masks mask, lanes yes, lanes no) {
    return (lanes)(((lane_masks)yes & mask) | ((lane_masks)no & ~mask));
}

LANES_CODE lanes magnitudes_of(lanes value) { return (lanes)((lane_masks)value & 0x7FFFFFFF); }

/// `b` where either is NaN.
LANES_CODE lanes lesser(lanes a, lanes b) { return pick(a < b, a, b); }
LANES_CODE lanes greater(lanes a, lanes b) { return pick(a > b, a, b); }

/// Half to even within low … high, which lie within ±2^22; NaN gives low.
LANES_CODE lanes whole_lanes(lanes value, lanes low, lanes high) {
    return (lesser(greater(value, low), high) + 12582912.0f) - 12582912.0f;
}

LANES_CODE float whole_number(float value, float low, float high) {
    value = value > low ? value : low;
    value = value < high ? value : high;
    return (value + 12582912.0f) - 12582912.0f;
}

LANES_CODE float greatest_lane(lanes value) {
    float most = value[0];
    for (size_t l = 1; l < 8; l++) most = value[l] > most ? value[l] : most;
    return most;
}

LANES_CODE int any_lane(lane_masks mask) {
    int32_t set = 0;
    for (size_t l = 0; l < 8; l++) set |= mask[l];
    return set != 0;
}

/// Whole numbers 0 … 255 as bytes.
LANES_CODE void store_bytes(lanes value, uint8_t *target) {
    lane_bytes bytes = __builtin_convertvector(__builtin_convertvector(value, lane_masks), lane_bytes);
    memcpy(target, &bytes, sizeof bytes);
}

/// Eight groups of `count` values side by side: lane l of vector i is value i of group l.
LANES_CODE void gather_groups(const float *values, size_t count, lanes *x) {
    for (size_t i = 0; i < count; i++) {
        const float *v = values + i;
        x[i] = (lanes){v[0],         v[count],     v[2 * count], v[3 * count],
                       v[4 * count], v[5 * count], v[6 * count], v[7 * count]};
    }
}

#endif
