"""Commands with many keys, nodes and requests."""

from registry import address, case, document, keys, lines, nginx


@case("lookup: keys as JSON", 10_000)
def _(n):
    return keys(lines(n, lambda i: f"{i}\n"), "--format", "json")


@case("lookup: preferences", 1_000)
def _(n):
    return keys(lines(n, lambda i: f"{i}\n"), "--preference", "5")


@case("balance: generated keys", 500_000)
def _(n):
    return {"d.yaml": document(5)}, ["balance", "d.yaml", "--samples", str(n)]


@case("balance: nodes", 5_000)
def _(n):
    return {"d.yaml": document(n)}, ["balance", "d.yaml", "--samples", "1000"]


@case("remap: generated keys", 200_000)
def _(n):
    return {"d.yaml": document(5)}, ["remap", "d.yaml", "--add", "m=x:1", "--samples", str(n)]


@case("remap: nodes", 3_000)
def _(n):
    return {"d.yaml": document(n)}, ["remap", "d.yaml", "--add", "m=x:1", "--samples", "1000"]


@case("remap: keys, all of which move", 10_000)
def _(n):
    files, arguments = keys(lines(n, lambda i: f"{i}\n"), "--list-moved", "moved", command="remap")
    return files | {"e.yaml": document(5, "nginx", node=lambda i: f"- e{i}:1\n")}, arguments + ["--to", "e.yaml"]


@case("remap: pairs of nodes", 150)
def _(n):
    return {"d.yaml": document(n), "e.yaml": document(n, "maglev")}, ["remap", "d.yaml", "--to", "e.yaml", "--samples", str(n * 200)]


@case("remap: to nodes with other names", 3_000)
def _(n):
    return {"d.yaml": document(n), "e.yaml": document(n, node=lambda i: f"- {{ id: m{n - i}, address: {address(i)} }}\n")}, [
        "remap", "d.yaml", "--to", "e.yaml", "--samples", "1000"]


@case("remap: --to-algorithm", 500)
def _(n):
    return {"d.yaml": document(n)}, ["remap", "d.yaml", "--to-algorithm", "ketama", "--samples", "1000"]


def nginx_by_address(body):
    files, arguments = nginx(body)
    return {"nginx.conf": files["nginx.conf"].replace("$uri", "$request_uri")}, arguments


VERIFY = "log_format verify '$remote_addr \"$request\" $upstream_addr';\n"


@case("verify: requests", 3_000)
def _(n):
    files, _ = nginx_by_address(VERIFY)
    return files | {"log": lines(n, lambda i: f'10.0.0.1 "GET /{i} HTTP/1.1" 10.0.0.{i % 3}:80\n')}, [
        "verify", "nginx.conf#app", "--log", "log"]


@case("verify: servers that nobody knows", 3_000)
def _(n):
    files, _ = nginx_by_address(VERIFY)
    return files | {"log": lines(n, lambda i: f'10.0.0.1 "GET /{i} HTTP/1.1" {address(i)}\n')}, [
        "verify", "nginx.conf#app", "--log", "log"]


@case("verify: servers", 500)
def _(n):
    files, _ = nginx_by_address(VERIFY + "upstream big { hash $uri consistent; " + lines(n, lambda i: f"server {address(i)};\n") + "}\n")
    return files | {"log": lines(500, lambda i: f'10.0.0.1 "GET /{i} HTTP/1.1" {address(i % n)}\n')}, [
        "verify", "nginx.conf#big", "--log", "log"]


@case("verify: servers tried", 2_000)
def _(n):
    files, _ = nginx_by_address(VERIFY)
    return files | {"log": ('10.0.0.1 "GET / HTTP/1.1" ' + "10.0.0.1:80, " * n + "10.0.0.2:80\n") * 5}, [
        "verify", "nginx.conf#app", "--log", "log"]


# It reads nothing.
@case("algorithms", 1)
def _(n):
    return {}, ["algorithms"]
