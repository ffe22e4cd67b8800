#include <stdlib.h>

#include "texts.h"

typedef struct {
  uint64_t value;
  uint32_t owner;
} point;

static int compare_points(const void *a, const void *b) {
  const point *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->owner > y->owner) - (x->owner < y->owner);
}

textbook_ring textbook_ring_make(textbook_texts ids, size_t virtual_nodes) {
  size_t count = ids.count * virtual_nodes;
  point *points = malloc(count * sizeof *points);
  for (size_t i = 0; i < ids.count; i++) {
    uint64_t seed = text_hash(ids, i, 0);
    for (uint64_t j = 0; j < virtual_nodes; j++) {
      points[i * virtual_nodes + j] =
          (point){XXH3_64bits_withSeed(&j, sizeof j, seed), (uint32_t)i};
    }
  }
  qsort(points, count, sizeof *points, compare_points);

  // Two arrays, so that the search reads nothing but values.
  textbook_ring ring = {
      malloc(count * sizeof(uint64_t)), malloc(count * sizeof(uint32_t)), count};
  for (size_t i = 0; i < count; i++) {
    ring.values[i] = points[i].value;
    ring.owners[i] = points[i].owner;
  }
  free(points);
  return ring;
}

void textbook_ring_free(textbook_ring ring) {
  free(ring.values);
  free(ring.owners);
}

void textbook_ring_lookup(
    const textbook_ring *ring, const uint64_t *hashes, size_t count, int32_t *answers) {
  for (size_t i = 0; i < count; i++) {
    size_t low = 0, high = ring->count;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (ring->values[middle] < hashes[i]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    answers[i] = (int32_t)ring->owners[low == ring->count ? 0 : low];
  }
}

void textbook_ring_lookup_branchless(
    const textbook_ring *ring, const uint64_t *hashes, size_t count, int32_t *answers) {
  const uint64_t *values = ring->values;
  const uint32_t *owners = ring->owners;
  size_t points = ring->count;
  for (size_t i = 0; i < count; i++) {
    uint64_t hash = hashes[i];
    const uint64_t *base = values;
    for (size_t left = points; left > 1;) {
      size_t half = left / 2;
      // Without the hint clang turns the choice back into a branch.
      base = __builtin_unpredictable(base[half - 1] < hash) ? base + half : base;
      left -= half;
    }
    size_t position = (size_t)(base - values) + (*base < hash);
    answers[i] = (int32_t)owners[position == points ? 0 : position];
  }
}
