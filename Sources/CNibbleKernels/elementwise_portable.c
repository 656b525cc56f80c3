#include "elementwise.h"

#pragma STDC FP_CONTRACT OFF

static void rms_norm(const float *x, const float *weight, float epsilon, size_t count, float *y) {
    double lanes[8] = {0};
    for (size_t i = 0; i < count; i++) lanes[i % 8] += (double)x[i] * (double)x[i];
    double mean = nibble_lane_sum_f64(lanes) / (double)(count ? count : 1);
    float factor = (float)(1 / sqrt(mean + (double)epsilon));
    for (size_t i = 0; i < count; i++) y[i] = x[i] * factor * weight[i];
}

static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, size_t count, float *y) {
    double lanes[8] = {0}, squares[8] = {0}, length = (double)(count ? count : 1);
    for (size_t i = 0; i < count; i++) lanes[i % 8] += (double)x[i];
    double mean = nibble_lane_sum_f64(lanes) / length;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)x[i] - mean;
        squares[i % 8] += difference * difference;
    }
    float factor = (float)(1 / sqrt(nibble_lane_sum_f64(squares) / length + (double)epsilon)), center = (float)mean;
    for (size_t i = 0; i < count; i++) {
        y[i] = (x[i] - center) * factor * weight[i];
        if (bias) y[i] += bias[i];
    }
}

static void softmax(float *x, size_t count) {
    float largest = nibble_largest(x, count), lanes[8] = {0};
    for (size_t i = 0; i < count; i++) {
        x[i] = nibble_exp(x[i] - largest);
        lanes[i % 8] += x[i];
    }
    float sum = nibble_lane_sum(lanes);
    for (size_t i = 0; i < count; i++) x[i] /= sum;
}

static void silu_multiply(float *gate, const float *up, size_t count) {
    for (size_t i = 0; i < count; i++) gate[i] = nibble_silu(gate[i], up[i]);
}

static void gelu(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = nibble_gelu(x[i]);
}

static void gelu_erf(float *x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = nibble_gelu_erf(x[i]);
}

static void scale_blocks(const int8_t *codes, const float *scales, size_t count, float *y) {
    for (size_t i = 0; i < count; i++) y[i] = (float)codes[i] * scales[i / 32];
}

static void rotate_halves(float *x, const float *cosines, const float *sines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float first = x[i], second = x[i + count];
        x[i] = first * cosines[i] - second * sines[i];
        x[i + count] = second * cosines[i] + first * sines[i];
    }
}

static void rotate_neighbours(float *x, const float *cosines, const float *sines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float first = x[2 * i], second = x[2 * i + 1];
        x[2 * i] = first * cosines[i] - second * sines[i];
        x[2 * i + 1] = second * cosines[i] + first * sines[i];
    }
}

const nibble_elementwise_table nibble_portable_elementwise_table = {
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .softmax = softmax,
    .silu_multiply = silu_multiply,
    .gelu = gelu,
    .gelu_erf = gelu_erf,
    .scale_blocks = scale_blocks,
    .rotate_halves = rotate_halves,
    .rotate_neighbours = rotate_neighbours,
};
