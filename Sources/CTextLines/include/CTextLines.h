#ifndef CTEXTLINES_H
#define CTEXTLINES_H

#include <stdint.h>

/// How far a text has been copied.
typedef struct {
  /// Where in the text the next line begins.
  intptr_t start;
  /// How many bytes of lines have been copied.
  intptr_t filled;
  /// How many lines have been copied.
  intptr_t lines;
} ctextlines_place;

/// Copies lines of a text end to end, without their line feeds and a carriage return before it, and
/// notes where each ends.
///
/// Stops before a line that is for the caller to look at: an empty one, one that is the byte `unset`
/// alone (-1 if no byte is special), one of more than `longest` bytes, or one of the last: those whose line
/// feed is among the last 63 bytes, or which begin among the last bytes of the text.
///
/// `copies` has room for as many bytes as the text, and `ends` for half as many places.
void ctextlines_copy(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                     uint8_t *copies, intptr_t *ends, ctextlines_place *place);

/// The same without instructions of one processor, for tests of what other processors run.
void ctextlines_copy_portable(const uint8_t *text, intptr_t count, int unset, intptr_t longest,
                              uint8_t *copies, intptr_t *ends, ctextlines_place *place);

#endif
