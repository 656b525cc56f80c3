#include "CNibbleImages.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>

// Reading by libjpeg's interface; see "Decompression details" and "Error handling" in its libjpeg.txt.

// An image of many scans unpacks each over all of it: a small file could keep a machine busy for hours.
enum { scan_limit = 500 };

struct jpeg_failure {
    struct jpeg_error_mgr base;
    jmp_buf jump;
    enum nibble_image_result result;
    char *message;
};

static void on_error(j_common_ptr info) {
    struct jpeg_failure *failure = (struct jpeg_failure *)info->err;
    char text[JMSG_LENGTH_MAX];
    (*info->err->format_message)(info, text);
    snprintf(failure->message, NIBBLE_IMAGE_MESSAGE_SIZE, "%s", text);
    if (info->err->msg_code == JERR_OUT_OF_MEMORY) failure->result = NIBBLE_IMAGE_OUT_OF_MEMORY;
    longjmp(failure->jump, 1);
}

// The library goes on after warnings and makes pixels up; that is no image.
static void on_message(j_common_ptr info, int level) {
    struct jpeg_failure *failure = (struct jpeg_failure *)info->err;
    if (level >= 0) return;
    switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
        failure->result = NIBBLE_IMAGE_CUT_SHORT;
        on_error(info);
        break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
        on_error(info);
        break;
    default: break;
    }
}

static void on_progress(j_common_ptr info) {
    j_decompress_ptr decompressing = (j_decompress_ptr)info;
    if (decompressing->input_scan_number <= scan_limit) return;
    struct jpeg_failure *failure = (struct jpeg_failure *)info->err;
    snprintf(failure->message, NIBBLE_IMAGE_MESSAGE_SIZE, "It has more than %d scans", scan_limit);
    longjmp(failure->jump, 1);
}

// a · b ÷ 255, rounded as Pillow's MULDIV255.
static uint8_t part(uint8_t a, uint8_t b) {
    unsigned product = (unsigned)a * b + 128;
    return (uint8_t)(((product >> 8) + product) >> 8);
}

// Inks as Adobe's programs write them, 255 for none, to colours: Pillow takes every file for one of theirs.
static void convert_inks(const uint8_t *inks, uint8_t *pixels, uint32_t width) {
    for (uint32_t x = 0; x < width; x++, inks += 4, pixels += 3) {
        for (int channel = 0; channel < 3; channel++)
            pixels[channel] = (uint8_t)(inks[3] - part((uint8_t)(255 - inks[channel]), inks[3]));
    }
}

static void read_rows(j_decompress_ptr info, uint32_t width, uint8_t *pixels) {
    bool has_inks = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    info->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(info);
    JSAMPARRAY inks = (*info->mem->alloc_sarray)((j_common_ptr)info, JPOOL_IMAGE, 4 * width, 1);
    while (info->output_scanline < info->output_height) {
        uint8_t *row = pixels + (size_t)info->output_scanline * width * 3;
        JSAMPROW target = has_inks ? inks[0] : row;
        if (jpeg_read_scanlines(info, &target, 1) == 1 && has_inks) convert_inks(inks[0], row, width);
    }
    jpeg_finish_decompress(info);
}

enum nibble_image_result nibble_jpeg_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message) {
    struct jpeg_decompress_struct info;
    struct jpeg_failure failure;
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    memset(&info, 0, sizeof info);
    message[0] = 0;
    failure.result = NIBBLE_IMAGE_DAMAGED;
    failure.message = message;
    info.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = on_error;
    failure.base.emit_message = on_message;
    if (setjmp(failure.jump)) {
        jpeg_destroy_decompress(&info);
        return failure.result;
    }
    jpeg_create_decompress(&info);
    info.progress = &progress;
    jpeg_mem_src(&info, bytes, count);
    jpeg_read_header(&info, TRUE);
    if (info.image_width != width || info.image_height != height) ERREXIT(&info, JERR_BAD_LENGTH);
    read_rows(&info, width, pixels);
    jpeg_destroy_decompress(&info);
    return NIBBLE_IMAGE_DECODED;
}
