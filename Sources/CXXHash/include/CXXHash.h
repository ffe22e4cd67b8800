#ifndef CXXHASH_H
#define CXXHASH_H

#include <stddef.h>
#include <stdint.h>

#include "Kernels.h"

// Prototypes only: the bodies are compiled once, in CXXHash.c, so that no Swift module gets a copy
// of xxHash of its own and nothing has to be linked at run time.

/// XXH3, 64 bits, under the default secret and seed 0.
uint64_t cxxhash_xxh3_64(const void *bytes, size_t length);

/// XXH3, 64 bits, under a seed.
uint64_t cxxhash_xxh3_64_seeded(const void *bytes, size_t length, uint64_t seed);

/// XXH3 of many keys end to end, the first beginning at `start`: hashes[i] is that of the key that
/// ends before keys[ends[i]].
void cxxhash_xxh3_64_batch(const uint8_t *keys, intptr_t start, const intptr_t *ends, size_t count,
                           uint64_t seed, uint64_t *hashes);

/// The entries of a table for many keys end to end from the first byte on: each at the slot that
/// the high half of the key's XXH3 times the number of slots names. An entry has `1 << shift` bytes,
/// little-endian; three bytes after the last are read too.
void cxxhash_xxh3_64_entries(const uint8_t *keys, const intptr_t *ends, size_t count, uint64_t seed,
                             const uint8_t *table, uint64_t slots, unsigned shift, int32_t *entries);

/// XXH32 under a seed.
uint32_t cxxhash_xxh32(const void *bytes, size_t length, uint32_t seed);

/// XXH64 under a seed.
uint64_t cxxhash_xxh64(const void *bytes, size_t length, uint64_t seed);

#endif
