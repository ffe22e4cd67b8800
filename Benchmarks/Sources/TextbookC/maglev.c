#include <stdlib.h>
#include <string.h>

#include "texts.h"

void textbook_hash(textbook_texts keys, uint64_t *hashes) {
  for (size_t i = 0; i < keys.count; i++) {
    size_t start = text_start(keys, i);
    hashes[i] = XXH3_64bits(keys.bytes + start, (size_t)keys.ends[i] - start);
  }
}

void textbook_fold(textbook_texts keys, int32_t *answers) {
  size_t start = 0;
  for (size_t i = 0; i < keys.count; i++) {
    size_t end = (size_t)keys.ends[i];
    uint64_t hash = XXH3_64bits(keys.bytes + start, end - start);
    answers[i] = (int32_t)(hash ^ hash >> 32);
    start = end;
  }
}

// The paper takes backends as they come; the rule takes them in the order of their ids.
typedef struct {
  const uint8_t *bytes;
  size_t length;
  uint16_t node;
} member;

static int compare_members(const void *a, const void *b) {
  const member *x = a, *y = b;
  size_t shorter = x->length < y->length ? x->length : y->length;
  int order = memcmp(x->bytes, y->bytes, shorter);
  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

textbook_maglev textbook_maglev_make(textbook_texts ids, uint64_t size) {
  size_t count = ids.count;
  member *members = malloc(count * sizeof *members);
  uint64_t *offset = malloc(count * sizeof *offset);
  uint64_t *skip = malloc(count * sizeof *skip);
  uint64_t *next = calloc(count, sizeof *next);
  int32_t *entry = malloc(size * sizeof *entry);
  for (size_t i = 0; i < count; i++) {
    size_t start = text_start(ids, i);
    members[i] = (member){ids.bytes + start, (size_t)ids.ends[i] - start, (uint16_t)i};
  }
  qsort(members, count, sizeof *members, compare_members);
  for (size_t i = 0; i < count; i++) {
    offset[i] = XXH3_64bits_withSeed(members[i].bytes, members[i].length, 0) % size;
    skip[i] = XXH3_64bits_withSeed(members[i].bytes, members[i].length, 1) % (size - 1) + 1;
  }
  for (uint64_t slot = 0; slot < size; slot++) entry[slot] = -1;

  // "Pseudocode 1" of the paper, with permutation[i][j] computed where it is read.
  for (uint64_t filled = 0; filled < size;) {
    for (size_t i = 0; i < count && filled < size; i++) {
      uint64_t slot = (offset[i] + next[i] * skip[i]) % size;
      while (entry[slot] >= 0) {
        next[i] += 1;
        slot = (offset[i] + next[i] * skip[i]) % size;
      }
      entry[slot] = (int32_t)i;
      next[i] += 1;
      filled += 1;
    }
  }

  textbook_maglev table = {malloc(size * sizeof(uint16_t)), size};
  for (uint64_t slot = 0; slot < size; slot++) table.slots[slot] = members[entry[slot]].node;
  free(members);
  free(offset);
  free(skip);
  free(next);
  free(entry);
  return table;
}

void textbook_maglev_free(textbook_maglev table) { free(table.slots); }

static inline uint64_t slot(uint64_t hash, uint64_t size) {
  return (uint64_t)((unsigned __int128)hash * size >> 64);
}

void textbook_maglev_lookup(
    const textbook_maglev *table, textbook_texts keys, int32_t *answers) {
  const uint16_t *slots = table->slots;
  uint64_t size = table->size;
  size_t start = 0;
  for (size_t i = 0; i < keys.count; i++) {
    size_t end = (size_t)keys.ends[i];
    answers[i] = slots[slot(XXH3_64bits(keys.bytes + start, end - start), size)];
    start = end;
  }
}

void textbook_maglev_lookup_hashed(
    const textbook_maglev *table, const uint64_t *hashes, size_t count, int32_t *answers) {
  const uint16_t *slots = table->slots;
  uint64_t size = table->size;
  for (size_t i = 0; i < count; i++) answers[i] = slots[slot(hashes[i], size)];
}
