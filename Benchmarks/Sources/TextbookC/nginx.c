#include <stdlib.h>

#include "texts.h"

static uint32_t crc_table[256];

static void make_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    crc_table[i] = crc;
  }
}

static inline uint32_t crc_update(uint32_t crc, const uint8_t *bytes, size_t length) {
  while (length--) crc = crc_table[(crc ^ *bytes++) & 0xFF] ^ crc >> 8;
  return crc;
}

typedef struct {
  uint32_t value, owner;
} point;

static int compare_points(const void *a, const void *b) {
  const point *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->owner > y->owner) - (x->owner < y->owner);
}

textbook_nginx textbook_nginx_make(textbook_texts servers) {
  enum { points_of_server = 160 };
  make_crc_table();
  point *points = malloc(servers.count * points_of_server * sizeof *points);
  for (size_t i = 0; i < servers.count; i++) {
    // HOST, a zero byte, PORT: the colon is left out.
    uint32_t base = 0xFFFFFFFFu;
    for (size_t at = text_start(servers, i); at < (size_t)servers.ends[i]; at++) {
      uint8_t byte = servers.bytes[at] == ':' ? 0 : servers.bytes[at];
      base = crc_update(base, &byte, 1);
    }
    uint32_t previous = 0;
    for (int j = 0; j < points_of_server; j++) {
      uint8_t bytes[4] = {previous, previous >> 8, previous >> 16, previous >> 24};
      previous = ~crc_update(base, bytes, 4);
      points[i * points_of_server + j] = (point){previous, (uint32_t)i};
    }
  }
  size_t count = servers.count * points_of_server;
  qsort(points, count, sizeof *points, compare_points);
  textbook_nginx ring = {
      malloc(count * sizeof(uint32_t)), malloc(count * sizeof(uint32_t)), 0};
  for (size_t i = 0; i < count; i++) {
    if (ring.count > 0 && ring.values[ring.count - 1] == points[i].value) continue;
    ring.values[ring.count] = points[i].value;
    ring.owners[ring.count] = points[i].owner;
    ring.count += 1;
  }
  free(points);
  return ring;
}

void textbook_nginx_free(textbook_nginx ring) {
  free(ring.values);
  free(ring.owners);
}

void textbook_nginx_lookup(const textbook_nginx *ring, textbook_texts keys, int32_t *answers) {
  size_t start = 0;
  for (size_t i = 0; i < keys.count; i++) {
    size_t end = (size_t)keys.ends[i];
    uint32_t hash = ~crc_update(0xFFFFFFFFu, keys.bytes + start, end - start);
    start = end;
    size_t low = 0, high = ring->count;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (ring->values[middle] < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    answers[i] = (int32_t)ring->owners[low == ring->count ? 0 : low];
  }
}
