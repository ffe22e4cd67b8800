#ifndef CLIBMEMCACHED_H
#define CLIBMEMCACHED_H

#include <stddef.h>
#include <stdint.h>

// libmemcached is looked for when the program runs, so that the program builds and runs without it.

/// Loads the library; NULL, or why there is none.
const char *libmemcached_load(void);

/// The version of the library that was loaded.
const char *libmemcached_version(void);

typedef enum {
  /// BEHAVIOR_KETAMA and the hash it comes with.
  libmemcached_ketama,
  /// BEHAVIOR_KETAMA and BEHAVIOR_HASH set to MD5.
  libmemcached_ketama_md5,
  /// BEHAVIOR_KETAMA_WEIGHTED.
  libmemcached_ketama_weighted,
} libmemcached_distribution;

/// A client with servers on a port of 10.0.0.0, 10.0.0.1 and so on; NULL if it could not be made.
void *libmemcached_client(
    libmemcached_distribution distribution, const char *const *hosts, uint16_t port,
    const uint32_t *weights, size_t count);
void libmemcached_free(void *client);

/// memcached_generate_hash of `count` keys that lie end to end.
void libmemcached_lookup(
    const void *client, const uint8_t *keys, const int64_t *ends, size_t count,
    int32_t *answers);

#endif
