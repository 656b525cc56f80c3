#include "CNibbleKernels.h"
#include "tables.h"

#include <string.h>

/// Codes before `start` are packed already; `start` is a multiple of 8, so that it begins a byte.
static void pack_rest(const uint16_t *codes, size_t start, size_t count, unsigned bits, uint8_t *bytes) {
    uint32_t pending = 0;
    unsigned pending_bits = 0;
    uint8_t *target = bytes + start / 8 * bits;
    for (size_t i = start; i < count; i++) {
        pending |= (uint32_t)codes[i] << pending_bits;
        pending_bits += bits;
        for (; pending_bits >= 8; pending_bits -= 8, pending >>= 8) *target++ = (uint8_t)pending;
    }
    if (pending_bits > 0) *target = (uint8_t)pending;
}

static size_t pack_nibbles(const uint16_t *codes, size_t count, uint8_t *bytes) {
    size_t whole = count / 8 * 8;
    for (size_t i = 0; i < whole / 2; i++) bytes[i] = (uint8_t)(codes[2 * i] | codes[2 * i + 1] << 4);
    return whole;
}

static size_t pack_bytes(const uint16_t *codes, size_t count, uint8_t *bytes) {
    size_t whole = count / 8 * 8;
    for (size_t i = 0; i < whole; i++) bytes[i] = (uint8_t)codes[i];
    return whole;
}

/// Eight codes of up to 8 bits fill `bits` bytes.
static size_t pack_eights(const uint16_t *codes, size_t count, unsigned bits, uint8_t *bytes) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++) word |= (uint64_t)codes[i + k] << (k * bits);
        for (unsigned k = 0; k < bits; k++) bytes[i / 8 * bits + k] = (uint8_t)(word >> (8 * k));
    }
    return i;
}

void nibble_pack(const uint16_t *codes, size_t count, unsigned bits, uint8_t *bytes) {
    size_t done = 0;
    if (bits == 4) done = pack_nibbles(codes, count, bytes);
    else if (bits == 8) done = pack_bytes(codes, count, bytes);
    else if (bits < 8) done = pack_eights(codes, count, bits, bytes);
    pack_rest(codes, done, count, bits, bytes);
}

/// Reads only the bytes that the code lies in.
int16_t nibble_code_at(const uint8_t *bytes, unsigned bits, size_t index) {
    size_t bit = index * bits;
    const uint8_t *source = bytes + bit / 8;
    unsigned shift = bit % 8;
    uint32_t word = source[0];
    if (shift + bits > 8) word |= (uint32_t)source[1] << 8;
    if (shift + bits > 16) word |= (uint32_t)source[2] << 16;
    return (int16_t)(word >> shift & ((1u << bits) - 1));
}
