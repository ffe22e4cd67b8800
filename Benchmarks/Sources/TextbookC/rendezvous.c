#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "texts.h"

textbook_rendezvous textbook_rendezvous_make(textbook_texts ids, const double *weights) {
  textbook_rendezvous nodes = {
      malloc(ids.count * sizeof(uint64_t)), malloc(ids.count * sizeof(double)), ids.count};
  for (size_t i = 0; i < ids.count; i++) {
    nodes.seeds[i] = text_hash(ids, i, 0);
    nodes.weights[i] = weights == NULL ? 1 : weights[i];
  }
  return nodes;
}

void textbook_rendezvous_free(textbook_rendezvous nodes) {
  free(nodes.seeds);
  free(nodes.weights);
}

void textbook_rendezvous_lookup(
    const textbook_rendezvous *nodes, const uint64_t *hashes, size_t count, int32_t *answers) {
  for (size_t i = 0; i < count; i++) {
    uint64_t hash = hashes[i], best = 0;
    int32_t winner = 0;
    for (size_t node = 0; node < nodes->count; node++) {
      uint64_t score = XXH3_64bits_withSeed(&hash, sizeof hash, nodes->seeds[node]);
      if (score > best) {
        best = score;
        winner = (int32_t)node;
      }
    }
    answers[i] = winner;
  }
}

void textbook_rendezvous_lookup_weighted(
    const textbook_rendezvous *nodes, const uint64_t *hashes, size_t count, int32_t *answers) {
  for (size_t i = 0; i < count; i++) {
    uint64_t hash = hashes[i];
    double best = INFINITY;
    int32_t winner = 0;
    for (size_t node = 0; node < nodes->count; node++) {
      uint64_t score = XXH3_64bits_withSeed(&hash, sizeof hash, nodes->seeds[node]);
      double cost = -log(((double)(score >> 11) + 0.5) * 0x1p-53) / nodes->weights[node];
      if (cost < best) {
        best = cost;
        winner = (int32_t)node;
      }
    }
    answers[i] = winner;
  }
}
