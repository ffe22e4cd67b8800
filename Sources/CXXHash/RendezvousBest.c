#include "Kernels.h"
#include "MaskBits.h"
#include "RendezvousScores.h"

#include <string.h>

// The best few bids: first all nodes whose scores come into question, 64 at a time, then their order.

/// Which of up to 64 nodes have a score from `least` to `least + span`: a bit each.
static inline uint64_t portable_hits(uint64_t key, const uint64_t *nodes, size_t count,
                                     uint64_t least, uint64_t span) {
  uint64_t hits = 0;
  for (size_t i = 0; i < count; i++) {
    hits |= (uint64_t)(cxxhash_score(key, nodes[i]) - least <= span) << i;
  }
  return hits;
}

#if defined(__x86_64__)

/// The same for four nodes or more.
AVX2 INLINE uint64_t avx2_hits_of(uint64_t key, const uint64_t *nodes, size_t count, uint64_t least,
                                  uint64_t span) {
  const __m256i keys = _mm256_set1_epi64x((int64_t)key);
  const __m256i lowest = _mm256_set1_epi64x((int64_t)least);
  const __m256i widest = _mm256_set1_epi64x((int64_t)(span ^ (uint64_t)INT64_MIN));
  uint64_t hits = 0;
  for (size_t next = 0; next < count; next += 4) {
    // The last four, whose bits may be there already.
    size_t i = count - next < 4 ? count - 4 : next;
    __m256i scores = avx2_scores(keys, _mm256_loadu_si256((const __m256i *)(nodes + i)));
    __m256i fails = _mm256_cmpgt_epi64(_mm256_sub_epi64(scores, lowest), widest);
    hits |= (uint64_t)(_mm256_movemask_pd(_mm256_castsi256_pd(fails)) ^ 15) << i;
  }
  return hits;
}

AVX2 INLINE uint64_t avx2_hits(uint64_t key, const uint64_t *nodes, size_t count, uint64_t least,
                               uint64_t span) {
  // Apart, so that the compiler unrolls it.
  if (count == 64) return avx2_hits_of(key, nodes, 64, least, span);
  return count < 4 ? portable_hits(key, nodes, count, least, span)
                   : avx2_hits_of(key, nodes, count, least, span);
}

AVX512 INLINE uint64_t avx512_hits_of(uint64_t key, const uint64_t *nodes, size_t count,
                                      uint64_t least, uint64_t span) {
  const __m512i keys = _mm512_set1_epi64((int64_t)key);
  const __m512i lowest = _mm512_set1_epi64((int64_t)least);
  const __m512i widest = _mm512_set1_epi64((int64_t)span);
  uint64_t hits = 0;
  for (size_t i = 0; i < count; i += 8) {
    __mmask8 present = (__mmask8)(count - i < 8 ? (1u << (count - i)) - 1 : 0xFF);
    __m512i scores = avx512_scores(keys, _mm512_maskz_loadu_epi64(present, nodes + i));
    __m512i above = _mm512_sub_epi64(scores, lowest);
    hits |= (uint64_t)_mm512_mask_cmple_epu64_mask(present, above, widest) << i;
  }
  return hits;
}

AVX512 INLINE uint64_t avx512_hits(uint64_t key, const uint64_t *nodes, size_t count,
                                   uint64_t least, uint64_t span) {
  return count == 64 ? avx512_hits_of(key, nodes, 64, least, span)
                     : avx512_hits_of(key, nodes, count, least, span);
}

#endif

enum { most_bids = 64, room = most_bids + 2 * 64 };

/// A search for several bids: what it looks for, and what it has found. Bids of the same score are in
/// the order of places.
typedef struct {
  uint64_t key;
  const uint64_t *nodes;
  size_t first, end;
  const uint64_t *mask;
  /// Scores from `least` to `most` are looked for; those of `most` only at places from `from_place` on.
  uint64_t least, most, from_place;
  size_t limit, count;
  /// The top bits turned over, so that their order is that of signed numbers.
  int64_t scores[room];
  uint64_t places[room];
} search;

/// Puts the best bids in order. The rank of a bid is the number of larger scores. Counting them takes
/// no branch; sorting would mispredict one for most bids.
INLINE size_t best_of(search *s, cxxhash_bid *best) {
  enum { lanes = 8, nobody = 255 };
  int64_t ranks[room];
  uint8_t order[room];
  for (size_t i = 0; i < s->count; i += lanes) {
    // Some lanes of the last vector hold no bid; their ranks are not read.
    int64_t score[lanes], rank[lanes] = {0};
    memcpy(score, s->scores + i, sizeof score);
    for (size_t j = 0; j < s->count; j++) {
      for (int lane = 0; lane < lanes; lane++) rank[lane] += s->scores[j] > score[lane];
    }
    memcpy(ranks + i, rank, sizeof rank);
  }
  memset(order, nobody, s->count);
  for (size_t i = 0; i < s->count; i++) {
    int64_t rank = ranks[i];
    // Equal scores have counted the same rank.
    while (order[rank] != nobody) rank++;
    order[rank] = (uint8_t)i;
  }
  size_t count = s->count < s->limit ? s->count : s->limit;
  for (size_t i = 0; i < count; i++) {
    best[i].score = (uint64_t)s->scores[order[i]] ^ (uint64_t)INT64_MIN;
    best[i].place = s->places[order[i]];
  }
  return count;
}

