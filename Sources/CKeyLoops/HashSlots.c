#include "CKeyLoops.h"

void ckeyloops_share(const uint64_t *hashes, intptr_t count, intptr_t *starts, uint64_t *sorted,
                     int32_t *numbers) {
  intptr_t free[ckeyloops_shards + 1] = {0};
  for (intptr_t number = 0; number < count; number++) free[(hashes[number] >> 60) + 1] += 1;
  for (int shard = 0; shard < ckeyloops_shards; shard++) free[shard + 1] += free[shard];
  for (int shard = 0; shard <= ckeyloops_shards; shard++) starts[shard] = free[shard];
  for (intptr_t number = 0; number < count; number++) {
    intptr_t place = free[hashes[number] >> 60]++;
    sorted[place] = hashes[number];
    numbers[place] = (int32_t)number;
  }
}

// Where hashes go is a matter of chance, so each slot comes from memory. So many are asked for ahead.
enum { ahead = 16 };

intptr_t ckeyloops_insert(uint64_t *slots, uint64_t mask, const uint64_t *hashes, intptr_t count,
                          bool *is_new) {
  intptr_t added = 0;
  for (intptr_t number = 0; number < count && number < ahead; number++) {
    __builtin_prefetch(&slots[hashes[number] & mask], 1);
  }
  for (intptr_t number = 0; number < count; number++) {
    if (number + ahead < count) __builtin_prefetch(&slots[hashes[number + ahead] & mask], 1);
    uint64_t hash = hashes[number] == 0 ? UINT64_MAX : hashes[number];
    uint64_t slot = hash & mask;
    while (slots[slot] != 0 && slots[slot] != hash) slot = (slot + 1) & mask;
    is_new[number] = slots[slot] == 0;
    added += is_new[number];
    slots[slot] = hash;
  }
  return added;
}
