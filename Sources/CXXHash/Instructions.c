#include "Kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int available(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return cxxhash_portable;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512vl")) {
    return cxxhash_avx2;
  }
  return cxxhash_avx512;
#else
  return cxxhash_portable;
#endif
}

static int allowed(void) {
  const char *wish = getenv("CONSISTENT_HASHING_INSTRUCTIONS");
  if (wish == NULL) return cxxhash_avx512;
  if (strcmp(wish, "portable") == 0) return cxxhash_portable;
  if (strcmp(wish, "avx2") == 0) return cxxhash_avx2;
  return cxxhash_avx512;
}

int cxxhash_instructions(void) {
  // One more than the value, so that 0 is "not asked yet". Threads that meet here write the same.
  static atomic_int known;
  int value = atomic_load_explicit(&known, memory_order_relaxed);
  if (value == 0) {
    int best = available();
    int limit = allowed();
    value = 1 + (best < limit ? best : limit);
    atomic_store_explicit(&known, value, memory_order_relaxed);
  }
  return value - 1;
}
