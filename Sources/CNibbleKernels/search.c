#include "CNibbleKernels.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

static inline float squared_distance(float value, float low, float high) {
    float over = value - high, under = low - value;
    float distance = over > under ? over : under;
    distance = distance > 0 ? distance : 0;
    return distance * distance;
}

/// Σ (distance beyond the ends)²: no narrower grid has a smaller error.
static double beyond(const float *values, size_t count, float low, float high) {
    double sum = 0;
    for (size_t start = 0; start < count; start += 512) {
        float lanes[8] = {0};
        size_t end = start + 512 < count ? start + 512 : count, i = start;
        for (; i + 8 <= end; i += 8)
            for (size_t lane = 0; lane < 8; lane++) lanes[lane] += squared_distance(values[i + lane], low, high);
        for (; i < end; i++) lanes[0] += squared_distance(values[i], low, high);
        sum += (double)nibble_lane_sum(lanes);
    }
    return sum;
}

/// The squared distance beyond the range of one step, with a margin for a rounded scale and zero point.
static double clipped(const float *values, size_t count, float lower, float upper, int32_t step,
                      nibble_range_search search) {
    float factor = (float)step / 100, low = lower * factor, high = upper * factor;
    if (search.is_symmetric) {
        // A stored scale may be 2^-11 larger, and is at least 2^-24 where it is f16.
        float end = (-low > high ? -low : high) * (1 + 0x1p-10f);
        float least = search.has_half_scale ? 0x1p-23f * (float)search.highest : 0;
        end = end > least ? end : least;
        return beyond(values, count, -end, end);
    }
    float margin = (high - low) / (float)search.highest + (high - low) * 0x1p-10f;
    margin += search.has_half_scale ? 0x1p-23f * (float)search.highest : 0;
    return beyond(values, count, low - margin, high + margin);
}

int32_t nibble_search_steps(const float *values, size_t count, float lower, float upper, nibble_range_search search,
                            nibble_candidate_errors *errors) {
    double least = __builtin_inf();
    int32_t best = 100;
    for (int32_t top = 100; top > 0; top -= NIBBLE_CANDIDATES) {
        double found[NIBBLE_CANDIDATES];
        errors(values, count, lower, upper, top, search, found);
        for (int32_t lane = 0; lane < NIBBLE_CANDIDATES && lane < top; lane++)
            if (found[lane] < least) {
                least = found[lane];
                best = top - lane;
            }
        int32_t next = top - NIBBLE_CANDIDATES;
        // Both sums are rounded: a thousandth is more than they may be off.
        if (next > 0 && clipped(values, count, lower, upper, next, search) > 1.001 * least) break;
    }
    return best;
}
