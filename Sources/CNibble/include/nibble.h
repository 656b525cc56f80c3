#ifndef NIBBLE_H
#define NIBBLE_H

/**
 * nibble.h: quantized matrices and their products, for C and for languages that call C.
 *
 * A weight matrix W of `rows` output channels and `columns` input channels is encoded into a number format, or taken over
 * as the blocks that a GGUF file holds, and multiplied in its packed form: y[t, r] = Σ_k x[t, k] · W[r, k].
 *
 * Every matrix of numbers lies row after row, without gaps; a float is an IEEE single in the machine's byte order.
 *
 * Errors. Functions that can fail return a `nibble_status`, and on failure write a sentence that says what is wrong and what
 * to do into `message`, a buffer of `message_capacity` bytes that the caller owns: UTF-8, cut at a character if it is long,
 * always closed by a zero byte. `message` may be NULL, with any capacity. A function that fails writes nothing else. No
 * argument ends the program, except a pointer that does not lead to as much memory as its function says.
 *
 * Threads. There is no state that functions share. A `nibble_matrix` does not change, so any number of threads may read and
 * multiply one at the same time; only `nibble_matrix_free` must be the last to see it. The same holds for a `nibble_pool`.
 * Results do not depend on the number of threads.
 *
 * Stability. Structures begin with their own size in bytes, which the caller sets to `sizeof`; new members are added at the
 * end. Constants keep their numbers. A change that breaks this raises `NIBBLE_ABI_VERSION`.
 */

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

/** The version of the interface that this header describes; compare it with `nibble_abi_version()`. */
#define NIBBLE_ABI_VERSION 1u

/** How a call ended. */
typedef int32_t nibble_status;

/** All is done. */
#define NIBBLE_OK 0
/** A pointer is NULL, a size is zero, too large or does not fit another, or a constant is unknown. */
#define NIBBLE_BAD_ARGUMENT 1
/** No format or scheme has this name; the sentence offers the nearest. */
#define NIBBLE_UNKNOWN_NAME 2
/** The format cannot be used in this way, or the machine has fewer cores than threads were asked for. */
#define NIBBLE_UNSUPPORTED 3
/** It takes more memory than the machine has; the sentence tells both figures. */
#define NIBBLE_OUT_OF_MEMORY 4

/** A packed matrix. Made by `nibble_matrix_encode` or `nibble_matrix_wrap`, released by `nibble_matrix_free`. */
typedef struct nibble_matrix nibble_matrix;

/** Threads that share the work. Made by `nibble_pool_create`, released by `nibble_pool_free`. */
typedef struct nibble_pool nibble_pool;

/** How many weights share one scale. */
#define NIBBLE_GRANULARITY_DEFAULT 0 /**< The format's first. */
#define NIBBLE_GRANULARITY_TENSOR 1  /**< All of them. */
#define NIBBLE_GRANULARITY_CHANNEL 2 /**< Those of a row. */
#define NIBBLE_GRANULARITY_GROUP 3   /**< `group_size` neighbours in a row. */

/** How the range of codes is chosen from the weights that share a scale. */
#define NIBBLE_RANGE_DEFAULT 0            /**< The format's first. */
#define NIBBLE_RANGE_MIN_MAX 1            /**< From the smallest to the largest weight. */
#define NIBBLE_RANGE_PERCENTILE 2         /**< The percentile `range_value` of |w|, above 0, at most 100. */
#define NIBBLE_RANGE_MEAN_SQUARED_ERROR 3 /**< The one with the least squared error. */
#define NIBBLE_RANGE_CLIP 4               /**< The min-max range times `range_value`, above 0, at most 1. */
#define NIBBLE_RANGE_FRACTION_BITS 5      /**< Fixed point: `range_value` fraction bits. */
#define NIBBLE_RANGE_SCALE_RULE 6         /**< The rule named by `scale_rule`. */

/** How weight ÷ scale becomes a whole number. */
#define NIBBLE_ROUNDING_HALF_TO_EVEN 0        /**< To nearest, ties to even. */
#define NIBBLE_ROUNDING_HALF_AWAY_FROM_ZERO 1 /**< To nearest, ties away from zero. */
#define NIBBLE_ROUNDING_HALF_UP 2             /**< To nearest, ties upward. */
#define NIBBLE_ROUNDING_FLOOR 3               /**< Down. */
#define NIBBLE_ROUNDING_TRUNCATE 4            /**< Toward zero. */
#define NIBBLE_ROUNDING_CEILING 5             /**< Up. */

