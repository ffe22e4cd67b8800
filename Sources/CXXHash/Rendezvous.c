#include "Kernels.h"
#include "RendezvousScores.h"

#include <string.h>

// One key: the lanes are nodes. Many keys: the lanes are keys, so that nothing is left over and no
// lane has to be compared with another at the end.

static inline cxxhash_bid portable(uint64_t key, const uint64_t *nodes, size_t count) {
  cxxhash_bid best = {cxxhash_score(key, nodes[0]), 0};
  for (size_t place = 1; place < count; place++) {
    uint64_t score = cxxhash_score(key, nodes[place]);
    best.place = score > best.score ? place : best.place;
    best.score = score > best.score ? score : best.score;
  }
  return best;
}

static void portable_batch(const uint64_t *keys, uint64_t *places, size_t count,
                           const uint64_t *nodes, size_t node_count) {
  for (size_t i = 0; i < count; i++) {
    places[i] = portable(keys[i], nodes, node_count).place;
  }
}

#if defined(__x86_64__)

AVX2 static inline cxxhash_bid avx2(uint64_t key, const uint64_t *nodes, size_t count) {
  const __m256i keys = _mm256_set1_epi64x((int64_t)key);
  __m256i at = _mm256_set_epi64x(3, 2, 1, 0);
  __m256i place = at;
  __m256i score = avx2_scores(keys, _mm256_loadu_si256((const __m256i *)nodes));
  size_t next = 4;
  for (; count - next >= 4 && next < count; next += 4) {
    at = _mm256_add_epi64(at, _mm256_set1_epi64x(4));
    __m256i offer = avx2_scores(keys, _mm256_loadu_si256((const __m256i *)(nodes + next)));
    __m256i wins = _mm256_cmpgt_epi64(offer, score);
    score = _mm256_blendv_epi8(score, offer, wins);
    place = _mm256_blendv_epi8(place, at, wins);
  }
  if (next < count) {
    // The last four; those seen before offer the same again and so win nothing.
    at = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)count - 4), _mm256_set_epi64x(3, 2, 1, 0));
    __m256i offer = avx2_scores(keys, _mm256_loadu_si256((const __m256i *)(nodes + count - 4)));
    __m256i wins = _mm256_cmpgt_epi64(offer, score);
    score = _mm256_blendv_epi8(score, offer, wins);
    place = _mm256_blendv_epi8(place, at, wins);
  }
  AVX2_REDUCE(score, place, SWAP_HALVES);
  AVX2_REDUCE(score, place, SWAP_PAIRS);
  return (cxxhash_bid){(uint64_t)_mm256_extract_epi64(score, 0) ^ (uint64_t)INT64_MIN,
                       (uint64_t)_mm256_extract_epi64(place, 0)};
}

AVX2 static void avx2_batch(const uint64_t *keys, uint64_t *places, size_t count,
                            const uint64_t *nodes, size_t node_count) {
  const __m256i top = _mm256_set1_epi64x(INT64_MIN);
  for (size_t i = 0; i < count; i += 8) {
    uint64_t block[8] = {0};
    size_t filled = count - i < 8 ? count - i : 8;
    memcpy(block, keys + i, filled * sizeof *keys);
    __m256i key0 = _mm256_loadu_si256((const __m256i *)block);
    __m256i key1 = _mm256_loadu_si256((const __m256i *)(block + 4));
    __m256i score0 = top, score1 = top;
    __m256i place0 = _mm256_setzero_si256(), place1 = place0, at = place0;
    for (size_t n = 0; n < node_count; n++) {
      __m256i node = _mm256_set1_epi64x((int64_t)nodes[n]);
      __m256i offer0 = avx2_scores(key0, node), offer1 = avx2_scores(key1, node);
      __m256i wins0 = _mm256_cmpgt_epi64(offer0, score0);
      __m256i wins1 = _mm256_cmpgt_epi64(offer1, score1);
      score0 = _mm256_blendv_epi8(score0, offer0, wins0);
      score1 = _mm256_blendv_epi8(score1, offer1, wins1);
      place0 = _mm256_blendv_epi8(place0, at, wins0);
      place1 = _mm256_blendv_epi8(place1, at, wins1);
      at = _mm256_add_epi64(at, _mm256_set1_epi64x(1));
    }
    _mm256_storeu_si256((__m256i *)block, place0);
    _mm256_storeu_si256((__m256i *)(block + 4), place1);
    memcpy(places + i, block, filled * sizeof *places);
  }
}

