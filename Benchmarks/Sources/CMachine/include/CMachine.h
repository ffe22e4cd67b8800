#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdint.h>

/// Bytes that the process has allocated and not freed; -1 where the C library does not say.
int64_t machine_allocated_bytes(void);

/// The C compiler that built the peers in C.
const char *machine_c_compiler(void);

/// The version of xxHash's header.
const char *machine_xxhash_version(void);

#endif
