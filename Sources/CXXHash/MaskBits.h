#ifndef CXXHASH_MASK_BITS_H
#define CXXHASH_MASK_BITS_H

#include <stddef.h>
#include <stdint.h>

// Bit i & 63 of mask[i >> 6] allows node i. A mask that is NULL allows all.

/// The bits of one word of a mask, those outside of first..<end cleared.
static inline uint64_t allowed_bits(const uint64_t *mask, size_t word, size_t first, size_t end) {
  uint64_t bits = mask == NULL ? UINT64_MAX : mask[word];
  if (word == first >> 6) bits &= UINT64_MAX << (first & 63);
  if (word == (end - 1) >> 6) bits &= UINT64_MAX >> (63 - ((end - 1) & 63));
  return bits;
}

/// Runs the statement that follows with `place` = each node that is allowed, in order.
#define FOR_EACH_ALLOWED(place, mask, first, end)                                              \
  for (size_t word = (first) >> 6; word << 6 < (end); word++)                                  \
    for (uint64_t place, bits = allowed_bits(mask, word, first, end); bits != 0;               \
         bits &= bits - 1)                                                                     \
      if (place = (word << 6) + (uint64_t)__builtin_ctzll(bits), 1)

#endif
