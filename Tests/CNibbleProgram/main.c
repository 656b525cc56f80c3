/* A program in C alone: encodes a matrix into every format, multiplies it, and compares the result with its own product in
   double precision. Ends with 0 if all is as nibble.h says; else says what is not, and ends with 1. */

#include <math.h>
#include <nibble.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 48, COLUMNS = 512, TOKENS = 5 };

static float weights[ROWS * COLUMNS];
static float decoded[ROWS * COLUMNS];
static float activations[TOKENS * COLUMNS];
static float outputs[TOKENS * ROWS];
static char message[256];

/* Numbers from −1 to 1, the same on every machine (Marsaglia 2003, xorshift). */
static float next_number(void) {
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (float)((double)state / 2147483648.0 - 1.0);
}

static int failures = 0;

static void fail(const char *format, const char *what) {
    fprintf(stderr, "%s: %s\n", format, what);
    failures += 1;
}

/* The largest error of `outputs` against exact sums of decoded weights, as a share of the bound that nibble.h gives. */
static double worst_share_of_bound(void) {
    double worst = 0;
    for (size_t token = 0; token < TOKENS; token++) {
        for (size_t row = 0; row < ROWS; row++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < COLUMNS; k++) {
                double product = (double)activations[token * COLUMNS + k] * decoded[row * COLUMNS + k];
                sum += product;
                magnitude += fabs(product);
            }
            double bound = (COLUMNS + 16) * ldexp(1, -24) * magnitude;
            double share = fabs(outputs[token * ROWS + row] - sum) / bound;
            if (!(share <= worst)) worst = share;
        }
    }
    return worst;
}

static double relative_error(void) {
    double error = 0, power = 0;
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        double difference = (double)weights[i] - decoded[i];
        error += difference * difference;
        power += (double)weights[i] * weights[i];
    }
    return sqrt(error / power);
}

/* Packed rows, taken over as they are, decode to the same numbers; only formats of fixed blocks allow it. */
static void check_wrapped(const char *format, const nibble_matrix *matrix, const nibble_layout *layout) {
    unsigned char *bytes = malloc(layout->byte_count);
    float *again = malloc(sizeof weights);
    nibble_matrix *wrapped = NULL;
    if (bytes && again
        && nibble_matrix_read_bytes(matrix, 0, ROWS, bytes, layout->byte_count, message, sizeof message) == NIBBLE_OK) {
        nibble_status status = nibble_matrix_wrap(
            format, NULL, bytes, layout->byte_count, ROWS, COLUMNS, &wrapped, message, sizeof message);
        if (status == NIBBLE_OK) {
            status = nibble_matrix_decode(wrapped, 0, ROWS, again, ROWS * COLUMNS, message, sizeof message);
            if (status != NIBBLE_OK || memcmp(again, decoded, sizeof decoded) != 0) fail(format, "wrapped bytes differ");
        } else if (status != NIBBLE_UNSUPPORTED) {
            fail(format, message);
        }
    } else {
        fail(format, message);
    }
    nibble_matrix_free(wrapped);
    free(again);
    free(bytes);
}

static void check_format(const char *format, nibble_pool *pool) {
    nibble_setting setting = {.size = sizeof setting, .format = format, .activation = "float"};
    nibble_matrix *matrix = NULL;
    nibble_layout layout = {.size = sizeof layout}, asked = {.size = sizeof asked};
    nibble_report report = {.size = sizeof report};

    if (nibble_matrix_encode(&setting, weights, ROWS, COLUMNS, NULL, pool, &matrix, message, sizeof message)
            != NIBBLE_OK
        || nibble_matrix_layout(matrix, &layout, message, sizeof message) != NIBBLE_OK
        || nibble_layout_query(&setting, ROWS, COLUMNS, &asked, message, sizeof message) != NIBBLE_OK
        || nibble_matrix_decode(matrix, 0, ROWS, decoded, ROWS * COLUMNS, message, sizeof message) != NIBBLE_OK
        || nibble_matrix_multiply(
               matrix, activations, TOKENS * COLUMNS, TOKENS, outputs, TOKENS * ROWS, pool, &report, message,
               sizeof message)
            != NIBBLE_OK) {
        fail(format, message);
        nibble_matrix_free(matrix);
        return;
    }
    double share = worst_share_of_bound(), error = relative_error();
    printf("%-12s %6.3f bits per weight, relative error %.5f\n", format, layout.bits_per_weight, error);
    if (!(share <= 1)) fail(format, "the product is not that of the decoded weights");
    if (!(error < 1)) fail(format, "the decoded weights are not the weights");
    if (report.non_finite_values != 0 || report.values == 0) fail(format, "the report counts wrongly");
    if (memcmp(&layout, &asked, sizeof layout) != 0) fail(format, "the layout is not the one that was told");
    if (layout.byte_count != layout.bytes_per_row * ROWS) fail(format, "the rows do not make the matrix");
    check_wrapped(format, matrix, &layout);
    nibble_matrix_free(matrix);
}

int main(void) {
    nibble_pool *pool = NULL;
    if (nibble_abi_version() != NIBBLE_ABI_VERSION) {
        fail("nibble.h", "the library is of another version");
        return 1;
    }
    if (nibble_pool_create(1, &pool, message, sizeof message) != NIBBLE_OK) fail("pool", message);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) weights[i] = next_number();
    for (size_t i = 0; i < TOKENS * COLUMNS; i++) activations[i] = next_number();
    for (size_t index = 0; index < nibble_format_count(); index++) check_format(nibble_format_name(index), pool);
    nibble_pool_free(pool);
    printf("%zu formats, %d failures\n", nibble_format_count(), failures);
    return failures == 0 ? 0 : 1;
}