/// Leaves out all bids but the best `limit`, and looks for lower scores no longer.
__attribute__((noinline)) static void prune(search *s) {
  cxxhash_bid best[most_bids];
  size_t count = best_of(s, best);
  for (size_t i = 0; i < count; i++) {
    s->scores[i] = (int64_t)(best[i].score ^ (uint64_t)INT64_MIN);
    s->places[i] = best[i].place;
  }
  s->count = count;
  s->least = best[count - 1].score;
}

// The scores that come into question are few, so a mispredicted branch for a word that has some costs
// less than putting every score somewhere. If the guess in `least` was too high, a second pass looks
// for what is missing below it.
#define SEARCH(attributes, name, find)                                                         \
  attributes static size_t name(search *s, cxxhash_bid *best) {                                \
    for (;;) {                                                                                 \
      uint64_t guess = s->least;                                                               \
      for (size_t word = s->first >> 6; word << 6 < s->end; word++) {                          \
        uint64_t allowed = allowed_bits(s->mask, word, s->first, s->end);                      \
        if (allowed == 0) continue;                                                            \
        size_t base = word << 6, first = base < s->first ? s->first : base;                    \
        size_t count = (s->end - base < 64 ? s->end : base + 64) - first;                      \
        uint64_t hits = find(s->key, s->nodes + first, count, s->least, s->most - s->least);   \
        hits = hits << (first - base) & allowed;                                               \
        if (hits == 0) continue;                                                               \
        if (s->count > room - 64) prune(s);                                                    \
        for (; hits != 0; hits &= hits - 1) {                                                  \
          uint64_t place = base + (uint64_t)__builtin_ctzll(hits);                             \
          uint64_t score = cxxhash_score(s->key, s->nodes[place]);                             \
          s->scores[s->count] = (int64_t)(score ^ (uint64_t)INT64_MIN);                        \
          s->places[s->count] = place;                                                         \
          s->count += score != s->most || place >= s->from_place;                              \
        }                                                                                      \
      }                                                                                        \
      if (s->count >= s->limit || guess == 0) return best_of(s, best);                         \
      s->least = 0;                                                                            \
      s->most = guess - 1;                                                                     \
      s->from_place = 0;                                                                       \
    }                                                                                          \
  }

SEARCH(, portable_search, portable_hits)
#if defined(__x86_64__)
SEARCH(AVX2, avx2_search, avx2_hits)
SEARCH(AVX512, avx512_search, avx512_hits)
#endif

size_t cxxhash_rendezvous_best(uint64_t key, const uint64_t *nodes, size_t first, size_t end,
                               const uint64_t *mask, const cxxhash_bid *after, cxxhash_bid *best,
                               size_t limit, int instructions) {
  size_t allowed = 0;
  if (mask == NULL) {
    allowed = end - first;
  } else {
    for (size_t word = first >> 6; word << 6 < end; word++) {
      allowed += (size_t)__builtin_popcountll(allowed_bits(mask, word, first, end));
    }
  }
  // No bid follows the last place with the lowest score.
  int nothing_follows = after != NULL && after->score == 0 && after->place == UINT64_MAX;
  if (allowed == 0 || limit == 0 || nothing_follows) return 0;
  search s;
  s.key = key;
  s.nodes = nodes;
  s.first = first;
  s.end = end;
  s.mask = mask;
  s.limit = limit < most_bids ? limit : most_bids;
  s.count = 0;
  s.least = 0;
  s.most = UINT64_MAX;
  s.from_place = 0;
  if (after != NULL) {
    // After the last place come the scores below, from the first place on.
    s.from_place = after->place + 1;
    s.most = s.from_place == 0 ? after->score - 1 : after->score;
  }
  // Scores are spread evenly, so it can be guessed which ones the best have. The guess takes in more
  // than `limit`, so that it falls short for 1 key in some hundreds.
  size_t expected = s.limit + s.limit / 2 + 6;
  if (allowed > expected) {
    uint64_t width = UINT64_MAX / allowed * expected;
    s.least = s.most > width ? s.most - width : 0;
  }
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512) return avx512_search(&s, best);
  if (instructions == cxxhash_avx2) return avx2_search(&s, best);
#endif
  (void)instructions;
  return portable_search(&s, best);
}
