/*
 * Usage: libmemcached-picks KEYS < TRIALS
 *
 * Asks libmemcached where keys go. KEYS is a file of keys, each after its length (two bytes, the
 * lower first). A trial is a line
 *
 *     trial DISTRIBUTION HASH ORDER MODE
 *
 * a line `server HOST PORT WEIGHT` or `dead HOST PORT WEIGHT` for each server (port 0: HOST is the path
 * of a socket), and a line `end`. The answer to each trial is one byte a key:
 *
 * - MODE pick: the place of the server in the trial. Dead servers, whose addresses have no listener,
 *   have been asked and ejected before that.
 * - MODE store: S if the key was stored, B if it was refused, F if anything else happened.
 */

#include <libmemcached/memcached.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SERVERS = 255 };

struct key {
  const char *bytes;
  size_t length;
};

static struct key *keys;
static size_t key_count;

static char hosts[MAX_SERVERS][256];
static unsigned ports[MAX_SERVERS], weights[MAX_SERVERS];
static int is_dead[MAX_SERVERS];
static unsigned server_count;

static void fail(const char *problem, const char *what) {
  fprintf(stderr, "libmemcached-picks: %s '%s'\n", problem, what);
  exit(1);
}

static void read_keys(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("cannot open", path);
  int low, high;
  size_t room = 0;
  while ((low = getc(file)) != EOF && (high = getc(file)) != EOF) {
    size_t length = (size_t)low | (size_t)high << 8;
    char *bytes = malloc(length + 1);
    if (key_count == room) keys = realloc(keys, (room = 2 * room + 1024) * sizeof *keys);
    if (bytes == NULL || keys == NULL) fail("no memory for", path);
    if (fread(bytes, 1, length, file) != length) fail("a key is cut short in", path);
    bytes[length] = 0;
    keys[key_count++] = (struct key){bytes, length};
  }
  fclose(file);
}

static void set(memcached_st *client, memcached_behavior_t behavior, uint64_t value) {
  memcached_return_t code = memcached_behavior_set(client, behavior, value);
  if (memcached_failed(code)) fail("a behaviour is refused:", memcached_strerror(client, code));
}

static void set_hash(memcached_st *client, const char *name) {
  static const struct {
    const char *name;
    memcached_hash_t hash;
  } hashes[] = {
      {"default", MEMCACHED_HASH_DEFAULT},   {"md5", MEMCACHED_HASH_MD5},
      {"crc", MEMCACHED_HASH_CRC},           {"fnv1_64", MEMCACHED_HASH_FNV1_64},
      {"fnv1a_64", MEMCACHED_HASH_FNV1A_64}, {"fnv1_32", MEMCACHED_HASH_FNV1_32},
      {"fnv1a_32", MEMCACHED_HASH_FNV1A_32}, {"murmur", MEMCACHED_HASH_MURMUR},
      {"murmur3", MEMCACHED_HASH_MURMUR3},   {"jenkins", MEMCACHED_HASH_JENKINS},
  };
  // What the distribution has left.
  if (strcmp(name, "-") == 0) return;
  for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
    if (strcmp(name, hashes[i].name) == 0) {
      set(client, MEMCACHED_BEHAVIOR_HASH, hashes[i].hash);
      return;
    }
  }
  fail("no hash", name);
}

static void set_distribution(memcached_st *client, const char *name) {
  const memcached_behavior_t distribution = MEMCACHED_BEHAVIOR_DISTRIBUTION;
  if (strcmp(name, "modula") == 0) {
    set(client, distribution, MEMCACHED_DISTRIBUTION_MODULA);
  } else if (strcmp(name, "consistent") == 0) {
    set(client, distribution, MEMCACHED_DISTRIBUTION_CONSISTENT);
  } else if (strcmp(name, "ketama") == 0) {
    set(client, MEMCACHED_BEHAVIOR_KETAMA, 1);
  } else if (strcmp(name, "ketama-weighted") == 0) {
    set(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);
  } else if (strcmp(name, "spy") == 0) {
    set(client, distribution, MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY);
  } else if (strcmp(name, "spy-weighted") == 0) {
    set(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);
    set(client, distribution, MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY);
  } else {
    fail("no distribution", name);
  }
}

