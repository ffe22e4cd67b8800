#ifndef CRESOLVER_H
#define CRESOLVER_H

#include <stdint.h>

/// Gets an SRV record: its numbers, and the name of its host.
typedef void cresolver_taker(void *context, uint16_t priority, uint16_t weight, uint16_t port,
                             const char *host);

/// Asks the resolver of the system for the SRV records of a name, and hands each to `take`, in the order of
/// the answer.
///
/// `server` and `port` are the server of DNS to ask, in the order of bytes of the machine; 0 for the
/// system's own. Only glibc can be told which.
///
/// Returns whether there was an answer; that a name does not exist is one.
int cresolver_services(const char *name, uint32_t server, uint16_t port, void *context,
                       cresolver_taker *take);

#endif
