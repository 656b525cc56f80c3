// All functions with vectors as parameters are inlined: there is no calling convention to disagree on.
#pragma clang diagnostic ignored "-Wpsabi"

#define REGISTER_CODE __attribute__((always_inline)) static inline
#include "registers.h"
#include "tables.h"

REGISTER_TABLE(portable, )

const nibble_register_table *nibble_portable_register_kernels(void) { return &nibble_portable_register_table; }

const nibble_register_table *nibble_register_kernels(void) {
#if defined(__x86_64__)
    if (nibble_kernels() == &nibble_avx2_table) return &nibble_avx2_register_table;
#endif
    return &nibble_portable_register_table;
}
