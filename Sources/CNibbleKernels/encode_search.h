// The searches for scales of GGUF's block formats, eight groups at once. Each instruction set includes this file with its own
//   LANES_CODE  attributes of a function
// A lane belongs to one group, so that every sum keeps the order of ggml's quantizers (Numerics §6) and the bytes are the
// same whatever the vectors.

/// Below this a group counts as nothing but zeros.
#define LEAST_MAGNITUDE 1e-15f

/// The tries of ggml's make_qkx2_quants and make_qkx3_quants: inverse scales (first + step·i + end) / (max − min) for
/// i = 0 … steps, codes 0 … end.
typedef struct {
    float end, first, step;
    int32_t steps;
    /// Whether errors count by magnitude instead of their square.
    int32_t is_absolute;
} affine_tries;

/// value ≈ scale · code − minimum; its code is inverse · (value − origin), rounded.
typedef struct {
    lanes scale, minimum, inverse, origin;
} affine_factors;

LANES_CODE void affine_search(const lanes *x, const lanes *w, const size_t count, const affine_tries tries,
                              affine_factors *found) {
    const lanes zero = all_lanes(0), end = all_lanes(tries.end);
    lanes codes[32], lower = x[0], upper = x[0], w_sum = w[0], x_sum = w[0] * x[0];
    for (size_t i = 1; i < count; i++) {
        lower = lesser(x[i], lower);
        upper = greater(x[i], upper);
        w_sum += w[i];
        x_sum += w[i] * x[i];
    }
    lower = lesser(lower, zero);
    lane_masks is_flat = upper == lower;
    lanes inverse = end / (upper - lower), scale = 1 / inverse, minimum = lower, least = zero;
    for (size_t i = 0; i < count; i++) {
        lanes difference = scale * whole_lanes(inverse * (x[i] - lower), zero, end) + lower - x[i];
        least += w[i] * (tries.is_absolute ? magnitudes_of(difference) : difference * difference);
    }
    lanes best_inverse = inverse, origin = lower;
    for (int32_t number = 0; number <= tries.steps; number++) {
        lanes code_sum = zero, square_sum = zero, product_sum = zero, error = zero;
        // The range's lower end is the minimum that was kept.
        inverse = (tries.first + tries.step * (float)number + tries.end) / (upper - minimum);
        for (size_t i = 0; i < count; i++) {
            lanes code = whole_lanes(inverse * (x[i] - minimum), zero, end), weighted = w[i] * code;
            codes[i] = code;
            code_sum += weighted;
            square_sum += weighted * code;
            product_sum += weighted * x[i];
        }
        lanes determinant = w_sum * square_sum - code_sum * code_sum;
        lanes new_scale = (w_sum * product_sum - x_sum * code_sum) / determinant;
        lanes new_minimum = (square_sum * x_sum - code_sum * product_sum) / determinant;
        lane_masks is_positive = new_minimum > zero;
        new_scale = pick(is_positive, product_sum / square_sum, new_scale);
        new_minimum = pick(is_positive, zero, new_minimum);
        for (size_t i = 0; i < count; i++) {
            lanes difference = new_scale * codes[i] + new_minimum - x[i];
            error += w[i] * (tries.is_absolute ? magnitudes_of(difference) : difference * difference);
        }
        lane_masks is_better = (determinant > zero) & (error < least);
        best_inverse = pick(is_better, inverse, best_inverse);
        origin = pick(is_better, minimum, origin);
        least = pick(is_better, error, least);
        scale = pick(is_better, new_scale, scale);
        minimum = pick(is_better, new_minimum, minimum);
    }
    found->scale = pick(is_flat, zero, scale);
    found->minimum = -pick(is_flat, lower, minimum);
    found->inverse = pick(is_flat, zero, best_inverse);
    found->origin = pick(is_flat, zero, origin);
}

/// The value of largest magnitude in each lane, the first on ties.
LANES_CODE lanes largest_values(const lanes *x, const size_t count) {
    lanes largest = all_lanes(0);
    for (size_t i = 0; i < count; i++)
        largest = pick(magnitudes_of(x[i]) > magnitudes_of(largest), x[i], largest);
    return largest;
}

