#ifndef CXXHASH_RENDEZVOUS_SCORES_H
#define CXXHASH_RENDEZVOUS_SCORES_H

#include "Kernels.h"
#include "Vectors.h"

// cxxhash_score in vectors, and what finds the best of the lanes in the end.

#if defined(__x86_64__)

#define FACTOR 0x9FB21C651E98DF25u

/// Scores with the top bit turned over: AVX2 compares signed numbers only, and so turned their order
/// is that of the unsigned ones.
AVX2 static inline __m256i avx2_scores(__m256i key, __m256i node) {
  __m256i h = multiply_low(_mm256_xor_si256(key, node), FACTOR);
  h = _mm256_xor_si256(h, _mm256_add_epi64(_mm256_srli_epi64(h, 35), _mm256_set1_epi64x(8)));
  h = multiply_low(h, FACTOR);
  h = _mm256_xor_si256(h, _mm256_srli_epi64(h, 28));
  return _mm256_xor_si256(h, _mm256_set1_epi64x(INT64_MIN));
}

/// Of two bids a lane the larger score, of equal ones the smaller place.
#define AVX2_REDUCE(score, place, move)                                                         \
  do {                                                                                         \
    __m256i other_score = move(score), other_place = move(place);                              \
    __m256i wins = _mm256_or_si256(                                                            \
        _mm256_cmpgt_epi64(other_score, score),                                                \
        _mm256_and_si256(_mm256_cmpeq_epi64(other_score, score),                               \
                         _mm256_cmpgt_epi64(place, other_place)));                             \
    score = _mm256_blendv_epi8(score, other_score, wins);                                      \
    place = _mm256_blendv_epi8(place, other_place, wins);                                      \
  } while (0)
#define SWAP_HALVES(x) _mm256_permute4x64_epi64(x, 0x4E)
#define SWAP_PAIRS(x) _mm256_permute4x64_epi64(x, 0xB1)

AVX512 static inline __m512i avx512_scores(__m512i key, __m512i node) {
  const __m512i factor = _mm512_set1_epi64((int64_t)FACTOR);
  __m512i h = _mm512_mullo_epi64(_mm512_xor_si512(key, node), factor);
  h = _mm512_xor_si512(h, _mm512_add_epi64(_mm512_srli_epi64(h, 35), _mm512_set1_epi64(8)));
  h = _mm512_mullo_epi64(h, factor);
  return _mm512_xor_si512(h, _mm512_srli_epi64(h, 28));
}

/// The best bid of each lane over some nodes, the node at `i` being in lane i mod 8.
typedef struct {
  __m512i score;
  __m512i place;
} avx512_bids;

/// The smallest place among the lanes that have a score, which nearly always is one.
AVX512 static inline uint64_t avx512_place(avx512_bids best, uint64_t score) {
  __mmask8 equal = _mm512_cmpeq_epu64_mask(best.score, _mm512_set1_epi64((int64_t)score));
  if (equal & (equal - 1)) return _mm512_mask_reduce_min_epu64(equal, best.place);
  uint64_t places[8];
  _mm512_storeu_si512(places, best.place);
  return places[__builtin_ctz(equal)];
}

#endif
#endif
