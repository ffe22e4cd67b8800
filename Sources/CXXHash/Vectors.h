#ifndef CXXHASH_VECTORS_H
#define CXXHASH_VECTORS_H

#define INLINE __attribute__((always_inline)) static inline

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512dq,avx512vl")))

/// The low 64 bits of a product in each lane; AVX2 multiplies 32 bits only.
AVX2 static inline __m256i multiply_low(__m256i a, uint64_t factor) {
  __m256i low = _mm256_set1_epi64x((int64_t)(factor & 0xFFFFFFFF));
  __m256i high = _mm256_set1_epi64x((int64_t)(factor >> 32));
  __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), low),
                                   _mm256_mul_epu32(a, high));
  return _mm256_add_epi64(_mm256_mul_epu32(a, low), _mm256_slli_epi64(cross, 32));
}

#endif
#endif
