// Encodes rows into blocks of GGUF formats, byte by byte as ggml's quantizers do (ggml-quants.c, as described in Numerics §6).
// Each instruction set includes this file after encode_search.h and encode_levels.h with its own
//   LANES_CODE                 attributes of a function
//   HALF(bytes)                the f16 at an address, as f32
//   STORE_HALF(value, bytes)   rounds to f16

/// What a block is made of: finite values within reach, and their importance or NULL.
typedef struct {
    const float *x;
    const float *importance;
} block_source;

LANES_CODE float square_sum(const float *x, size_t count) {
    float sum = 0;
    for (size_t i = 0; i < count; i++) sum += x[i] * x[i];
    return sum;
}

/// importance · √(square + x²)
LANES_CODE void importance_weights(const float *x, const float *importance, size_t count, float square, float *weights) {
    for (size_t i = 0; i < count; i += 8) {
        lanes value = load_lanes(x + i);
        lanes weight = load_lanes(importance + i) * __builtin_elementwise_sqrt(square + value * value);
        memcpy(weights + i, &weight, sizeof weight);
    }
}

/// The smallest and largest of 32 values.
LANES_CODE void range_of_32(const float *x, float *lower, float *upper) {
    lanes a = load_lanes(x), b = load_lanes(x + 8), c = load_lanes(x + 16), d = load_lanes(x + 24);
    lanes least = lesser(lesser(a, b), lesser(c, d)), most = greater(greater(a, b), greater(c, d));
    *lower = -greatest_lane(-least);
    *upper = greatest_lane(most);
}

/// The one of 32 values with the largest magnitude, the first on ties.
LANES_CODE float largest_of_32(const float *x) {
    float lower, upper;
    range_of_32(x, &lower, &upper);
    if (upper != -lower) return upper > -lower ? upper : lower;
    if (upper == 0) return 0;
    for (size_t i = 0; i < 32; i++)
        if (__builtin_fabsf(x[i]) == upper) return x[i];
    return 0;
}

/// The same for formats with minima: of zeros the sign of the first one counts.
LANES_CODE void signed_range_of_32(const float *x, float *lower, float *upper) {
    range_of_32(x, lower, upper);
    if (*lower != 0) return;
    size_t i = 0;
    while (x[i] != 0) i++;
    *lower = x[i];
    if (*upper == 0) *upper = x[i];
}

LANES_CODE float inverse_of(float scale) { return scale != 0 ? 1 / scale : 0; }

/// trunc(x · inverse + offset) of 32 values within 0 … end, after `lower` is taken off.
LANES_CODE void truncated_codes(const float *x, float lower, float inverse, float offset, float end, uint8_t *codes) {
    for (size_t i = 0; i < 32; i += 8) {
        lanes steps = (load_lanes(x + i) - lower) * inverse + offset;
        store_bytes(lesser(greater(steps, all_lanes(0)), all_lanes(end)), codes + i);
    }
}

/// Low halves, then high halves.
LANES_CODE void pack_nibbles(const uint8_t *codes, size_t count, uint8_t *bytes) {
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)((codes[i] & 15) | codes[count + i] << 4);
}

/// Byte 32h + l holds the lowest two bits of codes 128h + l + {0, 32, 64, 96}.
LANES_CODE void pack_pairs_of_bits(const uint8_t *codes, uint8_t *bytes) {
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < 32; i++) {
            const uint8_t *c = codes + 128 * half + i;
            bytes[32 * half + i] =
                (uint8_t)((c[0] & 3) | (c[32] & 3) << 2 | (c[64] & 3) << 4 | (c[96] & 3) << 6);
        }
}

/// Bit 4 of 32 codes.
LANES_CODE void pack_fifth_bits(const uint8_t *codes, uint8_t *bytes) {
    for (size_t i = 0; i < 4; i++) {
        uint8_t byte = 0;
        for (size_t bit = 0; bit < 8; bit++) byte |= (uint8_t)((codes[8 * i + bit] >> 4 & 1) << bit);
        bytes[i] = byte;
    }
}

LANES_CODE void encode_q4_0(block_source source, uint8_t *block) {
    uint8_t codes[32];
    float scale = largest_of_32(source.x) / -8;
    STORE_HALF(scale, block);
    truncated_codes(source.x, 0, inverse_of(scale), 8.5f, 15, codes);
    pack_nibbles(codes, 16, block + 2);
}

LANES_CODE void encode_q4_1(block_source source, uint8_t *block) {
    uint8_t codes[32];
    float lower, upper;
    signed_range_of_32(source.x, &lower, &upper);
    float scale = (upper - lower) / 15;
    STORE_HALF(scale, block);
    STORE_HALF(lower, block + 2);
    truncated_codes(source.x, lower, inverse_of(scale), 0.5f, 15, codes);
    pack_nibbles(codes, 16, block + 4);
}

