#!/usr/bin/env python3
"""Recompute every value of native-1.json from the text of ../hashing.md.

This is a second implementation of the native hashing rules, written from the document and not from
the library, so that an agreement means that the document says what the library does. It follows the
document section by section and is written to be read: nothing here is fast.

    python3 docs/vectors/check.py [FILE]

needs Python 3.9 or later and the C library xxHash, 0.8 or later. It exits with 0 if every value
agrees and with 1 otherwise.
"""

import ctypes
import ctypes.util
import json
import math
import os
import struct
import sys
from itertools import count


def load_xxh3():
    """XXH3_64bits_withSeed of the installed xxHash, as a function of (bytes, seed)."""
    homebrew = "/opt/homebrew/lib/libxxhash.dylib"  # which not every Python searches
    found = ctypes.util.find_library("xxhash")
    for name in filter(None, [found, "libxxhash.so.0", "libxxhash.dylib", homebrew]):
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        if library.XXH_versionNumber() < 800:
            sys.exit(f"{name} is older than xxHash 0.8, the first with the final XXH3")
        types = (ctypes.c_uint64, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64)
        function = ctypes.CFUNCTYPE(*types)(("XXH3_64bits_withSeed", library))
        return lambda data, seed: function(data, len(data), seed)
    sys.exit("xxHash is missing: try `apt-get install libxxhash0` or `brew install xxhash`")


xxh3 = load_xxh3()


def le64(x):
    """The eight bytes of a 64-bit integer, least significant first."""
    return struct.pack("<Q", x)


def bits_of(x):
    """The 64 bits of a double as an unsigned integer."""
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double_of(bits):
    """The double with these 64 bits."""
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


class Node:
    """A node, from the fields that the file has for it."""

    def __init__(self, fields):
        self.id = fields["id"].encode()
        self.weight = float(fields["weight"])
        self.slots = fields.get("slots")  # None unless they are given (jump only)
        self.is_member = self.weight > 0 and fields["state"] != "drain"
        self.is_available = self.is_member and fields["state"] != "down"


def rehashes(h):
    """The endless re-hash sequence h0 = h, h1, h2, ..."""
    yield h
    for t in count(1):
        yield xxh3(le64(h), t)


def walk(h, n, place):
    """The numbers 0 ..< n in the order that Maglev (members) and jump (slots) give a key.

    They come as `place` finds them for h0, h1, ..., each where it is met first; once 64 hashes in a
    row have met nothing new, the others follow upwards from the last one that was new, wrapping.
    """
    met, last, misses = set(), 0, 0
    for hash_ in rehashes(h):
        if misses == 64 or len(met) == n:
            break
        number = place(hash_)
        if number in met:
            misses += 1
        else:
            met.add(number)
            last, misses = number, 0
            yield number
    for step in range(1, n):
        number = (last + step) % n
        if number not in met:
            yield number


def each_once(ids):
    """A list of these ids, each where it is met first."""
    return list(dict.fromkeys(ids))


class Ring:
    """Ketama ring; `points` are (value, id, j), which is also how they sort.

    As with the classes below, `preference` turns a key's hash into ids; the choice is the first.
    """

    def __init__(self, nodes, options):
        v = options.get("virtual-nodes", 160)
        self.points = []
        for node in nodes:
            if node.is_available:
                number = max(1, math.floor(v * node.weight + 0.5))
                seed = xxh3(node.id, 0)
                self.points += ((xxh3(le64(j), seed), node.id, j) for j in range(number))
        self.points.sort()

    def preference(self, h):
        first = sum(value < h for value, _, _ in self.points)
        return each_once(id for _, id, _ in self.points[first:] + self.points[:first])


class Rendezvous:
    """Rendezvous, by score or by cost."""

    def __init__(self, nodes, options):
        self.nodes = [node for node in nodes if node.is_available]
        self.weighted = len({node.weight for node in self.nodes}) > 1

    def preference(self, h):
        return [id for *_, id in sorted(self.rank(h, node) for node in self.nodes)]

    def rank(self, h, node):
        """What nodes are sorted by: smaller cost, if weighted; larger score; smaller id."""
        score = xxh3(le64(h), xxh3(node.id, 0))
        cost = negative_logarithm(unit(score)) / node.weight if self.weighted else 0.0
        return (cost, -score, node.id)


def unit(score):
    """A score as a double in (0, 1]."""
    return (float(score >> 11) + 0.5) * 2.0**-53


def negative_logarithm(x):
    """NL: -ln x for 0 < x <= 1, the same bits everywhere."""
    b = bits_of(x)
    o = (b - 0x3FE6A09E667F3BCD) % 2**64
    e = float((o >> 52) - (2**12 if o >= 2**63 else 0))
    m = double_of((b - (o & 0xFFF0000000000000)) % 2**64)

    f = m - 1.0
    d = 2.0 + f
    dl = f - (d - 2.0)
    s = f / d
    sl = (remainder(f, s, d) - s * dl) / d
    z = s * s
    p = 1.0 / 25.0
    for k in (23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3):
        p = p * z + 1.0 / k
    t = s * (z * p)
    a = -e * float.fromhex("0x1.62e42fefa39p-1")
    c = -2.0 * s
    y = a + c
    yl = 0.0 if a == 0.0 else c - (y - a)
    return y + ((yl - e * float.fromhex("0x1.de6af278ece6p-46")) - 2.0 * (sl + t))