AVX512 static inline avx512_bids avx512_lanes(__m512i key, const uint64_t *nodes, size_t first,
                                              size_t end) {
  const __m512i order = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  __m512i at = _mm512_add_epi64(_mm512_set1_epi64((int64_t)first), order);
  avx512_bids best = {_mm512_setzero_si512(), at};
  for (; end - first >= 8; first += 8) {
    __m512i offer = avx512_scores(key, _mm512_loadu_si512(nodes + first));
    __mmask8 wins = _mm512_cmpgt_epu64_mask(offer, best.score);
    best.score = _mm512_mask_mov_epi64(best.score, wins, offer);
    best.place = _mm512_mask_mov_epi64(best.place, wins, at);
    at = _mm512_add_epi64(at, _mm512_set1_epi64(8));
  }
  __mmask8 present = (__mmask8)((1u << (end - first)) - 1);
  __m512i offer = avx512_scores(key, _mm512_maskz_loadu_epi64(present, nodes + first));
  __mmask8 wins = _mm512_mask_cmpgt_epu64_mask(present, offer, best.score);
  best.score = _mm512_mask_mov_epi64(best.score, wins, offer);
  best.place = _mm512_mask_mov_epi64(best.place, wins, at);
  return best;
}

AVX512 static inline cxxhash_bid avx512(uint64_t key, const uint64_t *nodes, size_t count) {
  avx512_bids best = avx512_lanes(_mm512_set1_epi64((int64_t)key), nodes, 0, count);
  uint64_t score = _mm512_reduce_max_epu64(best.score);
  return (cxxhash_bid){score, avx512_place(best, score)};
}

AVX512 static void avx512_batch(const uint64_t *keys, uint64_t *places, size_t count,
                                const uint64_t *nodes, size_t node_count) {
  enum { vectors = 4, lanes = 8 * vectors };
  for (size_t i = 0; i < count; i += lanes) {
    uint64_t block[lanes] = {0};
    size_t filled = count - i < lanes ? count - i : lanes;
    memcpy(block, keys + i, filled * sizeof *keys);
    __m512i key[vectors], score[vectors], place[vectors];
    for (int v = 0; v < vectors; v++) {
      key[v] = _mm512_loadu_si512(block + 8 * v);
      score[v] = place[v] = _mm512_setzero_si512();
    }
    for (size_t n = 0; n < node_count; n++) {
      __m512i node = _mm512_set1_epi64((int64_t)nodes[n]), at = _mm512_set1_epi64((int64_t)n);
      for (int v = 0; v < vectors; v++) {
        __m512i offer = avx512_scores(key[v], node);
        __mmask8 wins = _mm512_cmpgt_epu64_mask(offer, score[v]);
        score[v] = _mm512_mask_mov_epi64(score[v], wins, offer);
        place[v] = _mm512_mask_mov_epi64(place[v], wins, at);
      }
    }
    for (int v = 0; v < vectors; v++) _mm512_storeu_si512(block + 8 * v, place[v]);
    memcpy(places + i, block, filled * sizeof *places);
  }
}

#endif

// Below these numbers of nodes the start of a vector loop costs more than it saves.
enum { avx2_nodes = 4, avx512_nodes = 4 };

