"""uhashring and jump-consistent-hash, asked for the keys of a file.

Usage: python_peer.py FILE

The file has a key and its hash in hexadecimal on each line. For every line "RULE NODES COUNT" on
standard input the first COUNT keys are placed, once uncounted and once counted, and "NANOSECONDS
CHECKSUM" is printed. The rules are uhashring, uhashring-ketama and jump.
"""

import importlib.metadata
import platform
import sys
import time

import jump
import uhashring


def addresses(count):
    """The ids of nodes, as the other side makes them."""
    return [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}:8080" for i in range(count)]


def passes(rule, nodes, keys, hashes):
    """A function that places all keys, and one that turns its answers into numbers."""
    if rule == "jump":
        return lambda: [jump.hash(value, nodes) for value in hashes], int
    if rule not in ("uhashring", "uhashring-ketama"):
        sys.exit(f"no rule {rule}")
    names = addresses(nodes)
    options = {"hash_fn": "ketama"} if rule == "uhashring-ketama" else {}
    ring = uhashring.HashRing(names, **options)
    position = {name: i for i, name in enumerate(names)}
    return lambda: [ring.get_node(key) for key in keys], position.__getitem__


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[2])
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [line.split() for line in file]
    versions = [f"{name} {importlib.metadata.version(name)}"
                for name in ("uhashring", "jump-consistent-hash")]
    print("Python", platform.python_version() + ",", ", ".join(versions), flush=True)
    prepared = {}
    for request in sys.stdin:
        if request not in prepared:
            rule, nodes, count = request.split()
            some = lines[:int(count)]
            prepared[request] = passes(
                rule, int(nodes), [key for key, _ in some], [int(value, 16) for _, value in some])
        place, number = prepared[request]
        place()
        start = time.perf_counter_ns()
        answers = place()
        elapsed = time.perf_counter_ns() - start
        checksum = 0
        for answer in answers:
            checksum = (31 * checksum + number(answer)) % 2**64
        print(elapsed, checksum, flush=True)


if __name__ == "__main__":
    main()
