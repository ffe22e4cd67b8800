#include "Kernels.h"
#include "MaskBits.h"
#include "RendezvousScores.h"

#include <string.h>

// The best bid among the nodes that a mask allows.

/// The first node that is allowed, UINT64_MAX if none is.
__attribute__((noinline)) static uint64_t first_allowed(const uint64_t *mask, size_t first,
                                                        size_t end) {
  FOR_EACH_ALLOWED(place, mask, first, end) return place;
  return UINT64_MAX;
}

/// The loops below start from a score of 0 and take larger ones only. If they find none, all nodes that
/// are allowed have a score of 0, and the first wins.
static inline cxxhash_bid won(cxxhash_bid best, const uint64_t *mask, size_t first, size_t end) {
  if (__builtin_expect(best.score == 0, 0)) best.place = first_allowed(mask, first, end);
  return best;
}

static inline void portable_take(cxxhash_bid *best, uint64_t key, const uint64_t *nodes,
                                 size_t place) {
  uint64_t score = cxxhash_score(key, nodes[place]);
  best->place = score > best->score ? place : best->place;
  best->score = score > best->score ? score : best->score;
}

static cxxhash_bid portable_among(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                                  const uint64_t *mask) {
  cxxhash_bid best = {0, UINT64_MAX};
  for (size_t from = first, stop; from < end; from = stop) {
    stop = end <= (from | 63) ? end : (from | 63) + 1;
    uint64_t all = UINT64_MAX >> (64 - (stop - from));
    uint64_t bits = mask[from >> 6] >> (from & 63) & all;
    if (bits == all) {
      for (size_t place = from; place < stop; place++) portable_take(&best, key, nodes, place);
    } else {
      for (; bits != 0; bits &= bits - 1) {
        portable_take(&best, key, nodes, from + (size_t)__builtin_ctzll(bits));
      }
    }
  }
  return won(best, mask, first, end);
}

#if defined(__x86_64__)

/// At least 57 bits of a mask, that of node `place` first.
static inline uint64_t bits_from(const uint64_t *mask, size_t place) {
  uint64_t bits;
  memcpy(&bits, (const uint8_t *)mask + (place >> 3), sizeof bits);
  return bits >> (place & 7);
}

/// The first four bits of a mask as the signs of the lanes. A shift to the left by four brings the next.
AVX2 static inline __m256i avx2_signs(uint64_t bits) {
  bits = __builtin_bswap64(bits);
  bits = (bits & 0x0F0F0F0F0F0F0F0F) << 4 | (bits >> 4 & 0x0F0F0F0F0F0F0F0F);
  return _mm256_sllv_epi64(_mm256_set1_epi64x((int64_t)bits), _mm256_set_epi64x(0, 1, 2, 3));
}

AVX2 static inline __m256i avx2_select(__m256i a, __m256i b, __m256i signs) {
  return _mm256_castpd_si256(_mm256_blendv_pd(_mm256_castsi256_pd(a), _mm256_castsi256_pd(b),
                                              _mm256_castsi256_pd(signs)));
}

typedef struct {
  __m256i score, place, at;
} avx2_bids;

/// Takes those of up to 56 nodes, a multiple of four, that `bits` allows. With `all` set, that is each
/// of them, and the bits are not read.
AVX2 INLINE void avx2_take(avx2_bids *best, __m256i key, const uint64_t *nodes, size_t count,
                           uint64_t bits, int all) {
  __m256i signs = avx2_signs(bits);
  for (size_t i = 0; i < count; i += 4) {
    __m256i bid = avx2_scores(key, _mm256_loadu_si256((const __m256i *)(nodes + i)));
    __m256i wins = _mm256_cmpgt_epi64(bid, best->score);
    if (!all) {
      wins = _mm256_and_si256(wins, signs);
      signs = _mm256_slli_epi64(signs, 4);
    }
    best->score = avx2_select(best->score, bid, wins);
    best->place = avx2_select(best->place, best->at, wins);
    best->at = _mm256_add_epi64(best->at, _mm256_set1_epi64x(4));
  }
}

AVX2 static cxxhash_bid avx2_among(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                                   const uint64_t *mask) {
  const __m256i keys = _mm256_set1_epi64x((int64_t)key);
  const __m256i order = _mm256_set_epi64x(3, 2, 1, 0);
  __m256i at = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)first), order);
  avx2_bids best = {_mm256_set1_epi64x(INT64_MIN), at, at};
  for (size_t next = first, count; next < end; next += count) {
    count = end - next < 56 ? (end - next) & ~(size_t)3 : 56;
    if (count == 0) {
      // The last four; those seen before offer the same again and so win nothing.
      next = end - 4;
      count = 4;
      best.at = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)next), order);
    }
    uint64_t bits = bits_from(mask, next);
    if (~bits << (64 - count) == 0) {
      avx2_take(&best, keys, nodes + next, count, bits, 1);
    } else {
      avx2_take(&best, keys, nodes + next, count, bits, 0);
    }
  }
  AVX2_REDUCE(best.score, best.place, SWAP_HALVES);
  AVX2_REDUCE(best.score, best.place, SWAP_PAIRS);
  cxxhash_bid bid = {(uint64_t)_mm256_extract_epi64(best.score, 0) ^ (uint64_t)INT64_MIN,
                     (uint64_t)_mm256_extract_epi64(best.place, 0)};
  return won(bid, mask, first, end);
}

AVX512 INLINE void avx512_take(avx512_bids *best, __m512i *at, __m512i scores, __mmask8 allowed) {
  __mmask8 wins = _mm512_mask_cmpgt_epu64_mask(allowed, scores, best->score);
  best->score = _mm512_mask_mov_epi64(best->score, wins, scores);
  best->place = _mm512_mask_mov_epi64(best->place, wins, *at);
  *at = _mm512_add_epi64(*at, _mm512_set1_epi64(8));
}

AVX512 static cxxhash_bid avx512_among(uint64_t key, const uint64_t *nodes, size_t first,
                                       size_t end, const uint64_t *mask) {
  const __m512i keys = _mm512_set1_epi64((int64_t)key);
  __m512i at = _mm512_add_epi64(_mm512_set1_epi64((int64_t)first),
                                _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
  avx512_bids best = {_mm512_setzero_si512(), at};
  size_t next = first;
  while (end - next >= 8) {
    size_t stop = end - next < 56 ? next + ((end - next) & ~(size_t)7) : next + 56;
    for (uint64_t bits = bits_from(mask, next); next < stop; next += 8, bits >>= 8) {
      __m512i scores = avx512_scores(keys, _mm512_loadu_si512(nodes + next));
      avx512_take(&best, &at, scores, (__mmask8)bits);
    }
  }
  __mmask8 present = (__mmask8)((1u << (end - next)) - 1);
  __m512i last = avx512_scores(keys, _mm512_maskz_loadu_epi64(present, nodes + next));
  avx512_take(&best, &at, last, (__mmask8)(present & bits_from(mask, next)));
  uint64_t score = _mm512_reduce_max_epu64(best.score);
  return won((cxxhash_bid){score, avx512_place(best, score)}, mask, first, end);
}

#endif

// With fewer nodes a vector is not full.
enum { vector_nodes = 4 };

cxxhash_bid cxxhash_rendezvous_among(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                                     const uint64_t *mask, int instructions) {
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512 && end - first >= vector_nodes) {
    return avx512_among(key, nodes, first, end, mask);
  }
  if (instructions == cxxhash_avx2 && end - first >= vector_nodes) {
    return avx2_among(key, nodes, first, end, mask);
  }
#endif
  (void)instructions;
  return portable_among(key, nodes, first, end, mask);
}
