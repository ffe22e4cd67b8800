#include "CResolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

// The longest message of DNS.
enum { longest = 65535, header_length = 12, record_header_length = 10, type_srv = 33, class_in = 1 };

static unsigned number(const unsigned char *bytes) { return (unsigned)bytes[0] << 8 | bytes[1]; }

/// Asks for SRV records; returns the length of the answer, 0 if there are none, and -1 without an answer.
static int ask(const char *name, uint32_t server, uint16_t port, unsigned char *answer) {
#if defined(__GLIBC__) || defined(__APPLE__)
  // A state of its own, so that threads do not share one.
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (res_ninit(&state) != 0) return -1;
  int length = -1, error = NETDB_INTERNAL;
#if defined(__GLIBC__)
  if (server != 0) {
    state.nscount = 1;
    memset(&state.nsaddr_list[0], 0, sizeof state.nsaddr_list[0]);
    state.nsaddr_list[0].sin_family = AF_INET;
    state.nsaddr_list[0].sin_addr.s_addr = htonl(server);
    state.nsaddr_list[0].sin_port = htons(port);
    server = 0;
  }
#endif
  if (server == 0) {
    length = res_nquery(&state, name, class_in, type_srv, answer, longest);
    error = state.res_h_errno;
  }
#if defined(__APPLE__)
  res_ndestroy(&state);
#else
  res_nclose(&state);
#endif
#else
  int length = server == 0 ? res_query(name, class_in, type_srv, answer, longest) : -1;
  int error = server == 0 ? h_errno : NETDB_INTERNAL;
#endif
  if (length < 0 && (error == HOST_NOT_FOUND || error == NO_DATA)) return 0;
  return length > longest ? longest : length;
}

/// The place behind a name; NULL if the message ends before.
static const unsigned char *behind_name(const unsigned char *place, const unsigned char *end) {
  while (place < end) {
    // A pointer ends a name.
    if (*place >= 0xC0) return end - place >= 2 ? place + 2 : NULL;
    if (*place == 0) return place + 1;
    place += *place + 1;
  }
  return NULL;
}

/// Hands on the records of an answer, up to one that is broken.
static void read_answer(const unsigned char *message, int length, void *context,
                        cresolver_taker *take) {
  if (length < header_length) return;
  const unsigned char *end = message + length, *place = message + header_length;
  for (unsigned left = number(message + 4); left > 0; left--) {
    place = behind_name(place, end);
    if (place == NULL || end - place < 4) return;
    place += 4;
  }
  for (unsigned left = number(message + 6); left > 0; left--) {
    place = behind_name(place, end);
    if (place == NULL || end - place < record_header_length) return;
    unsigned type = number(place), data_length = number(place + 8);
    place += record_header_length;
    if (end - place < (ptrdiff_t)data_length) return;
    char host[NS_MAXDNAME];
    if (type == type_srv && data_length > 6 &&
        dn_expand(message, end, place + 6, host, sizeof host) > 0) {
      take(context, (uint16_t)number(place), (uint16_t)number(place + 2),
           (uint16_t)number(place + 4), host);
    }
    place += data_length;
  }
}

int cresolver_services(const char *name, uint32_t server, uint16_t port, void *context,
                       cresolver_taker *take) {
  unsigned char *answer = malloc(longest);
  if (answer == NULL) return 0;
  int length = ask(name, server, port, answer);
  if (length > 0) read_answer(answer, length, context, take);
  free(answer);
  return length >= 0;
}
