"""Sessions: configuration that keeps them, changes, and what their cookies say."""

import ctypes
import ctypes.util

from registry import address, case, document, lines

SESSION = "key: session\nsession: { secret: 0123456789abcdef }\n"
FORMAT = "$msec $shop_id $upstream_addr"


def shop(n, **more):
    return document(n, "nginx", name="shop", more=SESSION, **more)


@case("session: a site written", 2_000)
def _(n):
    return {"d.yaml": shop(n)}, ["generate", "nginx", "d.yaml", "--part", "site"]


@case("session: a file compared, all lines differ", 5_000, status=2)
def _(n):
    return {"d.yaml": shop(5), "f.conf": lines(n, lambda i: f"line {i}\n")}, [
        "generate", "nginx", "d.yaml", "--output", "f.conf", "--check"]


@case("session: a file compared, servers differ", 1_000, status=2)
def _(n):
    old = lines(n, lambda i: f"    server {address(2 * i)};\n")
    return {"d.yaml": document(n, "nginx", more="key: uri\n"), "f.conf": old}, [
        "generate", "nginx", "d.yaml", "--output", "f.conf", "--check"]


@case("rollout: nodes that leave", 2_000)
def _(n):
    others = shop(n, node=lambda i: f"- {{ id: m{i}, address: {address(i + (1 << 20))} }}\n")
    return {"d.yaml": shop(n), "e.yaml": others}, ["rollout", "d.yaml", "--to", "e.yaml"]


def number(data):
    """The XXH3 of bytes in hexadecimal digits."""
    library = ctypes.CDLL(ctypes.util.find_library("xxhash"))
    library.XXH3_64bits.restype = ctypes.c_uint64
    library.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    return f"{library.XXH3_64bits(data, len(data)):016x}"


LISTED = "key: session\nsession: { follow: list }\n"


def history(n, count):
    """The history of a list of n nodes with a number of earlier lists."""
    nodes = sorted((f"n{i}", address(i), "1") for i in range(n))
    fields = ["chash list 1", "nginx", ""] + [text for node in nodes for text in node]
    present = number(b"".join(text.encode() + b"\0" for text in fields))
    body = "# Sessions live by them. chash rollout adds lists and takes them away; do not change this file.\n"
    for i in range(count):
        body += f"--- # in use until {i}\n" + document(n + 1 + i, "nginx", name="shop")
    return ("# Earlier lists of servers, written by chash rollout (history 1, "
            f"list {present}, text {number(body.encode())}).\n{body}")


@case("rollout: a list written", 2_000)
def _(n):
    return {"d.yaml": document(n, "nginx", name="shop", more=LISTED)}, [
        "rollout", "d.yaml", "--add", "x=x:1", "--folder", "steps"]


@case("session: earlier lists read and written", 500)
def _(n):
    files = {"d.yaml": document(n, "nginx", name="shop", more=LISTED), "d.history": history(n, 10)}
    return files, ["generate", "nginx", "d.yaml"]


@case("session: servers of an earlier list", 2_000)
def _(n):
    files = {"d.yaml": document(n, "nginx", name="shop", more=LISTED), "d.history": history(n, 1)}
    return files, ["explain-cookie", "d.yaml", "0" * 32 + ".000000000000"]


@case("rollout: sessions of a log", 50_000)
def _(n):
    log = lines(n, lambda i: f"{1796131262 + i}.5 {i:032x} {address(i % 3)}\n")
    files = {"d.yaml": shop(3), "log": log}
    return files, ["rollout", "d.yaml", "--add", "x=x:1", "--log", "log", "--log-format", FORMAT]


@case("adopt: servers", 2_000)
def _(n):
    servers = lines(n, lambda i: f"server {address(i)};\n")
    return {"nginx.conf": "http { upstream app { hash $arg_u; " + servers + "} }\n"}, [
        "adopt", "nginx.conf#app"]


@case("lint: upstreams", 2_000, status=2)
def _(n):
    upstreams = lines(n, lambda i: f"upstream u{i} {{ hash $cookie_sid; server a:{1 + i % 9}; server b:1; }}\n")
    return {"nginx.conf": "http {\n" + upstreams + "}\n"}, ["lint", "nginx.conf"]


@case("lint: servers of two routers", 2_000, status=2)
def _(n):
    def conf(first):
        servers = lines(n, lambda i: f"server {address(i + first)};\n")
        return "http { upstream app { hash $arg_u consistent; " + servers + "} }\n"
    return {"a.conf": conf(0), "b.conf": conf(1)}, ["lint", "a.conf,b.conf"]


@case("explain-cookie: servers", 2_000)
def _(n):
    return {"d.yaml": shop(n)}, ["explain-cookie", "d.yaml", "0" * 32 + ".000000000000"]


@case("explain-cookie: a line of cookies", 5_000, largest=20_000)
def _(n):
    return {"d.yaml": shop(3)}, ["explain-cookie", "d.yaml", "Cookie: " + "a=b; " * n + "route=" + "0" * 32]
