#ifndef CXXHASH_KERNELS_H
#define CXXHASH_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/// How many of the first eight ring entries come before a key: those ahead of the first whose
/// difference to the key, as a signed number, is not negative; 8 if there is none.
///
/// Without a branch, as which of the eight it is cannot be predicted.
static inline size_t cxxhash_entries_before(const uint32_t *entries, uint32_t key) {
  typedef int32_t differences __attribute__((ext_vector_type(8)));
  typedef _Bool signs __attribute__((ext_vector_type(8)));
  typedef uint32_t lanes __attribute__((ext_vector_type(8)));
  lanes eight;
  memcpy(&eight, entries, sizeof eight);
  eight -= (lanes)key;
  signs negative = __builtin_convertvector((differences)eight < 0, signs);
  uint8_t bits;
  memcpy(&bits, &negative, sizeof bits);
  return (size_t)__builtin_ctz(~(unsigned)bits);
}

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

/// The same for many keys: places[i] is the best place for keys[i].
void cxxhash_rendezvous_batch(const uint64_t *keys, uint64_t *places, size_t count,
                              const uint64_t *nodes, size_t node_count,
                              int instructions);

/// The largest score of a key over the nodes first..<end that a mask allows, ties to the first, and its
/// place counted from nodes[0]; {0, UINT64_MAX} if none is allowed.
///
/// Bit i & 63 of mask[i >> 6] allows node i. At least one whole word has to follow the word with the bit
/// of the last node; what it holds does not matter.
cxxhash_bid cxxhash_rendezvous_among(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                                     const uint64_t *mask, int instructions);

/// The best `limit` bids, 64 at most, for a key over the nodes first..<end, from the largest score down,
/// equal ones from the first place on. Places count from nodes[0]. Returns how many there are.
///
/// If `mask` is not NULL, nodes that it does not allow are left out. If `after` is not NULL, so are the
/// bids that do not follow it in that order: with the last bid of a call in `after` the next call goes on
/// where that one ended. `best` has room for `limit` bids; `after` may be one of them.
size_t cxxhash_rendezvous_best(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                               const uint64_t *mask, const cxxhash_bid *after, cxxhash_bid *best,
                               size_t limit, int instructions);

/// One interval of [1, 2) of the 128 that cxxhash_logarithm_estimate looks up: the inverse of a number
/// c in it, and −ln c. In the first c is 1 and in the last 2, so that the estimate near −ln 1 = 0 is
/// as good in proportion as elsewhere.
typedef struct {
  double inverse;
  double logarithm;
} cxxhash_logarithm_interval;

/// −ln u for u = ((score >> 11) + 0.5)·2⁻⁵³ to 1 part in 2²⁵, without a division or a branch.
static inline double cxxhash_logarithm_estimate(uint64_t score,
                                                const cxxhash_logarithm_interval *intervals) {
  double scaled = (double)(int64_t)(score >> 11) + 0.5;  // u·2⁵³
  uint64_t bits;
  memcpy(&bits, &scaled, sizeof bits);
  cxxhash_logarithm_interval interval = intervals[bits >> 45 & 127];
  double exponent = (double)(1023 + 53 - (int64_t)(bits >> 52));
  bits = (bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000;
  double mantissa;
  memcpy(&mantissa, &bits, sizeof mantissa);
  // mantissa = c·(1 + r) with |r| ≤ 1/128: the series of ln(1 + r) up to r³ leaves out less than r⁴/4.
  double r = mantissa * interval.inverse - 1;
  return (exponent * 0x1.62e42fefa39efp-1 + interval.logarithm) - r * (1 - r * (0.5 - r * (1.0 / 3)));
}

/// The best place for a key under weighted rendezvous hashing, where nodes of one weight are next to each other
/// as a class: class i ends before nodes[ends[i]], none is empty, and its weight is the inverse of
/// inverse_weights[i]. The place is that of the smallest estimate of −ln u / weight; -1 if the estimate
/// of another class is within `margin` times the smallest, too close to tell.
int64_t cxxhash_rendezvous_weighted(uint64_t key, const uint64_t *nodes, const uint32_t *ends,
                                    const double *inverse_weights, size_t classes,
                                    const cxxhash_logarithm_interval *intervals, double margin,
                                    int instructions);

#endif