// One loop over all classes, so that the processor starts on the nodes of the next class while the
// lanes of the last one are still being compared. Which class wins cannot be predicted, so no branch
// depends on it.
#define OVER_CLASSES(attributes, name, one, least)                                             \
  attributes static int64_t name(uint64_t key, const uint64_t *nodes, const uint32_t *ends,    \
                                 const double *inverse_weights, size_t classes,               \
                                 const cxxhash_logarithm_interval *intervals, double margin) { \
    double lowest = __builtin_inf(), second = lowest;                                          \
    int64_t winner = -1;                                                                       \
    size_t first = 0;                                                                          \
    for (size_t i = 0; i < classes; first = ends[i++]) {                                       \
      size_t count = ends[i] - first;                                                          \
      cxxhash_bid best = count < least ? portable(key, nodes + first, count)                   \
                                       : one(key, nodes + first, count);                       \
      double cost = cxxhash_logarithm_estimate(best.score, intervals) * inverse_weights[i];    \
      double loser = cost < lowest ? lowest : cost;                                            \
      winner = cost < lowest ? (int64_t)(first + best.place) : winner;                         \
      lowest = cost < lowest ? cost : lowest;                                                  \
      second = loser < second ? loser : second;                                                \
    }                                                                                          \
    return second > lowest * margin ? winner : -1;                                             \
  }

OVER_CLASSES(, portable_weighted, portable, 0)

#if defined(__x86_64__)
OVER_CLASSES(AVX2, avx2_weighted, avx2, avx2_nodes)

/// The largest lane of each of eight vectors, that of vector i in lane i.
AVX512 static inline __m512i avx512_maxima(const __m512i *v) {
  __m512i pairs[4], quads[2];
  for (int i = 0; i < 4; i++) {
    pairs[i] = _mm512_max_epu64(_mm512_unpacklo_epi64(v[2 * i], v[2 * i + 1]),
                                _mm512_unpackhi_epi64(v[2 * i], v[2 * i + 1]));
  }
  // In each 128 bits now the pair of vectors 2i and 2i + 1. Next, halves of 256 bits are joined.
  for (int i = 0; i < 2; i++) {
    quads[i] = _mm512_max_epu64(_mm512_shuffle_i64x2(pairs[2 * i], pairs[2 * i + 1], 0x88),
                                _mm512_shuffle_i64x2(pairs[2 * i], pairs[2 * i + 1], 0xDD));
  }
  return _mm512_max_epu64(_mm512_shuffle_i64x2(quads[0], quads[1], 0x88),
                          _mm512_shuffle_i64x2(quads[0], quads[1], 0xDD));
}

