// The search for scales and minima of K-quants, eight groups at once. Each instruction set includes this file with its own
//   UNPACK      attributes of a function
// A lane belongs to one group, so that every sum keeps the order of ggml's make_qkx2_quants (NUMERICS §6) and the bytes are
// the same whatever the vectors.

#define LANES 8
#define FOR_LANES for (size_t l = 0; l < LANES; l++)

typedef float lanes[LANES];

/// Half to even within 0 … end; NaN gives 0.
UNPACK float whole_within(float value, float end) {
    value = value > 0 ? value : 0;
    value = value < end ? value : end;
    return (value + 12582912.0f) - 12582912.0f;
}

/// Sums of one try.
typedef struct {
    lanes code, square, product;
} affine_sums;

UNPACK void fill_codes(const lanes *x, const lanes *w, size_t count, const float *inverse, const float *lower,
                       float end, lanes *codes, affine_sums *sums) {
    affine_sums s = {{0}, {0}, {0}};
    for (size_t i = 0; i < count; i++) FOR_LANES {
            float code = whole_within(inverse[l] * (x[i][l] - lower[l]), end), weighted = w[i][l] * code;
            codes[i][l] = code;
            s.code[l] += weighted;
            s.square[l] += weighted * code;
            s.product[l] += weighted * x[i][l];
        }
    *sums = s;
}

UNPACK void weighted_errors(const lanes *x, const lanes *w, const lanes *codes, size_t count, const float *scale,
                            const float *minimum, int32_t is_absolute, float *errors) {
    lanes sums = {0};
    for (size_t i = 0; i < count; i++) FOR_LANES {
            float difference = scale[l] * codes[i][l] + minimum[l] - x[i][l];
            float cost = is_absolute ? __builtin_fabsf(difference) : difference * difference;
            sums[l] += w[i][l] * cost;
        }
    memcpy(errors, sums, sizeof sums);
}

/// Least-squares scale and minimum; a positive minimum becomes 0. Lanes without a solution get errors without meaning.
UNPACK void solve(const affine_sums *sums, const float *w_sum, const float *x_sum, float *scale, float *minimum,
                  float *determinant) {
    FOR_LANES {
        float code = sums->code[l], square = sums->square[l], product = sums->product[l];
        determinant[l] = w_sum[l] * square - code * code;
        scale[l] = (w_sum[l] * product - x_sum[l] * code) / determinant[l];
        minimum[l] = (square * x_sum[l] - code * product) / determinant[l];
        scale[l] = minimum[l] > 0 ? product / square : scale[l];
        minimum[l] = minimum[l] > 0 ? 0 : minimum[l];
    }
}

UNPACK void affine_search_lanes(const lanes *x, const lanes *w, size_t count, nibble_affine_search search, lanes *best,
                                float *scales, float *minima) {
    lanes tried[32], lower, upper, w_sum, x_sum, inverse, scale, minimum, least, flat;
    affine_sums sums;
    FOR_LANES {
        lower[l] = upper[l] = x[0][l];
        w_sum[l] = w[0][l];
        x_sum[l] = w[0][l] * x[0][l];
    }
    for (size_t i = 1; i < count; i++) FOR_LANES {
            lower[l] = x[i][l] < lower[l] ? x[i][l] : lower[l];
            upper[l] = x[i][l] > upper[l] ? x[i][l] : upper[l];
            w_sum[l] += w[i][l];
            x_sum[l] += w[i][l] * x[i][l];
        }
    FOR_LANES {
        lower[l] = lower[l] < 0 ? lower[l] : 0;
        flat[l] = lower[l];
        inverse[l] = search.end / (upper[l] - lower[l]);
        scale[l] = 1 / inverse[l];
        minimum[l] = lower[l];
    }
    fill_codes(x, w, count, inverse, lower, search.end, best, &sums);
    weighted_errors(x, w, best, count, scale, minimum, search.is_absolute, least);
    for (int32_t number = 0; number <= search.steps; number++) {
        lanes new_scale, new_minimum, determinant, errors, accepted;
        // The range's lower end is the minimum that was kept.
        FOR_LANES inverse[l] = (search.first + search.step * (float)number + search.end) / (upper[l] - minimum[l]);
        fill_codes(x, w, count, inverse, minimum, search.end, tried, &sums);
        solve(&sums, w_sum, x_sum, new_scale, new_minimum, determinant);
        weighted_errors(x, w, tried, count, new_scale, new_minimum, search.is_absolute, errors);
        FOR_LANES {
            int better = determinant[l] > 0 && errors[l] < least[l];
            accepted[l] = better ? 1 : 0;
            least[l] = better ? errors[l] : least[l];
            scale[l] = better ? new_scale[l] : scale[l];
            minimum[l] = better ? new_minimum[l] : minimum[l];
        }
        for (size_t i = 0; i < count; i++) FOR_LANES best[i][l] = accepted[l] > 0 ? tried[i][l] : best[i][l];
    }
    FOR_LANES {
        int is_flat = upper[l] == flat[l];
        scales[l] = is_flat ? 0 : scale[l];
        minima[l] = is_flat ? -flat[l] : -minimum[l];
        for (size_t i = 0; i < count; i++) best[i][l] = is_flat ? 0 : best[i][l];
    }
}

UNPACK void affine_search_groups(const float *values, const float *weights, size_t count, nibble_affine_search search,
                                 float *codes, float *scales, float *minima) {
    lanes x[32], w[32], best[32];
    for (size_t i = 0; i < count; i++) FOR_LANES {
            x[i][l] = values[l * count + i];
            w[i][l] = weights[l * count + i];
        }
    affine_search_lanes(x, w, count, search, best, scales, minima);
    for (size_t i = 0; i < count; i++) FOR_LANES codes[l * count + i] = best[i][l];
}

#undef FOR_LANES
#undef LANES
