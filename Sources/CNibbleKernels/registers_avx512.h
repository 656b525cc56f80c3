#ifndef NIBBLE_REGISTERS_AVX512_H
#define NIBBLE_REGISTERS_AVX512_H

#include "CNibbleKernels.h"

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))
#define INLINE __attribute__((always_inline)) static inline

/// Counts what is not finite and adds the bias to 16 sums of a pair.
AVX512 INLINE __m512 finished(__m512 sums, nibble_float_totals totals, size_t pair) {
    if (totals.strange) {
        // NaN and infinities less themselves are NaN.
        __mmask16 finite = _mm512_cmp_ps_mask(_mm512_sub_ps(sums, sums), _mm512_setzero_ps(), _CMP_EQ_OQ);
        *totals.strange += 16 - (size_t)__builtin_popcount(finite);
    }
    return totals.bias ? _mm512_add_ps(sums, _mm512_loadu_ps(totals.bias + 16 * pair)) : sums;
}

/// Calls `function(…, count, …)` with a constant for 1 … 12 tokens, so that each count gets a loop whose sums stay in registers.
#define FOR_EACH_COUNT(count, call) \
    switch (count) {                \
    case 1: call(1); break;         \
    case 2: call(2); break;         \
    case 3: call(3); break;         \
    case 4: call(4); break;         \
    case 5: call(5); break;         \
    case 6: call(6); break;         \
    case 7: call(7); break;         \
    case 8: call(8); break;         \
    case 9: call(9); break;         \
    case 10: call(10); break;       \
    case 11: call(11); break;       \
    default: call(12); break;       \
    }

#endif