/// cxxhash_logarithm_estimate of eight scores.
AVX512 static inline __m512d avx512_estimates(__m512i scores,
                                              const cxxhash_logarithm_interval *intervals) {
  __m512d scaled = _mm512_add_pd(_mm512_cvtepi64_pd(_mm512_srli_epi64(scores, 11)),
                                 _mm512_set1_pd(0.5));
  __m512i bits = _mm512_castpd_si512(scaled);
  __m512i interval = _mm512_slli_epi64(
      _mm512_and_si512(_mm512_srli_epi64(bits, 45), _mm512_set1_epi64(127)), 1);
  const double *table = &intervals->inverse;
  __m512d inverse = _mm512_i64gather_pd(interval, table, 8);
  __m512d logarithm = _mm512_i64gather_pd(interval, table + 1, 8);
  __m512d exponent = _mm512_sub_pd(_mm512_set1_pd(53), _mm512_getexp_pd(scaled));
  __m512d mantissa = _mm512_getmant_pd(scaled, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  __m512d one = _mm512_set1_pd(1);
  __m512d r = _mm512_sub_pd(_mm512_mul_pd(mantissa, inverse), one);
  __m512d series = _mm512_sub_pd(_mm512_set1_pd(0.5), _mm512_mul_pd(r, _mm512_set1_pd(1.0 / 3)));
  series = _mm512_mul_pd(r, _mm512_sub_pd(one, _mm512_mul_pd(r, series)));
  __m512d whole = _mm512_mul_pd(exponent, _mm512_set1_pd(0x1.62e42fefa39efp-1));
  return _mm512_sub_pd(_mm512_add_pd(whole, logarithm), series);
}

/// Eight classes at a time, so that what follows the nodes is done once for all of them.
AVX512 static int64_t avx512_groups(uint64_t key, const uint64_t *nodes, const uint32_t *ends,
                                    const double *inverse_weights, size_t classes,
                                    const cxxhash_logarithm_interval *intervals, double margin) {
  const __m512i keys = _mm512_set1_epi64((int64_t)key);
  const __m512d infinity = _mm512_set1_pd(__builtin_inf());
  double lowest = __builtin_inf(), second = lowest;
  int64_t winner = -1;
  size_t first = 0;
  for (size_t done = 0; done < classes; done += 8) {
    size_t count = classes - done < 8 ? classes - done : 8;
    avx512_bids bids[8];
    __m512i scores[8];
    for (size_t i = 0; i < count; first = ends[done + i++]) {
      bids[i] = avx512_lanes(keys, nodes, first, ends[done + i]);
      scores[i] = bids[i].score;
    }
    for (size_t i = count; i < 8; i++) scores[i] = _mm512_setzero_si512();
    __mmask8 present = (__mmask8)((1u << count) - 1);
    __m512i maxima = avx512_maxima(scores);
    __m512d costs = _mm512_mask_mul_pd(infinity, present, avx512_estimates(maxima, intervals),
                                       _mm512_maskz_loadu_pd(present, inverse_weights + done));
    double low = _mm512_reduce_min_pd(costs);
    __mmask8 near = _mm512_cmp_pd_mask(costs, _mm512_set1_pd(low * margin), _CMP_LE_OQ);
    if (low < lowest) {
      uint64_t best[8];
      _mm512_storeu_si512(best, maxima);
      int lane = __builtin_ctz(near);
      winner = (int64_t)avx512_place(bids[lane], best[lane]);
      // The others of this group are near, or so far that they do not matter.
      second = near & (near - 1) ? low : lowest;
      lowest = low;
    } else if (low < second) {
      second = low;
    }
  }
  return second > lowest * margin ? winner : -1;
}

OVER_CLASSES(AVX512, avx512_each, avx512, avx512_nodes)

AVX512 static int64_t avx512_weighted(uint64_t key, const uint64_t *nodes, const uint32_t *ends,
                                      const double *inverse_weights, size_t classes,
                                      const cxxhash_logarithm_interval *intervals,
                                      double margin) {
  // With fewer nodes in a class, vectors of classes cost more than they save.
  return ends[classes - 1] < 3 * classes
             ? avx512_each(key, nodes, ends, inverse_weights, classes, intervals, margin)
             : avx512_groups(key, nodes, ends, inverse_weights, classes, intervals, margin);
}
#endif

int64_t cxxhash_rendezvous_weighted(uint64_t key, const uint64_t *nodes, const uint32_t *ends,
                                    const double *inverse_weights, size_t classes,
                                    const cxxhash_logarithm_interval *intervals, double margin,
                                    int instructions) {
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512) {
    return avx512_weighted(key, nodes, ends, inverse_weights, classes, intervals, margin);
  }
  if (instructions == cxxhash_avx2) {
    return avx2_weighted(key, nodes, ends, inverse_weights, classes, intervals, margin);
  }
#endif
  (void)instructions;
  return portable_weighted(key, nodes, ends, inverse_weights, classes, intervals, margin);
}

cxxhash_bid cxxhash_rendezvous(uint64_t key, const uint64_t *nodes, size_t count,
                               int instructions) {
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512 && count >= avx512_nodes) return avx512(key, nodes, count);
  if (instructions == cxxhash_avx2 && count >= avx2_nodes) return avx2(key, nodes, count);
#endif
  (void)instructions;
  return portable(key, nodes, count);
}

void cxxhash_rendezvous_batch(const uint64_t *keys, uint64_t *places, size_t count,
                              const uint64_t *nodes, size_t node_count, int instructions) {
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512) return avx512_batch(keys, places, count, nodes, node_count);
  if (instructions == cxxhash_avx2) return avx2_batch(keys, places, count, nodes, node_count);
#endif
  (void)instructions;
  portable_batch(keys, places, count, nodes, node_count);
}