static void add_servers(memcached_st *client) {
  for (unsigned i = 0; i < server_count; i++) {
    memcached_return_t code =
        ports[i] == 0
            ? memcached_server_add_unix_socket_with_weight(client, hosts[i], weights[i])
            : memcached_server_add_with_weight(client, hosts[i], (in_port_t)ports[i], weights[i]);
    if (memcached_failed(code)) fail("a server is refused:", memcached_strerror(client, code));
  }
}

/* The place in the trial of a server by its place in the client, which may sort them. */
static unsigned place(const memcached_st *client, uint32_t position) {
  const memcached_instance_st *server = memcached_server_instance_by_position(client, position);
  for (unsigned i = 0; i < server_count; i++) {
    if (ports[i] == memcached_server_port(server) &&
        strcmp(hosts[i], memcached_server_name(server)) == 0)
      return i;
  }
  fail("a server that was not added:", memcached_server_name(server));
  return MAX_SERVERS;
}

static unsigned pick(const memcached_st *client, struct key key) {
  return place(client, memcached_generate_hash(client, key.bytes, key.length));
}

/* Asks each dead server for a few keys, so that the client has seen it fail. */
static void eject(memcached_st *client) {
  unsigned failures[MAX_SERVERS] = {0};
  for (size_t i = 0; i < key_count; i++) {
    unsigned server = pick(client, keys[i]);
    if (!is_dead[server] || failures[server] == 3) continue;
    size_t length;
    uint32_t flags;
    memcached_return_t code;
    free(memcached_get(client, keys[i].bytes, keys[i].length, &length, &flags, &code));
    if (!memcached_failed(code)) fail("a dead server answers:", hosts[server]);
    failures[server] += 1;
  }
}

static char store(memcached_st *client, struct key key) {
  memcached_return_t code = memcached_set(client, key.bytes, key.length, "", 0, 0, 0);
  return code == MEMCACHED_SUCCESS ? 'S' : code == MEMCACHED_BAD_KEY_PROVIDED ? 'B' : 'F';
}

static void run(const char *distribution, const char *hash, const char *order, const char *mode) {
  memcached_st *client = memcached_create(NULL);
  if (strcmp(order, "sort") == 0) set(client, MEMCACHED_BEHAVIOR_SORT_HOSTS, 1);
  if (strcmp(order, "after") == 0) {
    // A ring is built when servers are added and when the distribution is set, and not when the hash
    // is.
    set_hash(client, hash);
    add_servers(client);
    set_distribution(client, distribution);
  } else {
    set_distribution(client, distribution);
    set_hash(client, hash);
    add_servers(client);
  }

  int has_dead = 0;
  for (unsigned i = 0; i < server_count; i++) has_dead |= is_dead[i];
  if (has_dead) {
    set(client, MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS, 1);
    set(client, MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT, 1);
    // Seconds: longer than any test, so that no server is tried again.
    set(client, MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 3600);
    eject(client);
  }
  for (size_t i = 0; i < key_count; i++)
    putchar(strcmp(mode, "store") == 0 ? store(client, keys[i]) : (int)pick(client, keys[i]));
  memcached_free(client);
}

int main(int count, char **arguments) {
  if (count != 2) fail("expected one argument, a file of keys; got", count > 2 ? "more" : "none");
  read_keys(arguments[1]);
  char line[512], distribution[64] = "", hash[64], order[64], mode[64], kind[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "trial %63s %63s %63s %63s", distribution, hash, order, mode) == 4) {
      server_count = 0;
    } else if (strcmp(line, "end\n") == 0) {
      run(distribution, hash, order, mode);
    } else if (server_count < MAX_SERVERS &&
               sscanf(line, "%63s %255s %u %u", kind, hosts[server_count], &ports[server_count],
                      &weights[server_count]) == 4) {
      is_dead[server_count++] = strcmp(kind, "dead") == 0;
    } else {
      fail("cannot read the line", line);
    }
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