LANES_CODE void encode_q5_0(block_source source, uint8_t *block) {
    uint8_t codes[32];
    float scale = largest_of_32(source.x) / -16;
    STORE_HALF(scale, block);
    truncated_codes(source.x, 0, inverse_of(scale), 16.5f, 31, codes);
    pack_fifth_bits(codes, block + 2);
    pack_nibbles(codes, 16, block + 6);
}

LANES_CODE void encode_q5_1(block_source source, uint8_t *block) {
    uint8_t codes[32];
    float lower, upper;
    signed_range_of_32(source.x, &lower, &upper);
    float scale = (upper - lower) / 31;
    STORE_HALF(scale, block);
    STORE_HALF(lower, block + 2);
    truncated_codes(source.x, lower, inverse_of(scale), 0.5f, 31, codes);
    pack_fifth_bits(codes, block + 4);
    pack_nibbles(codes, 16, block + 8);
}

/// Whole steps, half away from zero, within ±end; NaN, of a value times the infinite inverse of a scale near zero, gives 0.
LANES_CODE lanes rounded_away(lanes steps, float end) {
    steps = pick(steps == steps, steps, all_lanes(0));
    steps = lesser(greater(steps, all_lanes(-end)), all_lanes(end));
    lanes whole = __builtin_convertvector(__builtin_convertvector(steps, lane_masks), lanes), rest = steps - whole;
    whole += (lanes)((lane_masks)all_lanes(1) & (rest >= 0.5f));
    return whole - (lanes)((lane_masks)all_lanes(1) & (rest <= -0.5f));
}

LANES_CODE void encode_q8_0(block_source source, uint8_t *block) {
    float scale = __builtin_fabsf(largest_of_32(source.x)) / 127, inverse = inverse_of(scale);
    STORE_HALF(scale, block);
    for (size_t i = 0; i < 32; i += 8) {
        lanes whole = rounded_away(load_lanes(source.x + i) * inverse, 127);
        lane_bytes bytes = __builtin_convertvector(__builtin_convertvector(whole, lane_masks), lane_bytes);
        memcpy(block + 2 + i, &bytes, sizeof bytes);
    }
}

/// Weights of one group of 32 for the search among levels.
LANES_CODE void level_weights(const float *x, const float *importance, float square, float *weights) {
    if (importance) importance_weights(x, importance, 32, square, weights);
    else
        for (size_t i = 0; i < 32; i++) weights[i] = x[i] * x[i];
}

LANES_CODE void encode_iq4_nl(block_source source, uint8_t *block) {
    float weights[32];
    uint8_t codes[32];
    level_weights(source.x, source.importance, source.importance ? square_sum(source.x, 32) * (2.0f / 32) : 0, weights);
    float scale = level_search(source.x, weights);
    STORE_HALF(scale, block);
    level_codes(source.x, inverse_of(scale), codes);
    pack_nibbles(codes, 16, block + 2);
}

LANES_CODE void encode_iq4_xs(block_source source, uint8_t *block) {
    float weights[32], scales[8], largest = 0;
    float square = source.importance ? square_sum(source.x, 256) * (2.0f / 256) : 0;
    for (size_t g = 0; g < 8; g++) {
        const float *importance = source.importance ? source.importance + 32 * g : NULL;
        level_weights(source.x + 32 * g, importance, square, weights);
        scales[g] = level_search(source.x + 32 * g, weights);
        if (__builtin_fabsf(scales[g]) > __builtin_fabsf(largest)) largest = scales[g];
    }
    float factor = -largest / 32, inverse = inverse_of(factor);
    STORE_HALF(factor, block);
    uint32_t high = 0;
    memset(block + 2, 0, 6);
    for (size_t g = 0; g < 8; g++) {
        uint8_t codes[32];
        float code = whole_number(inverse * scales[g], -32, 31);
        uint32_t stored = (uint32_t)(code + 32);
        // The factor before its rounding to f16.
        level_codes(source.x + 32 * g, inverse_of(factor * code), codes);
        pack_nibbles(codes, 16, block + 8 + 16 * g);
        block[4 + g / 2] |= (uint8_t)((stored & 15) << (g % 2 * 4));
        high |= (stored >> 4) << (2 * g);
    }
    block[2] = (uint8_t)high;
    block[3] = (uint8_t)(high >> 8);
}

LANES_CODE float largest_magnitude_of(const float *x, size_t count) {
    lanes largest = all_lanes(0);
    for (size_t i = 0; i < count; i += 8) largest = greater(magnitudes_of(load_lanes(x + i)), largest);
    return greatest_lane(largest);
}

