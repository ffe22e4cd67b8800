#ifndef TEXTS_H
#define TEXTS_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "TextbookC.h"

static inline size_t text_start(textbook_texts texts, size_t i) {
  return i == 0 ? 0 : (size_t)texts.ends[i - 1];
}

static inline uint64_t text_hash(textbook_texts texts, size_t i, uint64_t seed) {
  size_t start = text_start(texts, i);
  return XXH3_64bits_withSeed(texts.bytes + start, (size_t)texts.ends[i] - start, seed);
}

#endif
