"""Cluster documents, host names, and scale events."""

import json

from registry import address, case, document, haproxy, lines, nginx, UPSTREAM


@case("document: nodes", 5_000)
def _(n):
    return {"d.yaml": document(n)}, ["lookup", "d.yaml", "k"]


@case("document: nodes, JSON", 5_000)
def _(n):
    return {"d.json": json.dumps({"version": 1, "name": "d", "algorithm": "jump", "nodes": [
        {"id": f"n{i}", "address": address(i)} for i in range(n)]})}, ["lookup", "d.json", "k"]


@case("document: slots", 5_000)
def _(n):
    return {"d.yaml": document(n, node=lambda i: f"- {{ id: n{i}, address: {address(i)}, slots: [{2 * i}] }}\n")}, [
        "lookup", "d.yaml", "k"]


@case("document: slots of one node", 20_000)
def _(n):
    return {"d.yaml": document(1, node=lambda i: f"- {{ id: n{i}, address: {address(i)}, slots: {list(range(n))} }}\n")}, [
        "lookup", "d.yaml", "k"]


@case("document: slots, vacant ones", 2_000_000)
def _(n):
    return {"d.yaml": document(2, more=f"slots: {n}\n")}, ["lookup", "d.yaml", "k"]


@case("document: properties", 5_000)
def _(n):
    return {"d.yaml": document(2, more="properties:\n" + lines(n, lambda i: f"  p{i}: v\n"))}, ["lookup", "d.yaml", "k"]


@case("document: a long id among nodes", 3_000)
def _(n):
    long = "x" * (300 * n)
    return {"d.yaml": document(n, node=lambda i: f"- {{ id: {long if i == 0 else f'n{i}'}, address: {address(i)} }}\n")}, [
        "lookup", "d.yaml", "k"]


@case("document: equal prefixes", 2_000)
def _(n):
    prefix = "x" * 500
    return {"d.yaml": document(n, node=lambda i: f"- {{ id: {prefix}{i}, address: {address(i)} }}\n")}, ["lookup", "d.yaml", "k"]


@case("document: a mistake", 5_000, status=1)
def _(n):
    return {"d.yaml": document(n, node=lambda i: "- { id: a, address: b }\n")}, ["lookup", "d.yaml", "k"]


@case("--resolve: names", 10_000)
def _(n):
    files, arguments = nginx("", "lookup", "nginx.conf#app", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} n{i}.example\n")}, arguments


@case("--resolve: names on a line", 10_000)
def _(n):
    files, arguments = nginx("", "lookup", "nginx.conf#app", "k", "--resolve", "hosts")
    return files | {"hosts": "10.0.0.1 " + lines(n, lambda i: f"n{i} ") + "\n"}, arguments


@case("--resolve: addresses of a name", 3_000)
def _(n):
    files, arguments = nginx("upstream big { hash $uri; server a.example; }\n", "lookup", "nginx.conf#big", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} a.example\n")}, arguments


@case("--resolve: servers with names", 2_000)
def _(n):
    files, arguments = nginx("upstream big { hash $uri; " + lines(n, lambda i: f"server n{i}.example;\n") + "}\n",
                             "lookup", "nginx.conf#big", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} n{i}.example\n")}, arguments


@case("--resolve: services of nginx", 2_000)
def _(n):
    servers = lines(n, lambda i: f"server s{i}.example service=http resolve;\n")
    files, arguments = nginx(f"upstream big {{ zone big 64k; resolver 127.0.0.1; hash $uri consistent; {servers}}}\n",
                             "lookup", "nginx.conf#big", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"_http._tcp.s{i}.example. 1 IN SRV 1 1 80 a{i}.example.\n")}, arguments


@case("--resolve: records of a service of HAProxy", 1_000)
def _(n):
    backend = f"backend b\n balance source\n server-template s {n} _http._tcp.example resolvers r\n"
    records = lines(n, lambda i: f"_http._tcp.example. 1 IN SRV 1 {i % 9} 80 a{i}.example.\n")
    return {"h.cfg": backend, "hosts": records}, ["lookup", "h.cfg#b", "192.0.2.1", "--resolve", "hosts"]


@case("--resolve: a chain of CNAMEs, which is too long", 3_000, status=1)
def _(n):
    files, arguments = nginx("upstream big { hash $uri; server n0.example; }\n", "lookup", "nginx.conf#big", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"n{i}.example. 60 IN CNAME n{i + 1}.example.\n")
                    + f"n{n}.example. 60 IN A 10.0.0.1\n"}, arguments


@case("--define", 500, largest=4_000, limit=4.5, reason="ArgumentParser; 10 000 arguments at most")
def _(n):
    files, arguments = haproxy("")
    return files, arguments + [word for i in range(n) for word in ("--define", f"V{i}={i}")]


@case("--root", 200, largest=400, limit=4.5, reason="ArgumentParser; 10 000 arguments at most")
def _(n):
    files, arguments = nginx(lines(200, lambda i: f"include /p{i}/x*.conf;\n"))
    return files, arguments + [word for i in range(n) for word in ("--root", f"/p{i}=.")]


for flag, text in {
    "--add": lambda i: f"m{i}=192.168.{i >> 8}.{i & 255}:80", "--remove": lambda i: f"n{i}", "--up": lambda i: f"n{i}",
    "--down": lambda i: f"n{i}", "--drain": lambda i: f"n{i}", "--weight": lambda i: f"n{i}=2",
    "--replace": lambda i: f"n{i}=192.168.{i >> 8}.{i & 255}:80",
}.items():
    # No more of them, as reading many arguments takes the square of their number.
    @case(f"remap {flag}: events and nodes", 100, largest=400)
    def _(n, flag=flag, text=text):
        return {"d.yaml": document(20 * n)}, ["remap", "d.yaml", "--samples", "10"] + [
            word for i in range(n) for word in (flag, text(i))]
