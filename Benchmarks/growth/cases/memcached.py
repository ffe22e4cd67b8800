"""Configurations of twemproxy and of mcrouter."""

import json

from registry import case, lines


def pool(i, servers=2):
    return (f"p{i}:\n  listen: 127.0.0.1:{i % 60000 + 1}\n  hash: fnv1a_64\n  distribution: ketama\n  servers:\n" + lines(
        servers, lambda j: f"   - 10.{j >> 16}.{j >> 8 & 255}.{j & 255}:11211:1\n"))


@case("twemproxy: pools", 1_000)
def _(n):
    return {"nutcracker.yml": lines(n, pool)}, ["lookup", "nutcracker.yml#p1", "k"]


@case("twemproxy: pools, all listed", 500)
def _(n):
    return {"nutcracker.yml": lines(n, pool)}, ["inspect", "nutcracker.yml"]


@case("twemproxy: servers", 1_000)
def _(n):
    return {"nutcracker.yml": pool(1, n).replace("ketama", "modula")}, ["lookup", "nutcracker.yml#p1", "k"]


def mcrouter(pools, route):
    return {"mcrouter.json": json.dumps({"pools": pools, "route": route})}


def servers(n):
    return {"servers": [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}:11211" for i in range(n)]}


@case("mcrouter: pools", 1_000)
def _(n):
    return mcrouter({f"p{i}": servers(2) for i in range(n)}, "PoolRoute|p1"), ["lookup", "mcrouter.json#p1", "k"]


@case("mcrouter: pools and routes, all listed", 500)
def _(n):
    return mcrouter({f"p{i}": servers(2) for i in range(n)},
                    {"type": "AllSyncRoute", "children": [f"PoolRoute|p{i}" for i in range(n)]}), ["inspect", "mcrouter.json"]


@case("mcrouter: routes to one pool", 1_000)
def _(n):
    return mcrouter({"p": servers(2)}, {"type": "AllSyncRoute", "children": [
        {"type": "HashRoute", "hash_func": "Ch3", "salt": str(i), "children": "Pool|p"} for i in range(n)]}), [
        "inspect", "mcrouter.json"]


@case("mcrouter: servers", 4_000)
def _(n):
    return mcrouter({"p": servers(n)}, "PoolRoute|p"), ["lookup", "mcrouter.json#p", "k"]


@case("mcrouter: named handles", 500)
def _(n):
    return {"mcrouter.json": json.dumps({"pools": {"p": servers(2)}, "named_handles": [
        {"type": "AllSyncRoute", "name": f"h{i}", "children": [f"h{i + 1}" if i + 1 < n else "PoolRoute|p"]}
        for i in range(n)], "route": "h0"})}, ["inspect", "mcrouter.json"]


@case("mcrouter: depth of routes", 100)
def _(n):
    route = "PoolRoute|p"
    for _ in range(n):
        route = {"type": "AllSyncRoute", "children": [route]}
    return mcrouter({"p": servers(2)}, route), ["inspect", "mcrouter.json"]


@case("mcrouter: comments", 20_000)
def _(n):
    return {"mcrouter.json": "// x\n" * n + "/* y */" * n + json.dumps(
        {"pools": {"p": servers(2)}, "route": "PoolRoute|p"})}, ["lookup", "mcrouter.json#p", "k"]


@case("mcrouter: weights by tag", 2_000)
def _(n):
    return mcrouter({"p": servers(n)}, {
        "type": "HashRoute", "children": "Pool|p", "hash_func": "WeightedRendezvous",
        "weights": {f"t{i}": 1 for i in range(n)}, "tags": [f"t{i}" for i in range(n)]}), ["lookup", "mcrouter.json#p", "k"]


@case("mcrouter: routes to pools that are not there", 2_000)
def _(n):
    return mcrouter({f"p{i}": servers(1) for i in range(n)}, {
        "type": "AllSyncRoute", "children": [f"PoolRoute|q{i}" for i in range(n)]}), ["inspect", "mcrouter.json"]