def remainder(f, s, d):
    """REM: f - s*d, the product taken exactly."""
    (s1, s2), (d1, d2), q = split(s), split(d), s * d
    r = (((s1 * d1 - q) + s1 * d2) + s2 * d1) + s2 * d2
    return (f - q) - r


def split(x):
    """SPLIT: a double as the sum of two that have half of its digits each."""
    g = 134217729.0 * x
    high = g - (g - x)
    return high, x - high


class Maglev:
    """Maglev; `table` holds the number of a member for each slot."""

    def __init__(self, nodes, options):
        self.size = options.get("table-size", 65537)
        self.members = sorted((n for n in nodes if n.is_member), key=lambda n: n.id)
        slots = [xxh3(node.id, 0) % self.size for node in self.members]  # to be tried next
        skips = [xxh3(node.id, 1) % (self.size - 1) + 1 for node in self.members]
        total = 0.0
        for node in self.members:
            total += node.weight  # not sum(), which rounds less often since Python 3.12
        weights = [node.weight / total for node in self.members]
        largest = max(weights, default=0.0)
        targets = [0.0] * len(weights)

        self.table = [None] * self.size
        free = self.size
        turns = ((t, i) for t in count(1) for i in range(len(weights)))
        while free > 0 and weights:
            t, i = next(turns)
            if float(t) * weights[i] < targets[i]:
                continue
            targets[i] += largest
            while self.table[slots[i]] is not None:
                slots[i] = (slots[i] + skips[i]) % self.size
            self.table[slots[i]] = i
            free -= 1

    def preference(self, h):
        order = walk(h, len(self.members), lambda hash_: self.table[hash_ * self.size >> 64])
        return each_once(self.members[i].id for i in order if self.members[i].is_available)


class Jump:
    """Jump; `owners` holds the available node of each slot that is not vacant."""

    def __init__(self, nodes, options):
        if any(node.slots is not None for node in nodes):
            owned = [(slot, node) for node in nodes for slot in node.slots or []]
        else:
            further = (node for node in nodes for _ in range(1, int(node.weight)))
            owned = list(enumerate([*nodes, *further]))
        self.slots = options.get("slots", 1 + max((slot for slot, _ in owned), default=-1))
        self.owners = {slot: node for slot, node in owned if node.is_available}

    def preference(self, h):
        order = walk(h, self.slots, lambda hash_: jump(hash_, self.slots))
        return each_once(self.owners[slot].id for slot in order if slot in self.owners)


def jump(h, slots):
    """J: the jump consistent hash of Lamping and Veach."""
    b, j = -1, 0
    while j < slots:
        b = j
        h = (h * 2862933555777941757 + 1) % 2**64
        j = math.floor(float(b + 1) * (2.0**31 / float((h >> 33) + 1)))
    return b


ALGORITHMS = {"ketama": Ring, "rendezvous": Rendezvous, "maglev": Maglev, "jump": Jump}
hexadecimal = "{:016x}".format  # a 64-bit integer as the file writes it


def recompute(vectors):
    """For every value of the file: where it is, what it says, and what the rules say."""
    for i, vector in enumerate(vectors["keyHashes"]):
        h = xxh3(bytes.fromhex(vector["key"]), vector["seed"])
        yield f"keyHashes[{i}].hash", vector["hash"], hexadecimal(h)
    for i, vector in enumerate(vectors["rehashes"]):
        sequence = zip(vector["sequence"], rehashes(int(vector["hash"], 16)))
        yield f"rehashes[{i}]", vector["sequence"], [hexadecimal(h) for _, h in sequence]
    for i, vector in enumerate(vectors["negativeLogarithms"]):
        u = unit(int(vector["score"], 16))
        computed = [hexadecimal(bits_of(x)) for x in (u, negative_logarithm(u))]
        yield f"negativeLogarithms[{i}]", [vector["unitBits"], vector["resultBits"]], computed
    for i, vector in enumerate(vectors["jumps"]):
        yield f"jumps[{i}].slot", vector["slot"], jump(int(vector["hash"], 16), vector["slots"])
    for i, selection in enumerate(vectors["selections"]):
        where = f"selections[{i}] ({selection['algorithm']})"
        nodes = [Node(fields) for fields in selection["nodes"]]
        algorithm = ALGORITHMS[selection["algorithm"]](nodes, selection["options"])
        if "firstPoints" in selection:
            given = [(point["value"], point["id"]) for point in selection["firstPoints"]]
            points = algorithm.points[: len(given)]
            computed = [(hexadecimal(value), id.decode()) for value, id, _ in points]
            yield f"{where}.firstPoints", given, computed
        if "table" in selection:
            computed = [algorithm.members[i].id.decode() for i in algorithm.table]
            yield f"{where}.table", selection["table"], computed
        for j, vector in enumerate(selection["preferences"]):
            seed = selection["options"].get("seed", 0)
            ids = algorithm.preference(xxh3(bytes.fromhex(vector["key"]), seed))
            yield f"{where}.preferences[{j}]", vector["ids"], [id.decode() for id in ids]


def main():
    """Compares, and shows the first differences."""
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "native-1.json")
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.relpath(beside)
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    if vectors["version"] != 1:
        sys.exit(f"{path}: not of version 1")
    results = list(recompute(vectors))
    differences = [(where, given, own) for where, given, own in results if given != own]
    for where, given, own in differences[:5]:
        print(f"{where}:\n    the file says   {given}\n    the rules say   {own}")
    if differences:
        sys.exit(f"{path}: {len(differences)} of {len(results)} values differ")
    print(f"{path}: {len(results)} values agree")


if __name__ == "__main__":
    main()
