#ifndef CMD5_H
#define CMD5_H

#include <stdint.h>

/// How many keys are hashed at once.
enum { cmd5_lanes = 16 };

/// The longest key that fits one block of MD5 together with its padding.
enum { cmd5_longest_key = 55 };

/// The first word of the MD5 (RFC 1321) of sixteen keys of at most 55 bytes each: words[i] is that of
/// lengths[i] bytes from keys + starts[i] on.
///
/// One digest waits for the result of each of its 64 steps; sixteen at once wait together.
/// `instructions` is what cxxhash_instructions tells.
void cmd5_first_words(const uint8_t *keys, const intptr_t *starts, const intptr_t *lengths,
                      uint32_t *words, int instructions);

#endif
