#ifndef NIBBLE_TABLES_H
#define NIBBLE_TABLES_H

#include "CNibbleKernels.h"

extern const nibble_kernel_table nibble_portable_table;
extern const nibble_interleaved_table nibble_portable_interleaved_table;
extern const nibble_elementwise_table nibble_portable_elementwise_table;
#if defined(__x86_64__)
extern const nibble_kernel_table nibble_avx2_table;
extern const nibble_interleaved_table nibble_avx2_interleaved_table;
extern const nibble_elementwise_table nibble_avx2_elementwise_table;
extern const nibble_interleaved_table nibble_avx512_interleaved_table;
extern const nibble_elementwise_table nibble_avx512_elementwise_table;
#endif

// Ends of loops that other instruction sets share; `start` is the first element not yet done.

int16_t nibble_code_at(const uint8_t *bytes, unsigned bits, size_t index);
uint16_t nibble_encode_one(float value, nibble_grid grid, int32_t offset);
int16_t nibble_quantize_one(float value, float inverse);
float nibble_squared_difference(float value, nibble_grid grid);

/// The levels of IQ4_NL.
static const int8_t iq4_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Grids that a search compares at once, and the values that are summed in f32.
#define NIBBLE_CANDIDATES 16
#define NIBBLE_ERROR_RUN 64

/// Errors of NIBBLE_CANDIDATES steps from `top` downward.
typedef void nibble_candidate_errors(const float *values, size_t count, float lower, float upper, int32_t top,
                                     nibble_range_search search, double *errors);

/// Goes through all steps, widest first, until clipping alone costs more than the best.
int32_t nibble_search_steps(const float *values, size_t count, float lower, float upper, nibble_range_search search,
                            nibble_candidate_errors *errors);

/// Eight lanes in one fixed order, so that every instruction set rounds alike.
static inline float nibble_lane_sum(const float *lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static inline double nibble_lane_sum_f64(const double *lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

#endif
