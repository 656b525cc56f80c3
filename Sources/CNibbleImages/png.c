#include "CNibbleImages.h"

#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Reading by libpng's sequential interface, with transformations that end in 8 bits of red, green and blue; see "Reading PNG
// files" in the libpng manual.

struct png_source {
    const uint8_t *bytes;
    size_t count;
    size_t place;
    bool is_cut_short;
    char *message;
};

static void read_bytes(png_structp png, png_bytep target, size_t length) {
    struct png_source *source = png_get_io_ptr(png);
    if (length > source->count - source->place) {
        source->is_cut_short = true;
        png_error(png, "the file ends");
    }
    memcpy(target, source->bytes + source->place, length);
    source->place += length;
}

static void on_error(png_structp png, png_const_charp text) {
    struct png_source *source = png_get_error_ptr(png);
    snprintf(source->message, NIBBLE_IMAGE_MESSAGE_SIZE, "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

// Whether pixels are single numbers of 16 bits, which Pillow reads as whole numbers and cuts off at 255.
static bool is_wide_grey(png_structp png, png_infop info) {
    return png_get_bit_depth(png, info) == 16 && png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY;
}

// Asks for red, green and blue of 8 bits; of wide grey for its numbers as they are. Transparency and gamma are left aside.
static void set_transformations(png_structp png, png_infop info) {
    if (is_wide_grey(png, info)) return;
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    png_set_gray_to_rgb(png);
}

// Grey of 16 bits stands in the last two thirds of the memory; a pixel's three bytes never reach a number not read yet.
static void spread_wide_grey(uint8_t *pixels, size_t count) {
    const uint8_t *wide = pixels + count;
    for (size_t pixel = 0; pixel < count; pixel++) {
        uint8_t value = wide[2 * pixel] != 0 ? 255 : wide[2 * pixel + 1];
        memset(pixels + 3 * pixel, value, 3);
    }
}

static void read_rows(png_structp png, png_infop info, uint32_t width, uint32_t height, uint8_t *pixels) {
    bool is_wide = is_wide_grey(png, info);
    set_transformations(png, info);
    // An image in seven passes fills its rows bit by bit.
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t stride = (size_t)width * (is_wide ? 2 : 3);
    if (png_get_rowbytes(png, info) != stride) png_error(png, "rows of an unexpected length");
    uint8_t *start = pixels + (is_wide ? (size_t)width * height : 0);
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t row = 0; row < height; row++) png_read_row(png, start + row * stride, NULL);
    }
    png_read_end(png, NULL);
    if (is_wide) spread_wide_grey(pixels, (size_t)width * height);
}

enum nibble_image_result nibble_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message) {
    struct png_source source = {bytes, count, 0, false, message};
    message[0] = 0;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
    if (png == NULL) return NIBBLE_IMAGE_OUT_OF_MEMORY;
    png_infop info = png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        return NIBBLE_IMAGE_OUT_OF_MEMORY;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return source.is_cut_short ? NIBBLE_IMAGE_CUT_SHORT : NIBBLE_IMAGE_DAMAGED;
    }
    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, width, height);
    // What chunks beside the pixels may unpack to.
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 4000000);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "two headers");
    memset(pixels, 0, (size_t)width * height * 3);
    read_rows(png, info, width, height, pixels);
    png_destroy_read_struct(&png, &info, NULL);
    return NIBBLE_IMAGE_DECODED;
}
