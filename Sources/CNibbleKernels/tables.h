#ifndef NIBBLE_TABLES_H
#define NIBBLE_TABLES_H

#include "CNibbleKernels.h"

extern const nibble_kernel_table nibble_portable_table;
#if defined(__x86_64__)
extern const nibble_kernel_table nibble_avx2_table;
#endif

#endif
