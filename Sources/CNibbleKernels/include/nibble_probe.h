#ifndef NIBBLE_PROBE_H
#define NIBBLE_PROBE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// What one core can do at most, for benchmarks to compare with. Results only keep the compiler from leaving the work out.

/// Reads `count` bytes in four runs side by side, which is how a processor reads memory fastest.
uint64_t nibble_read_memory(const void *start, size_t count);
/// `rounds` rounds of NIBBLE_PROBE_FLOATS multiplications and as many additions in f32.
float nibble_multiply_floats(size_t rounds);
/// `rounds` rounds of NIBBLE_PROBE_BYTES multiplications of bytes and as many additions, in 16 bits.
int32_t nibble_multiply_bytes(size_t rounds);

/// Multiplications of a round: twelve vectors of 8 numbers.
#define NIBBLE_PROBE_FLOATS 96
/// Multiplications of a round: eight vectors of 32 bytes.
#define NIBBLE_PROBE_BYTES 256

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
