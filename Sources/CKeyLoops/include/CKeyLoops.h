#ifndef CKEYLOOPS_H
#define CKEYLOOPS_H

#include <stdbool.h>
#include <stdint.h>

/// How far a text has been copied.
typedef struct {
  /// Where in the text the next line begins.
  intptr_t start;
  /// How many bytes of lines have been copied.
  intptr_t filled;
  /// How many lines have been copied.
  intptr_t lines;
} ckeyloops_place;

/// Copies lines of a text end to end, without their line feeds and a carriage return before it, and
/// notes where each ends.
///
/// Stops before a line that is for the caller to look at: an empty one, one that is the byte `unset`
/// alone (-1 if no byte is special), one of more than `longest` bytes, or one of the last: those whose line
/// feed is among the last 63 bytes, or which begin among the last bytes of the text.
///
/// `copies` has room for as many bytes as the text, and `ends` for half as many places.
void ckeyloops_copy(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                    uint8_t *copies, intptr_t *ends, ckeyloops_place *place);

/// The same without instructions of one processor, for tests of what other processors run.
void ckeyloops_copy_portable(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                             uint8_t *copies, intptr_t *ends, ckeyloops_place *place);

enum { ckeyloops_shards = 16 };

/// Sorts hashes by their first four bits, and otherwise leaves their order.
///
/// `starts`, with room for one more than there are shards, gets where each shard begins in `sorted`;
/// `numbers` gets which hash each one of `sorted` was.
void ckeyloops_share(const uint64_t *hashes, intptr_t count, intptr_t *starts, uint64_t *sorted,
                     int32_t *numbers);

/// Adds hashes to a set: a table of a power of two of slots, of which the last is `mask`, with linear
/// probing. Free slots are 0; the hash 0 counts as the largest. At least one slot stays free.
///
/// `is_new` gets whether each hash was not in the set; returns how many were not.
intptr_t ckeyloops_insert(uint64_t *slots, uint64_t mask, const uint64_t *hashes, intptr_t count,
                          bool *is_new);

#endif
