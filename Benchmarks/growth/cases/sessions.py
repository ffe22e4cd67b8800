"""Sessions: configuration that keeps them, changes, and what their cookies say."""

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