/** What a sum does that leaves the simulated accumulator. */
#define NIBBLE_OVERFLOW_WRAP 0     /**< Two's complement. */
#define NIBBLE_OVERFLOW_SATURATE 1 /**< It stays at the nearest end. */

/**
 * How a matrix is stored and multiplied. Zero in every member but `size` and `format` is the format's own default:
 *
 *     nibble_setting setting = { sizeof setting, "q4_0" };
 */
typedef struct nibble_setting {
    size_t size;                  /**< sizeof(nibble_setting). */
    const char *format;           /**< A name such as "int4", "q4_k" or "nf4"; not NULL. */
    int32_t granularity;          /**< NIBBLE_GRANULARITY_… */
    int32_t group_size;           /**< Weights of a group, for NIBBLE_GRANULARITY_GROUP. */
    int32_t range_rule;           /**< NIBBLE_RANGE_… */
    int32_t rounding;             /**< NIBBLE_ROUNDING_… */
    double range_value;           /**< What the range rule asks for. */
    const char *scale_rule;       /**< For NIBBLE_RANGE_SCALE_RULE: "floor", "ceil", "even", … */
    const char *activation;       /**< A scheme such as "float" or "int8-token"; NULL for the format's first. */
    int32_t accumulator_bits;     /**< 8, 16, 20, 24 or 32; 0 is 32. */
    int32_t accumulator_overflow; /**< NIBBLE_OVERFLOW_… */
} nibble_setting;

/** Where the bits of a packed matrix go. The caller sets `size`; the library sets the rest. */
typedef struct nibble_layout {
    size_t size;              /**< sizeof(nibble_layout). */
    uint64_t rows;            /**< Output channels. */
    uint64_t columns;         /**< Input channels, the length K of each dot product. */
    uint64_t bytes_per_row;   /**< Bytes of one packed row. */
    uint64_t byte_count;      /**< Bytes of all rows. */
    uint64_t group_size;      /**< Weights that share a scale along a row. */
    uint64_t code_bits;       /**< Bits that are codes. */
    uint64_t scale_bits;      /**< Bits that are scales. */
    uint64_t zero_point_bits; /**< Bits that are zero points or minima. */
    uint64_t padding_bits;    /**< Bits that carry nothing. */
    double bits_per_weight;   /**< Bits per weight, all counted. */
} nibble_layout;

/** What happened inside a product: counted, not estimated. The caller sets `size`; the library sets the rest. */
typedef struct nibble_report {
    size_t size;                          /**< sizeof(nibble_report). */
    uint64_t activation_clips;            /**< Activations beyond the range of their codes, … */
    uint64_t activations;                 /**< … of so many, … */
    double largest_activation_excess;     /**< … the worst by so much, in units of the activation. */
    uint64_t accumulator_overflows;       /**< Additions whose sum left the accumulator, … */
    uint64_t additions;                   /**< … of so many, … */
    double largest_accumulator_excess;    /**< … the worst by so much, in units of the products of codes. */
    uint64_t non_finite_values;           /**< Activations and outputs that are NaN or infinite, … */
    uint64_t values;                      /**< … of so many. */
} nibble_report;

/** The version of the interface that the library was built with. Never fails; any thread. */
uint32_t nibble_abi_version(void);

/** How many formats a matrix can be encoded in. Never fails; any thread. */
size_t nibble_format_count(void);

/** The name of a format, 0 ≤ index < `nibble_format_count()`, or NULL beyond. The string is the library's and stays. */
const char *nibble_format_name(size_t index);

/** One line about a format for a person who chooses, or NULL beyond the last. The string is the library's and stays. */
const char *nibble_format_summary(size_t index);

/** How many activation schemes there are. Never fails; any thread. */
size_t nibble_activation_count(void);

/** The name of an activation scheme, or NULL beyond the last. The string is the library's and stays. */
const char *nibble_activation_name(size_t index);

/**
 * The layout that a matrix of `rows` × `columns` weights would have: bytes per row, bits per weight, without a matrix.
 *
 * Both sizes must be at least 1. Fails with NIBBLE_BAD_ARGUMENT, NIBBLE_UNKNOWN_NAME or NIBBLE_UNSUPPORTED.
 */
nibble_status nibble_layout_query(const nibble_setting *setting, size_t rows, size_t columns, nibble_layout *layout,
                                  char *message, size_t message_capacity);

/**
 * Makes a pool of threads, the caller's own included; 1 ≤ `thread_count` ≤ the machine's cores.
 *
 * Functions that take a pool take NULL for one of all cores that the library keeps. The caller releases `*pool` by
 * `nibble_pool_free`. Fails with NIBBLE_BAD_ARGUMENT, or NIBBLE_UNSUPPORTED for more threads than cores.
 */
