#if !__has_include(<xxhash.h>)
#error "xxhash.h is missing. Install it: 'apt-get install libxxhash-dev' (Debian, Ubuntu) or 'brew install xxhash' (macOS, then export CPATH=$(brew --prefix)/include)."
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "CXXHash.h"

uint64_t cxxhash_xxh3_64(const void *bytes, size_t length) {
  return XXH3_64bits(bytes, length);
}

uint64_t cxxhash_xxh3_64_seeded(const void *bytes, size_t length, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, length, seed);
}

uint32_t cxxhash_xxh32(const void *bytes, size_t length, uint32_t seed) {
  return XXH32(bytes, length, seed);
}

uint64_t cxxhash_xxh64(const void *bytes, size_t length, uint64_t seed) {
  return XXH64(bytes, length, seed);
}
