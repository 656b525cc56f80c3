#ifndef NIBBLE_UE4M3_H
#define NIBBLE_UE4M3_H

#include <stdint.h>
#include <string.h>

/// Half the value of an unsigned E4M3 byte, as GGUF's NVFP4 scales doubled numbers; NaN (0x7F) counts as 0.
static inline float nibble_ue4m3_half(uint8_t byte) {
    uint32_t exponent = byte >> 3 & 15, fraction = byte & 7, bits = (exponent + 119) << 23 | fraction << 20;
    float value = (float)fraction * 0x1p-10f;
    if (byte == 0x7F) return 0;
    if (exponent > 0) memcpy(&value, &bits, 4);
    return value;
}

#endif