nibble_status nibble_pool_create(size_t thread_count, nibble_pool **pool, char *message, size_t message_capacity);

/** Releases a pool that no call uses any more. NULL is allowed. */
void nibble_pool_free(nibble_pool *pool);

/**
 * Encodes `rows` × `columns` weights: code = round(weight ÷ scale), held within the format's range, the scale chosen by the
 * range rule from the weights that share it. What becomes of NaN and infinities is the format's own: most make NaN zero and
 * infinities the ends of the range.
 *
 * `weights` is read during the call only. `importance` is NULL, or `columns` finite numbers of at least 0 that tell how much an
 * error in each column matters, such as the mean square of its input; formats without such a variant ignore it. The caller
 * releases `*matrix` by `nibble_matrix_free`.
 *
 * Fails with any status; a matrix larger than the machine's memory is refused before anything is read.
 */
nibble_status nibble_matrix_encode(const nibble_setting *setting, const float *weights, size_t rows, size_t columns,
                                   const float *importance, nibble_pool *pool, nibble_matrix **matrix, char *message,
                                   size_t message_capacity);

/**
 * Takes rows that are packed already, such as the blocks of a tensor in a GGUF file, without a copy.
 *
 * `format` is a name of this library ("q4_k", "iq2_xs", "f16"); `activation` a scheme, or NULL for the format's first. `bytes`
 * holds `rows` rows of `nibble_layout.bytes_per_row` bytes each, `byte_count` in all, at any alignment, and must stay as it is
 * until the matrix is freed. Any bytes are a matrix: scales that are NaN or infinite decode to that.
 *
 * Fails with NIBBLE_BAD_ARGUMENT for another number of bytes, NIBBLE_UNKNOWN_NAME, or NIBBLE_UNSUPPORTED for a format whose
 * rows need more than their bytes. The caller releases `*matrix` by `nibble_matrix_free`.
 */
nibble_status nibble_matrix_wrap(const char *format, const char *activation, const void *bytes, size_t byte_count,
                                 size_t rows, size_t columns, nibble_matrix **matrix, char *message,
                                 size_t message_capacity);

/** Releases a matrix that no call uses any more. NULL is allowed. */
void nibble_matrix_free(nibble_matrix *matrix);

/** The layout of a matrix. Fails with NIBBLE_BAD_ARGUMENT for NULL. */
nibble_status nibble_matrix_layout(const nibble_matrix *matrix, nibble_layout *layout, char *message,
                                   size_t message_capacity);

/**
 * Copies `row_count` packed rows from `first_row` on into `bytes`, which the caller owns.
 *
 * `byte_count` must be `row_count` · `bytes_per_row`. Fails with NIBBLE_BAD_ARGUMENT.
 */
nibble_status nibble_matrix_read_bytes(const nibble_matrix *matrix, size_t first_row, size_t row_count, void *bytes,
                                       size_t byte_count, char *message, size_t message_capacity);

/**
 * Decodes `row_count` rows from `first_row` on into `values`, which the caller owns: the exact numbers that are multiplied.
 *
 * `value_count` must be `row_count` · `columns`. Fails with NIBBLE_BAD_ARGUMENT.
 */
nibble_status nibble_matrix_decode(const nibble_matrix *matrix, size_t first_row, size_t row_count, float *values,
                                   size_t value_count, char *message, size_t message_capacity);

/**
 * Multiplies: outputs[t, r] = Σ_k activations[t, k] · W[r, k].
 *
 * `activations` holds `token_count` × columns numbers, `activation_count` in all, read during the call only; `outputs` gets
 * `token_count` × rows, `output_count` in all, and must not overlap them. With the scheme "float" weights are decoded and
 * summed in f32; an integer scheme turns activations into codes and sums products of codes in the accumulator, exactly where
 * it does not overflow. The difference from exact arithmetic on decoded weights and codes is then at most
 * (K + 16) · 2⁻²⁴ · Σ_k |activations[t, k] · W[r, k]|, K being the number of columns. NaN and infinities spread as they do in
 * floating point, or are coded as the scheme says; `report` counts them.
 *
 * `report` may be NULL. The first product of a matrix may rearrange its bytes in memory for speed, which nothing shows.
 * Fails with NIBBLE_BAD_ARGUMENT for a NULL or sizes that do not fit.
 */
nibble_status nibble_matrix_multiply(const nibble_matrix *matrix, const float *activations, size_t activation_count,
                                     size_t token_count, float *outputs, size_t output_count, nibble_pool *pool,
                                     nibble_report *report, char *message, size_t message_capacity);

#if defined(__cplusplus)
}
#endif

#endif
