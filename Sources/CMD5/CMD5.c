#include "CMD5.h"

#include <string.h>

// Sixteen lanes in the compiler's own vectors: four registers where only SSE2 or Neon is there, two with
// AVX2, one with AVX-512, which has rotations and functions of three operands as well.
typedef uint32_t lanes __attribute__((vector_size(4 * cmd5_lanes)));

// The integer parts of 2^32 times |sin i|, i from 1.
static const uint32_t constants[64] = {
    0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A,
    0xA8304613, 0xFD469501, 0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE,
    0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821, 0xF61E2562, 0xC040B340,
    0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
    0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8,
    0x676F02D9, 0x8D2A4C8A, 0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C,
    0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70, 0x289B7EC6, 0xEAA127FA,
    0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
    0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92,
    0xFFEFF47D, 0x85845DD1, 0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1,
    0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
};

static const unsigned char shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

/// The padded blocks of sixteen keys, word by word.
static inline void load(const uint8_t *keys, const intptr_t *starts, const intptr_t *lengths,
                        uint32_t (*words)[cmd5_lanes]) {
  for (int lane = 0; lane < cmd5_lanes; lane++) {
    uint8_t block[64] = {0};
    size_t length = (size_t)lengths[lane];
    if (length > 0) memcpy(block, keys + starts[lane], length);
    block[length] = 0x80;
    block[56] = (uint8_t)(length << 3);
    block[57] = (uint8_t)(length >> 5);
    for (int i = 0; i < 16; i++) {
      const uint8_t *b = block + 4 * i;
      words[i][lane] = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    }
  }
}

// Written once, compiled for each instruction set: inlined into functions that may use it. Vectors are
// passed through memory, because how they are passed otherwise depends on the instruction set.
__attribute__((always_inline)) static inline void digest(const uint8_t *keys,
                                                         const intptr_t *starts,
                                                         const intptr_t *lengths,
                                                         uint32_t *first_words) {
  uint32_t words[16][cmd5_lanes];
  load(keys, starts, lengths, words);
  lanes zero = {0};
  lanes a = zero + 0x67452301, b = zero + 0xEFCDAB89, c = zero + 0x98BADCFE, d = zero + 0x10325476;
#pragma clang loop unroll(full)
  for (int step = 0; step < 64; step++) {
    int round = step / 16;
    int word = (round == 0 ? step : round == 1 ? 5 * step + 1 : round == 2 ? 3 * step + 5 : 7 * step) % 16;
    lanes f = round == 0   ? d ^ (b & (c ^ d))
              : round == 1 ? c ^ (d & (b ^ c))
              : round == 2 ? b ^ c ^ d
                           : c ^ (b | ~d);
    lanes block;
    memcpy(&block, words[word], sizeof block);
    unsigned shift = shifts[round][step % 4];
    lanes sum = (block + constants[step] + a) + f;
    lanes turned = (sum << shift) | (sum >> (32 - shift));
    a = d;
    d = c;
    c = b;
    b = b + turned;
  }
  a += 0x67452301;
  memcpy(first_words, &a, sizeof a);
}

static void portable(const uint8_t *keys, const intptr_t *starts, const intptr_t *lengths,
                     uint32_t *words) {
  digest(keys, starts, lengths, words);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void avx2(const uint8_t *keys, const intptr_t *starts,
                                                 const intptr_t *lengths, uint32_t *words) {
  digest(keys, starts, lengths, words);
}

__attribute__((target("avx512f,avx512dq,avx512vl"))) static void avx512(const uint8_t *keys,
                                                                       const intptr_t *starts,
                                                                       const intptr_t *lengths,
                                                                       uint32_t *words) {
  digest(keys, starts, lengths, words);
}
#endif

void cmd5_first_words(const uint8_t *keys, const intptr_t *starts, const intptr_t *lengths,
                      uint32_t *words, int instructions) {
#if defined(__x86_64__)
  if (instructions >= 2) return avx512(keys, starts, lengths, words);
  if (instructions == 1) return avx2(keys, starts, lengths, words);
#endif
  (void)instructions;
  portable(keys, starts, lengths, words);
}
