#include "CMachine.h"

#include <stdlib.h>
#include <xxhash.h>

#if defined(__linux__)
#include <malloc.h>
#endif

int64_t machine_allocated_bytes(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 info = mallinfo2();
  return (int64_t)(info.uordblks + info.hblkhd);
#else
  return -1;
#endif
}

const char *machine_c_compiler(void) { return __VERSION__; }

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *machine_xxhash_version(void) {
  return TEXT(XXH_VERSION_MAJOR) "." TEXT(XXH_VERSION_MINOR) "." TEXT(XXH_VERSION_RELEASE);
}
