#include "nibble.h"

/* What callers of 64-bit systems were compiled with must stay where it is. */
_Static_assert(sizeof(size_t) != 8 || sizeof(nibble_setting) == 4 * sizeof(size_t) + 4 * 4 + 8 + 2 * 4, "members are only added at the end");
_Static_assert(sizeof(size_t) != 8 || offsetof(nibble_setting, range_value) == 2 * sizeof(size_t) + 4 * 4, "members keep their places");
_Static_assert(sizeof(size_t) != 8 || sizeof(nibble_layout) == sizeof(size_t) + 9 * 8 + 8, "members are only added at the end");
_Static_assert(sizeof(size_t) != 8 || offsetof(nibble_layout, bits_per_weight) == sizeof(size_t) + 9 * 8, "members keep their places");
_Static_assert(sizeof(size_t) != 8 || sizeof(nibble_report) == sizeof(size_t) + 8 * 8, "members are only added at the end");
_Static_assert(sizeof(size_t) != 8 || offsetof(nibble_report, values) == sizeof(size_t) + 7 * 8, "members keep their places");

uint32_t nibble_abi_version(void) { return NIBBLE_ABI_VERSION; }
