#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// How often the calling thread has allocated memory so far; -1 where allocations are not counted
/// (systems other than Linux with glibc, builds with a sanitizer).
int64_t allocations_on_this_thread(void);

#endif
