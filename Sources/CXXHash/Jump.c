#include "Kernels.h"
#include "Vectors.h"

#include <string.h>

// One jump waits for a division after another, so a loop over keys spends its time waiting. Here
// several keys are in flight, and those that have arrived are carried along unchanged until the last
// has. All arithmetic is in doubles that hold whole numbers exactly, so the bits are those of
// cxxhash_jump.

static const uint64_t factor = 2862933555777941757u;

enum { portable_lanes = 4, avx2_lanes = 16, avx512_lanes = 32 };

static inline void portable_block(const uint64_t *keys, int32_t *chosen, int32_t slots) {
  uint64_t key[portable_lanes];
  int64_t slot[portable_lanes] = {0};
  int64_t next[portable_lanes] = {0};
  memcpy(key, keys, sizeof key);
  for (int flying = 1; flying;) {
    flying = 0;
    for (int lane = 0; lane < portable_lanes; lane++) {
      int flies = next[lane] < slots;
      flying |= flies;
      slot[lane] = flies ? next[lane] : slot[lane];
      key[lane] = key[lane] * factor + 1;
      double target = (double)(slot[lane] + 1) * (0x1p31 / (double)((key[lane] >> 33) + 1));
      next[lane] = flies ? (int64_t)target : next[lane];
    }
  }
  for (int lane = 0; lane < portable_lanes; lane++) chosen[lane] = (int32_t)slot[lane];
}

#if defined(__x86_64__)

AVX2 static inline void avx2_block(const uint64_t *keys, int32_t *chosen, int32_t slots) {
  enum { vectors = avx2_lanes / 4 };
  const __m256i one = _mm256_set1_epi64x(1);
  const __m256d bound = _mm256_set1_pd((double)slots);
  // A whole number below 2^52 becomes a double by putting it below the bits of 2^52.
  const __m256d base = _mm256_set1_pd(0x1p52);
  __m256i key[vectors];
  __m256d slot[vectors], next[vectors];
  for (int v = 0; v < vectors; v++) {
    key[v] = _mm256_loadu_si256((const __m256i *)(keys + 4 * v));
    slot[v] = next[v] = _mm256_setzero_pd();
  }
  for (int flying = 1; flying;) {
    flying = 0;
    for (int v = 0; v < vectors; v++) {
      // `next` never falls, so what has arrived stays arrived, were it to reach infinity.
      __m256d flies = _mm256_cmp_pd(next[v], bound, _CMP_LT_OQ);
      flying |= _mm256_movemask_pd(flies);
      slot[v] = _mm256_blendv_pd(slot[v], next[v], flies);
      key[v] = _mm256_add_epi64(multiply_low(key[v], factor), one);
      __m256i divisor = _mm256_add_epi64(_mm256_srli_epi64(key[v], 33), one);
      __m256d real = _mm256_sub_pd(
          _mm256_castsi256_pd(_mm256_or_si256(divisor, _mm256_castpd_si256(base))), base);
      __m256d quotient = _mm256_div_pd(_mm256_set1_pd(0x1p31), real);
      next[v] = _mm256_floor_pd(
          _mm256_mul_pd(_mm256_add_pd(next[v], _mm256_set1_pd(1)), quotient));
    }
  }
  for (int v = 0; v < vectors; v++) {
    _mm_storeu_si128((__m128i *)(chosen + 4 * v), _mm256_cvttpd_epi32(slot[v]));
  }
}

AVX512 static inline void avx512_block(const uint64_t *keys, int32_t *chosen, int32_t slots) {
  enum { vectors = avx512_lanes / 8 };
  const __m512i one = _mm512_set1_epi64(1);
  const __m512d bound = _mm512_set1_pd((double)slots);
  __m512i key[vectors];
  __m512d slot[vectors], next[vectors];
  for (int v = 0; v < vectors; v++) {
    key[v] = _mm512_loadu_si512(keys + 8 * v);
    slot[v] = next[v] = _mm512_setzero_pd();
  }
  for (unsigned flying = 1; flying;) {
    flying = 0;
    for (int v = 0; v < vectors; v++) {
      __mmask8 flies = _mm512_cmp_pd_mask(next[v], bound, _CMP_LT_OQ);
      flying |= flies;
      slot[v] = _mm512_mask_mov_pd(slot[v], flies, next[v]);
      key[v] = _mm512_add_epi64(_mm512_mullo_epi64(key[v], _mm512_set1_epi64((int64_t)factor)), one);
      __m512d real =
          _mm512_cvtepi64_pd(_mm512_add_epi64(_mm512_srli_epi64(key[v], 33), one));
      __m512d quotient = _mm512_div_pd(_mm512_set1_pd(0x1p31), real);
      next[v] = _mm512_roundscale_pd(
          _mm512_mul_pd(_mm512_add_pd(next[v], _mm512_set1_pd(1)), quotient),
          _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    }
  }
  for (int v = 0; v < vectors; v++) {
    _mm256_storeu_si256((__m256i *)(chosen + 8 * v), _mm512_cvttpd_epi32(slot[v]));
  }
}

#endif

// Whole blocks, then the rest in a block filled up with zeros: so few keys are not worth a loop of
// their own, and one by one they would take longer than a block does.
#define OVER_BLOCKS(attributes, name, block, lanes)                                            \
  attributes static void name(const uint64_t *keys, int32_t *chosen, size_t count,            \
                              int32_t slots) {                                                \
    size_t done = 0;                                                                          \
    for (; count - done >= lanes; done += lanes) block(keys + done, chosen + done, slots);     \
    size_t rest = count - done;                                                               \
    if (rest == 0) return;                                                                    \
    if (rest <= 2) {                                                                          \
      for (; done < count; done++) chosen[done] = cxxhash_jump(keys[done], slots);            \
      return;                                                                                 \
    }                                                                                         \
    uint64_t last_keys[lanes] = {0};                                                          \
    int32_t last_chosen[lanes];                                                               \
    memcpy(last_keys, keys + done, rest * sizeof *keys);                                      \
    block(last_keys, last_chosen, slots);                                                     \
    memcpy(chosen + done, last_chosen, rest * sizeof *chosen);                                \
  }

OVER_BLOCKS(, portable_batch, portable_block, portable_lanes)

#if defined(__x86_64__)
OVER_BLOCKS(AVX2, avx2_batch, avx2_block, avx2_lanes)
OVER_BLOCKS(AVX512, avx512_batch, avx512_block, avx512_lanes)
#endif

void cxxhash_jump_batch(const uint64_t *keys, int32_t *chosen, size_t count, int32_t slots,
                        int instructions) {
#if defined(__x86_64__)
  if (instructions == cxxhash_avx512) return avx512_batch(keys, chosen, count, slots);
  if (instructions == cxxhash_avx2) return avx2_batch(keys, chosen, count, slots);
#endif
  (void)instructions;
  portable_batch(keys, chosen, count, slots);
}
