#if !__has_include(<xxhash.h>)
#error "xxhash.h is missing. Install it: 'apt-get install libxxhash-dev' (Debian, Ubuntu) or 'brew install xxhash' (macOS, then export CPATH=$(brew --prefix)/include)."
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "CXXHash.h"

// Without it the compiler shares one copy of XXH3 among several callers, and each call becomes two.
#define INLINING __attribute__((flatten))

// Short keys, told apart first: where the length is known to be small the compiler leaves out the rest
// of XXH3, and with it the stack frame that only the rest needs.
enum { short_key = 16 };
#define APART __attribute__((flatten, noinline))

APART static uint64_t long_hash(const void *bytes, size_t length) {
  return XXH3_64bits(bytes, length);
}

INLINING uint64_t cxxhash_xxh3_64(const void *bytes, size_t length) {
  return length <= short_key ? XXH3_64bits(bytes, length) : long_hash(bytes, length);
}

INLINING uint64_t cxxhash_xxh3_64_seeded(const void *bytes, size_t length, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, length, seed);
}

INLINING void cxxhash_xxh3_64_batch(const uint8_t *keys, intptr_t start, const intptr_t *ends,
                                    size_t count, uint64_t seed, uint64_t *hashes) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *key = keys + start;
    size_t length = (size_t)(ends[i] - start);
    hashes[i] = seed == 0 ? XXH3_64bits(key, length) : XXH3_64bits_withSeed(key, length, seed);
    start = ends[i];
  }
}

static inline uint32_t little_endian(const uint8_t *bytes) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
#else
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
#endif
}

INLINING void cxxhash_xxh3_64_entries(const uint8_t *keys, const intptr_t *ends, size_t count,
                                      uint64_t seed, const uint8_t *table, uint64_t slots,
                                      unsigned shift, int32_t *entries) {
  uint32_t mask = UINT32_MAX >> (32 - (8u << shift));
  intptr_t start = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *key = keys + start;
    size_t length = (size_t)(ends[i] - start);
    uint64_t hash = seed == 0 ? XXH3_64bits(key, length) : XXH3_64bits_withSeed(key, length, seed);
    uint64_t slot = (uint64_t)(((unsigned __int128)hash * slots) >> 64);
    entries[i] = (int32_t)(little_endian(table + (slot << shift)) & mask);
    start = ends[i];
  }
}

uint32_t cxxhash_xxh32(const void *bytes, size_t length, uint32_t seed) {
  return XXH32(bytes, length, seed);
}

uint64_t cxxhash_xxh64(const void *bytes, size_t length, uint64_t seed) {
  return XXH64(bytes, length, seed);
}
