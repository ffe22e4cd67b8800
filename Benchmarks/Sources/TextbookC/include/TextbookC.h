#ifndef TEXTBOOKC_H
#define TEXTBOOKC_H

#include <stddef.h>
#include <stdint.h>

// What a C programmer writes from the papers, to measure beside: no index, no vector instructions, no
// tricks, but nothing wasteful either. The placement rules are those of docs/hashing.md, so that all
// answers can be compared. Weights are 1 where nothing else is said.
//
// Texts (keys, ids) lie end to end in one buffer; ends[i] is where text i ends. Every lookup function
// answers `count` lookups in a row and writes a node for each.

/// Texts laid end to end.
typedef struct {
  const uint8_t *bytes;
  const int64_t *ends;
  size_t count;
} textbook_texts;

/// XXH3 of every key.
void textbook_hash(textbook_texts keys, uint64_t *hashes);

/// XXH3 of every key, folded to 32 bits.
void textbook_fold(textbook_texts keys, int32_t *answers);

/// A Maglev table: the node of each slot.
typedef struct {
  uint16_t *slots;
  uint64_t size;
} textbook_maglev;

/// Fills a table as the paper's pseudocode does; at most 65 536 nodes.
textbook_maglev textbook_maglev_make(textbook_texts ids, uint64_t size);
void textbook_maglev_free(textbook_maglev table);

/// The limit: XXH3, the slot by one multiplication, one load.
void textbook_maglev_lookup(
    const textbook_maglev *table, textbook_texts keys, int32_t *answers);

/// The same for keys that are hashed already.
void textbook_maglev_lookup_hashed(
    const textbook_maglev *table, const uint64_t *hashes, size_t count, int32_t *answers);

/// A ring: sorted points and their owners.
typedef struct {
  uint64_t *values;
  uint32_t *owners;
  size_t count;
} textbook_ring;

/// Makes `virtual_nodes` points for each node and sorts them by qsort.
textbook_ring textbook_ring_make(textbook_texts ids, size_t virtual_nodes);
void textbook_ring_free(textbook_ring ring);

/// Binary search with a branch in each step.
void textbook_ring_lookup(
    const textbook_ring *ring, const uint64_t *hashes, size_t count, int32_t *answers);

/// Binary search whose steps are arithmetic, so that nothing is guessed wrong.
void textbook_ring_lookup_branchless(
    const textbook_ring *ring, const uint64_t *hashes, size_t count, int32_t *answers);

/// The function in the paper of Lamping and Veach.
void textbook_jump(
    int32_t buckets, const uint64_t *hashes, size_t count, int32_t *answers);

/// Nodes for rendezvous hashing.
typedef struct {
  uint64_t *seeds;
  double *weights;
  size_t count;
} textbook_rendezvous;

/// Hashes the ids; `weights` may be NULL.
textbook_rendezvous textbook_rendezvous_make(textbook_texts ids, const double *weights);
void textbook_rendezvous_free(textbook_rendezvous nodes);

/// The largest XXH3 of the hash under each node's seed.
void textbook_rendezvous_lookup(
    const textbook_rendezvous *nodes, const uint64_t *hashes, size_t count, int32_t *answers);

/// The smallest −ln(u)/w, with a logarithm for every node.
void textbook_rendezvous_lookup_weighted(
    const textbook_rendezvous *nodes, const uint64_t *hashes, size_t count, int32_t *answers);

/// nginx's ring: 32-bit points, CRC-32 by a table of bytes, binary search.
typedef struct {
  uint32_t *values;
  uint32_t *owners;
  size_t count;
} textbook_nginx;

/// Makes 160 points for each server; texts are HOST:PORT.
textbook_nginx textbook_nginx_make(textbook_texts servers);
void textbook_nginx_free(textbook_nginx ring);
void textbook_nginx_lookup(const textbook_nginx *ring, textbook_texts keys, int32_t *answers);

#endif