/// The steps of 256 values from −1 to 1, plus one; half away from zero.
LANES_CODE void trits_of(const float *x, float inverse, uint8_t *trits) {
    for (size_t i = 0; i < 256; i += 8) store_bytes(rounded_away(load_lanes(x + i) * inverse, 1) + 1, trits + i);
}

LANES_CODE void encode_tq2_0(block_source source, uint8_t *block) {
    uint8_t trits[256];
    float scale = largest_magnitude_of(source.x, 256);
    STORE_HALF(scale, block + 64);
    trits_of(source.x, inverse_of(scale), trits);
    pack_pairs_of_bits(trits, block);
}

/// ⌈number of five trits · 256 ÷ 243⌉
LANES_CODE uint8_t byte_of_trits(uint32_t number) { return (uint8_t)((number * 256 + 242) / 243); }

LANES_CODE void encode_tq1_0(block_source source, uint8_t *block) {
    uint8_t t[256];
    float scale = largest_magnitude_of(source.x, 256);
    STORE_HALF(scale, block + 52);
    trits_of(source.x, inverse_of(scale), t);
    for (size_t i = 0; i < 32; i++)
        block[i] = byte_of_trits((((t[i] * 3u + t[32 + i]) * 3 + t[64 + i]) * 3 + t[96 + i]) * 3 + t[128 + i]);
    for (size_t i = 160; i < 176; i++)
        block[i - 128] = byte_of_trits((((t[i] * 3u + t[16 + i]) * 3 + t[32 + i]) * 3 + t[48 + i]) * 3 + t[64 + i]);
    for (size_t i = 240; i < 244; i++)
        block[i - 192] = byte_of_trits((((t[i] * 3u + t[4 + i]) * 3 + t[8 + i]) * 3 + t[12 + i]) * 3);
}

/// ⌊log₂⌋ of a finite value above 0 as ggml takes it, of a logarithm that was rounded to f32: just below a power of two it may
/// be that power's.
LANES_CODE int32_t floor_of_rounded_log2(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    int32_t exponent = (int32_t)(bits >> 23) - 127, next = exponent + 1;
    if (exponent == -127 || next == 0) return exponent;
    double below = (double)(0x800000u - (bits & 0x7FFFFFu)) * 0x1p-24;
    double distance = below * (1 + below / 2) * 1.4426950408889634;
    uint32_t size = (uint32_t)(next < 0 ? -next : next), width = 32 - (uint32_t)__builtin_clz(size);
    // The next f32 below a power of two is half as far away as that below other numbers.
    double spacing = (double)(1u << width) * ((next > 0 && (size & (size - 1)) == 0) ? 0x1p-25 : 0x1p-24);
    return distance < spacing / 2 ? next : exponent;
}

LANES_CODE void encode_mxfp4(block_source source, uint8_t *block) {
    uint8_t codes[32];
    float largest = __builtin_fabsf(largest_of_32(source.x));
    int32_t exponent = largest > 0 ? floor_of_rounded_log2(largest) - 2 + 127 : 0;
    exponent = exponent < 0 ? 0 : exponent;
    block[0] = (uint8_t)exponent;
    // 2^(exponent − 128), of the doubled numbers.
    uint32_t bits = exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23;
    float scale;
    memcpy(&scale, &bits, 4);
    e2m1_codes(source.x, 32, scale, codes);
    pack_nibbles(codes, 16, block + 1);
}

/// ggml's fp32_to_ue4m3: the one bit below the fraction decides, and from 256 on there is only 448.
LANES_CODE uint8_t ue4m3_of(float value) {
    uint32_t bits;
    if (!(value > 0)) return 0;
    memcpy(&bits, &value, 4);
    int32_t exponent = (int32_t)(bits >> 23) - 120;
    if (exponent <= 0) {
        float fraction = value * 512 + 0.5f;
        return fraction < 7 ? (uint8_t)fraction : 7;
    }
    uint32_t code = ((uint32_t)exponent << 3 | (bits >> 20 & 7)) + (bits >> 19 & 1);
    return exponent >= 15 || code >= 15 << 3 ? 0x7E : (uint8_t)code;
}

LANES_CODE void encode_nvfp4(block_source source, uint8_t *block) {
    for (size_t part = 0; part < 4; part++) {
        uint8_t codes[16], byte = ue4m3_of(largest_magnitude_of(source.x + 16 * part, 16) / 6);
        block[part] = byte;
        e2m1_codes(source.x + 16 * part, 16, nibble_ue4m3_half(byte), codes);
        pack_nibbles(codes, 8, block + 4 + 8 * part);
    }
}
