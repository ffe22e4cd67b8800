#include "TextbookC.h"

static inline int32_t jump(uint64_t key, int32_t buckets) {
  int64_t b = -1, j = 0;
  while (j < buckets) {
    b = j;
    key = key * 2862933555777941757ULL + 1;
    j = (int64_t)((double)(b + 1) * ((double)(1LL << 31) / (double)((key >> 33) + 1)));
  }
  return (int32_t)b;
}

void textbook_jump(
    int32_t buckets, const uint64_t *hashes, size_t count, int32_t *answers) {
  for (size_t i = 0; i < count; i++) answers[i] = jump(hashes[i], buckets);
}