/// ggml's make_qx_quants: codes −end … end − 1; the tries are −(end + 0.1·i) / largest for i = −9 … 9. The inverse of a group
/// of zeros is 0.
LANES_CODE void symmetric_search(const lanes *x, const lanes *w, const size_t count, float end, lanes *scale_found,
                                 lanes *inverse_found) {
    const lanes zero = all_lanes(0), low = all_lanes(-end), high = all_lanes(end - 1);
    lanes wx[32], largest = largest_values(x, count), scale = zero, best = zero, best_inverse = zero;
    lane_masks is_zero = magnitudes_of(largest) < LEAST_MAGNITUDE;
    for (size_t i = 0; i < count; i++) wx[i] = w[i] * x[i];
    for (int32_t number = -10; number <= 9; number++) {
        // The plain scale comes first.
        if (number == 0) continue;
        lanes inverse = (number < -9 ? -end : -(end + 0.1f * (float)number)) / largest, product = zero, square = zero;
        for (size_t i = 0; i < count; i++) {
            lanes code = whole_lanes(inverse * x[i], low, high);
            product += wx[i] * code;
            square += w[i] * code * code;
        }
        lane_masks is_better = (square > zero) & (product * product > best * square);
        if (number < -9) is_better = ~(lane_masks)zero;
        lanes new_scale = product / square;
        if (number < -9) new_scale = pick(square == zero, zero, new_scale);
        best_inverse = pick(is_better, inverse, best_inverse);
        scale = pick(is_better, new_scale, scale);
        best = pick(is_better, new_scale * product, best);
    }
    *scale_found = pick(is_zero, zero, scale);
    *inverse_found = pick(is_zero, zero, best_inverse);
}

/// ggml's make_q3_quants: up to five sweeps that improve one code −end … end − 1 at a time.
LANES_CODE lanes swept_search(const lanes *x, const size_t count, float end, lanes *codes) {
    const lanes zero = all_lanes(0), low = all_lanes(-end), high = all_lanes(end - 1);
    lanes largest = largest_values(x, count), inverse = -end / largest, product = zero, square = zero;
    lane_masks is_zero = magnitudes_of(largest) < LEAST_MAGNITUDE;
    for (size_t i = 0; i < count; i++) {
        lanes weight = x[i] * x[i];
        codes[i] = pick(is_zero, low, whole_lanes(inverse * x[i], low, high));
        product += weight * x[i] * codes[i];
        square += weight * codes[i] * codes[i];
    }
    for (size_t sweep = 0; sweep < 5; sweep++) {
        lane_masks is_changed = {0};
        for (size_t i = 0; i < count; i++) {
            lanes weight = x[i] * x[i], old = codes[i];
            lanes other_product = product - weight * x[i] * old, other_square = square - weight * old * old;
            lane_masks may_change = (other_product > zero) & ~is_zero;
            lanes code = whole_lanes(x[i] * other_square / other_product, low, high);
            other_product += weight * x[i] * code;
            other_square += weight * code * code;
            lane_masks is_better = may_change & (code != old) & (other_square > zero) &
                                   (other_product * other_product * square > product * product * other_square);
            codes[i] = pick(is_better, code, old);
            product = pick(is_better, other_product, product);
            square = pick(is_better, other_square, square);
            is_changed |= is_better;
        }
        if (!any_lane(is_changed)) break;
    }
    return pick(is_zero | ~(square > zero), zero, product / square);
}

/// ggml's make_qp_quants: the scale of `count` (at most 16) values, at least 0, for codes 0 … end with weights.
LANES_CODE float positive_search(const float *x, const float *w, size_t count, float end, float *codes) {
    float largest = 0;
    for (size_t i = 0; i < count; i++) largest = x[i] > largest ? x[i] : largest;
    for (size_t i = 0; i < count; i++) codes[i] = 0;
    if (largest < LEAST_MAGNITUDE) return 0;
    float inverse = end / largest, least = 0;
    for (int32_t number = -5; number <= 4; number++) {
        if (number == 0) continue;
        float tried = number < -4 ? end / largest : (0.1f * (float)number + end) / largest, error = 0;
        float scale = 1 / tried;
        for (size_t i = 0; i < count; i++) {
            float difference = x[i] - scale * whole_number(tried * x[i], 0, end);
            error += w[i] * difference * difference;
        }
        if (number < -4 || error < least) {
            least = error;
            inverse = tried;
        }
    }
    float product = 0, square = 0;
    for (size_t i = 0; i < count; i++) {
        codes[i] = whole_number(inverse * x[i], 0, end);
        product += w[i] * x[i] * codes[i];
        square += w[i] * codes[i] * codes[i];
    }
    for (size_t sweep = 0, changes = 1; sweep < 5 && changes > 0; sweep++) {
        changes = 0;
        for (size_t i = 0; i < count; i++) {
            float other_product = product - w[i] * x[i] * codes[i], other_square = square - w[i] * codes[i] * codes[i];
            if (!(other_product > 0 && other_square > 0)) continue;
            float code = whole_number(x[i] * other_square / other_product, 0, end);
            if (code == codes[i]) continue;
            other_product += w[i] * x[i] * code;
            other_square += w[i] * code * code;
            if (!(other_product * other_product * square > product * product * other_square)) continue;
            codes[i] = code;
            product = other_product;
            square = other_square;
            changes++;
        }
    }
    return square > 0 ? product / square : 0;
}
