#include "CLibmemcached.h"

#if __has_include(<libmemcached/memcached.h>)

#include <dlfcn.h>
#include <libmemcached/memcached.h>

static __typeof__(memcached_create) *create;
static __typeof__(memcached_free) *release;
static __typeof__(memcached_behavior_set) *set_behavior;
static __typeof__(memcached_server_add_with_weight) *add_server;
static __typeof__(memcached_generate_hash) *generate_hash;
static __typeof__(memcached_lib_version) *version;

const char *libmemcached_load(void) {
  static const char *const names[] = {
      "libmemcached.so.11", "libmemcached.11.dylib", "libmemcached.dylib"};
  void *library = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++) {
    library = dlopen(names[i], RTLD_NOW);
  }
  if (library == NULL) return "libmemcached.so.11 is not found";
  create = dlsym(library, "memcached_create");
  release = dlsym(library, "memcached_free");
  set_behavior = dlsym(library, "memcached_behavior_set");
  add_server = dlsym(library, "memcached_server_add_with_weight");
  generate_hash = dlsym(library, "memcached_generate_hash");
  version = dlsym(library, "memcached_lib_version");
  int is_complete = create && release && set_behavior && add_server && generate_hash && version;
  return is_complete ? NULL : "libmemcached lacks a function";
}

const char *libmemcached_version(void) { return version(); }

static int configure(memcached_st *client, libmemcached_distribution distribution) {
  switch (distribution) {
    case libmemcached_ketama:
      return set_behavior(client, MEMCACHED_BEHAVIOR_KETAMA, 1) == MEMCACHED_SUCCESS;
    case libmemcached_ketama_md5:
      return set_behavior(client, MEMCACHED_BEHAVIOR_KETAMA, 1) == MEMCACHED_SUCCESS
             && set_behavior(client, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MD5)
                    == MEMCACHED_SUCCESS;
    case libmemcached_ketama_weighted:
      return set_behavior(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1) == MEMCACHED_SUCCESS;
  }
  return 0;
}

void *libmemcached_client(
    libmemcached_distribution distribution, const char *const *hosts, uint16_t port,
    const uint32_t *weights, size_t count) {
  memcached_st *client = create(NULL);
  if (client == NULL) return NULL;
  int is_ready = configure(client, distribution);
  for (size_t i = 0; i < count && is_ready; i++) {
    is_ready = add_server(client, hosts[i], port, weights[i]) == MEMCACHED_SUCCESS;
  }
  if (is_ready) return client;
  release(client);
  return NULL;
}

void libmemcached_free(void *client) { release(client); }

void libmemcached_lookup(
    const void *client, const uint8_t *keys, const int64_t *ends, size_t count,
    int32_t *answers) {
  size_t start = 0;
  for (size_t i = 0; i < count; i++) {
    size_t end = (size_t)ends[i];
    answers[i] = (int32_t)generate_hash(client, (const char *)keys + start, end - start);
    start = end;
  }
}

#else

const char *libmemcached_load(void) { return "libmemcached's headers were missing at the build"; }
const char *libmemcached_version(void) { return ""; }
void *libmemcached_client(
    libmemcached_distribution distribution, const char *const *hosts, uint16_t port,
    const uint32_t *weights, size_t count) {
  return NULL;
}
void libmemcached_free(void *client) {}
void libmemcached_lookup(
    const void *client, const uint8_t *keys, const int64_t *ends, size_t count,
    int32_t *answers) {}

#endif
