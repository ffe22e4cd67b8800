#include "CKeyLoops.h"

#include <string.h>

#define INLINE __attribute__((always_inline)) static inline

// Line feeds are found for 64 bytes at once, apart from the copying, so that a line need not wait for the
// end of the one before it.
enum { block = 64, step = 32 };

typedef uint64_t feeds_of_block(const uint8_t *bytes);

/// A bit for each of 64 bytes: whether it is a line feed.
INLINE uint64_t feeds_portable(const uint8_t *bytes) {
  uint64_t all = 0;
  for (int place = 0; place < block; place += 8) {
    uint64_t word;
    memcpy(&word, bytes + place, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    // The highest bit of each byte that is a line feed; then the eight bits move together.
    uint64_t other = word ^ 0x0A0A0A0A0A0A0A0Aull;
    uint64_t low = 0x7F7F7F7F7F7F7F7Full;
    uint64_t found = ~(((other & low) + low) | other | low);
    all |= (found >> 7) * 0x0102040810204080ull >> 56 << place;
  }
  return all;
}

#if defined(__SSE2__)
#include <emmintrin.h>

INLINE uint64_t feeds_of_16(const uint8_t *bytes) {
  __m128i found = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)bytes), _mm_set1_epi8('\n'));
  return (uint64_t)(uint32_t)_mm_movemask_epi8(found);
}

/// The same in fewer instructions.
INLINE uint64_t feeds_fast(const uint8_t *bytes) {
  return feeds_of_16(bytes) | feeds_of_16(bytes + 16) << 16 | feeds_of_16(bytes + 32) << 32 |
         feeds_of_16(bytes + 48) << 48;
}

#else
#define feeds_fast feeds_portable
#endif

/// Copies a line, and up to 31 bytes more.
INLINE void copy_steps(uint8_t *to, const uint8_t *from, intptr_t length) {
  // Most keys have up to 32 bytes: one step without a call.
  memcpy(to, from, step);
  for (intptr_t done = step; done < length; done += step) memcpy(to + done, from + done, step);
}

INLINE void copy_lines(feeds_of_block feeds, const uint8_t *text, intptr_t count, int unset,
                       intptr_t longest, uint8_t *copies, intptr_t *ends, ckeyloops_place *place) {
  intptr_t start = place->start, filled = place->filled, lines = place->lines;
  for (intptr_t at = start; count - at >= block; at += block) {
    for (uint64_t found = feeds(text + at); found != 0; found &= found - 1) {
      intptr_t feed = at + __builtin_ctzll(found);
      intptr_t length = feed - start;
      if (length > 0 && text[feed - 1] == '\r') length -= 1;
      // A whole step has to be in the text. What it copies too much is overwritten by the next line.
      if (length == 0 || length > longest || (length == 1 && text[start] == unset) ||
          count - start < length + step) {
        goto done;
      }
      copy_steps(copies + filled, text + start, length);
      filled += length;
      ends[lines] = filled;
      lines += 1;
      start = feed + 1;
    }
  }
done:
  place->start = start;
  place->filled = filled;
  place->lines = lines;
}

void ckeyloops_copy(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                    uint8_t *copies, intptr_t *ends, ckeyloops_place *place) {
  copy_lines(feeds_fast, text, count, unset, longest, copies, ends, place);
}

void ckeyloops_copy_portable(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                             uint8_t *copies, intptr_t *ends, ckeyloops_place *place) {
  copy_lines(feeds_portable, text, count, unset, longest, copies, ends, place);
}
