"""Asks python-memcached which server it picks for keys.

Usage: python-memcached-picks.py OPTIONS

OPTIONS is a JSON object: "servers", a list of addresses and weights; "dead", the positions of those that count as
dead without being asked; "isOld", whether the old hash function is used; "stores", whether keys are stored.
Keys come in lines of standard input. For each key the position of its server is printed, or -1; when keys are
stored, 1 if the server took the key and 0 if not.
"""

import json
import sys

import memcache


def main():
    options = json.loads(sys.argv[1])
    servers = [tuple(server) for server in options["servers"]]
    if options["isOld"]:
        memcache.useOldServerHashFunction()
    keys = sys.stdin.buffer.read().split(b"\n")[:-1]
    client = memcache.Client(servers, dead_retry=3600)
    if options["stores"]:
        for key in keys:
            print(1 if client.set(key, key) else 0)
        return
    hosts = client.servers
    connects = {id(host): position not in options["dead"] for position, host in enumerate(hosts)}
    memcache._Host.connect = lambda host: connects[id(host)]
    positions = {id(host): position for position, host in enumerate(hosts)}
    for key in keys:
        host, _ = client._get_server(key)
        print(positions[id(host)] if host else -1)


main()
