#ifndef C_NIBBLE_IMAGES_H
#define C_NIBBLE_IMAGES_H

#include <stddef.h>
#include <stdint.h>

// Decoding of images in memory through libpng and libjpeg. Both report errors by longjmp, which Swift code must not be jumped
// over; everything that jumps stays in here.

// How a decoding ended.
enum nibble_image_result {
    NIBBLE_IMAGE_DECODED = 0,
    // The bytes end before the image does.
    NIBBLE_IMAGE_CUT_SHORT = 1,
    // The library cannot read it, and says why in the message.
    NIBBLE_IMAGE_DAMAGED = 2,
    NIBBLE_IMAGE_OUT_OF_MEMORY = 3,
};

enum { NIBBLE_IMAGE_MESSAGE_SIZE = 256 };

// Decodes an image of `width` × `height` pixels, as its header says, into red, green and blue of one byte each, row by row:
// `pixels` has room for 3 · width · height bytes. Colours become bytes as Pillow's convert("RGB") makes them. `message` has
// room for NIBBLE_IMAGE_MESSAGE_SIZE bytes and holds the library's own words after NIBBLE_IMAGE_DAMAGED.
enum nibble_image_result nibble_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message);
enum nibble_image_result nibble_jpeg_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels, char *message);

#endif
