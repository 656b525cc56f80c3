#include "CNibbleKernels.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

/// Sets of instructions that loops are written for, each with all of the one before.
typedef enum { PORTABLE, AVX2, AVX512 } instruction_level;

static const char *const names[] = {"portable", "avx2", "avx512"};

/// What the processor has.
static instruction_level level_of_processor(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c"))
        return PORTABLE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
        return AVX512;
    return AVX2;
#else
    return PORTABLE;
#endif
}

/// What the environment variable NIBBLE_INSTRUCTIONS allows, for comparison; the processor's all unless it names a set.
static instruction_level allowed_level(void) {
    const char *name = getenv("NIBBLE_INSTRUCTIONS");
    for (instruction_level level = PORTABLE; name && level < AVX512; level++)
        if (strcmp(name, names[level]) == 0) return level;
    return AVX512;
}

/// The set that is used, decided once.
static instruction_level current_level(void) {
    static int answer = -1;
    int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
    if (known < 0) {
        instruction_level has = level_of_processor(), allowed = allowed_level();
        known = (int)(has < allowed ? has : allowed);
        __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    }
    return (instruction_level)known;
}

const char *nibble_instructions(void) { return names[current_level()]; }

const nibble_kernel_table *nibble_portable_kernels(void) { return &nibble_portable_table; }

const nibble_kernel_table *nibble_kernels(void) {
#if defined(__x86_64__)
    if (current_level() >= AVX2) return &nibble_avx2_table;
#endif
    return &nibble_portable_table;
}

#if defined(__x86_64__)
static const nibble_interleaved_table *const interleaved_tables[] = {
    &nibble_portable_interleaved_table, &nibble_avx2_interleaved_table, &nibble_avx512_interleaved_table};
static const nibble_elementwise_table *const elementwise_tables[] = {
    &nibble_portable_elementwise_table, &nibble_avx2_elementwise_table, &nibble_avx512_elementwise_table};
#else
static const nibble_interleaved_table *const interleaved_tables[] = {&nibble_portable_interleaved_table};
static const nibble_elementwise_table *const elementwise_tables[] = {&nibble_portable_elementwise_table};
#endif

const nibble_interleaved_table *nibble_interleaved_kernels(void) { return interleaved_tables[current_level()]; }

const nibble_interleaved_table *nibble_portable_interleaved_kernels(void) { return interleaved_tables[PORTABLE]; }

const nibble_interleaved_table *nibble_interleaved_kernels_at(size_t index) {
    size_t level = (size_t)current_level();
    return index <= level ? interleaved_tables[level - index] : NULL;
}

const nibble_elementwise_table *nibble_elementwise_kernels(void) { return elementwise_tables[current_level()]; }

const nibble_elementwise_table *nibble_portable_elementwise_kernels(void) { return elementwise_tables[PORTABLE]; }

const nibble_elementwise_table *nibble_elementwise_kernels_at(size_t index) {
    size_t level = (size_t)current_level();
    return index <= level ? elementwise_tables[level - index] : NULL;
}
