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

/// XXH32 under a seed.
uint32_t cxxhash_xxh32(const void *bytes, size_t length, uint32_t seed);

/// XXH64 under a seed.
uint64_t cxxhash_xxh64(const void *bytes, size_t length, uint64_t seed);

#endif
