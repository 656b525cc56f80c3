#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))
#define REGISTER_CODE AVX2 __attribute__((always_inline)) static inline
#include "registers.h"

REGISTER_TABLE(avx2, AVX2)

#endif
