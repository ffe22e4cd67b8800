#ifndef CXXHASH_KERNELS_H
#define CXXHASH_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Loops over many keys or many nodes, in vector instructions where the processor has them. Every form
// of a loop gives the same bits; tests compare them all.

/// The instructions that a loop may use, each including those before it.
enum cxxhash_instructions {
  cxxhash_portable = 0,
  cxxhash_avx2 = 1,
  cxxhash_avx512 = 2,
};

/// The best that this processor has, unless the environment variable CONSISTENT_HASHING_INSTRUCTIONS
/// (`portable`, `avx2` or `avx512`) asks for less. Read once in a process.
int cxxhash_instructions(void);

/// Asks for the cache line of an address, to be there when it is read a little later.
static inline void cxxhash_prefetch(const void *address) { __builtin_prefetch(address); }

/// Lamping and Veach's jump consistent hash of one key over 1 to 2³¹ − 1 slots.
static inline int32_t cxxhash_jump(uint64_t key, int32_t slots) {
  int64_t slot = 0;
  int64_t next = 0;
  while (next < slots) {
    slot = next;
    key = key * 2862933555777941757u + 1;
    next = (int64_t)((double)(slot + 1) * (0x1p31 / (double)((key >> 33) + 1)));
  }
  return (int32_t)slot;
}

/// The same for many keys: chosen[i] is the slot of keys[i].
void cxxhash_jump_batch(const uint64_t *keys, int32_t *chosen, size_t count, int32_t slots,
                        int instructions);

/// The best place for a key under rendezvous hashing and its score.
typedef struct {
  uint64_t score;
  uint64_t place;
} cxxhash_bid;

/// XXH3 of 8 bytes under a seed begins with steps that are linear over bits, so that what depends on
/// the key and what depends on the seed (a node) are computed apart, once each, and only meet here.
static inline uint64_t cxxhash_score(uint64_t key, uint64_t node) {
  uint64_t h = key ^ node;
  h *= 0x9FB21C651E98DF25u;
  h ^= (h >> 35) + 8;
  h *= 0x9FB21C651E98DF25u;
  return h ^ (h >> 28);
}

/// The largest score of a key over `count` ≥ 1 nodes, ties to the first.
cxxhash_bid cxxhash_rendezvous(uint64_t key, const uint64_t *nodes, size_t count, int instructions);

/// The same for many keys: places[i] and scores[i] are the bid for keys[i].
void cxxhash_rendezvous_batch(const uint64_t *keys, uint64_t *places, uint64_t *scores,
                              size_t count, const uint64_t *nodes, size_t node_count,
                              int instructions);

#endif
