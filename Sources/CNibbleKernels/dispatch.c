#include "CNibbleKernels.h"
#include "tables.h"

const nibble_kernel_table *nibble_portable_kernels(void) { return &nibble_portable_table; }

const nibble_interleaved_table *nibble_portable_interleaved_kernels(void) {
    return &nibble_portable_interleaved_table;
}

#if defined(__x86_64__)
static int has_avx2(void) {
    static int answer = -1;
    int known = __atomic_load_n(&answer, __ATOMIC_RELAXED);
    if (known < 0) {
        __builtin_cpu_init();
        known = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
        __atomic_store_n(&answer, known, __ATOMIC_RELAXED);
    }
    return known;
}
#endif

const nibble_kernel_table *nibble_kernels(void) {
#if defined(__x86_64__)
    if (has_avx2()) return &nibble_avx2_table;
#endif
    return &nibble_portable_table;
}

const nibble_interleaved_table *nibble_interleaved_kernels(void) {
#if defined(__x86_64__)
    if (has_avx2()) return &nibble_avx2_interleaved_table;
#endif
    return &nibble_portable_interleaved_table;
}

const nibble_elementwise_table *nibble_portable_elementwise_kernels(void) {
    return &nibble_portable_elementwise_table;
}

const nibble_elementwise_table *nibble_elementwise_kernels(void) {
#if defined(__x86_64__)
    if (has_avx2()) return &nibble_avx2_elementwise_table;
#endif
    return &nibble_portable_elementwise_table;
}
