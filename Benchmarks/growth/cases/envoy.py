"""Configurations of Envoy, and YAML itself."""

from registry import case, lines


def envoy_cluster(i, hosts=2):
    return (f"  - name: c{i}\n    lb_policy: RING_HASH\n    load_assignment:\n      cluster_name: c{i}\n      endpoints:\n"
            "      - lb_endpoints:\n" + lines(hosts, lambda j: "        - endpoint: { address: { socket_address: "
            f"{{ address: 10.{j >> 16}.{j >> 8 & 255}.{j & 255}, port_value: 80 }} }} }}\n"))


def envoy(body, *arguments, before=""):
    return {"envoy.yaml": f"{before}static_resources:\n  clusters:\n{envoy_cluster(0)}{body}"}, list(
        arguments or ("lookup", "envoy.yaml#c0", "k"))


@case("Envoy: clusters", 500)
def _(n):
    return envoy(lines(n, lambda i: envoy_cluster(i + 1)))


@case("Envoy: clusters, all listed", 500)
def _(n):
    return envoy(lines(n, lambda i: envoy_cluster(i + 1)), "inspect", "envoy.yaml")


@case("Envoy: hosts", 1_000)
def _(n):
    return envoy(envoy_cluster(1, n).replace("RING_HASH", "MAGLEV"), "lookup", "envoy.yaml#c1", "k")


@case("Envoy: names of hosts", 1_000)
def _(n):
    cluster = envoy_cluster(1, n).replace("RING_HASH", "MAGLEV\n    type: STRICT_DNS").replace("address: 10.", "address: h.")
    files, words = envoy(cluster, "lookup", "envoy.yaml#c1", "k", "--resolve", "hosts")
    name = lambda i: f"h.{i >> 16}.{i >> 8 & 255}.{i & 255}"
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} {name(i)}\n")}, words


@case("Envoy: addresses of a name", 1_000)
def _(n):
    cluster = envoy_cluster(1, 1).replace("RING_HASH", "MAGLEV\n    type: STRICT_DNS").replace("10.0.0.0", "h.test")
    files, words = envoy(cluster, "lookup", "envoy.yaml#c1", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} h.test\n")}, words


@case("Envoy: localities", 500)
def _(n):
    return envoy("  - name: c1\n    lb_policy: RING_HASH\n    load_assignment:\n      cluster_name: c1\n      endpoints:\n" + lines(
        n, lambda i: "      - lb_endpoints:\n        - endpoint: { address: { socket_address: "
        f"{{ address: 10.0.{i >> 8}.{i & 255}, port_value: 80 }} }} }}\n"), "lookup", "envoy.yaml#c1", "k")


@case("Envoy: routes", 500)
def _(n):
    routes = lines(n, lambda i: f"            - match: {{ prefix: /{i} }}\n              route: {{ cluster: c{i % 400},"
                   " hash_policy: [ { header: { header_name: x } } ] }\n")
    return envoy(lines(400, lambda i: envoy_cluster(i + 1)) + "  listeners:\n  - filter_chains:\n    - filters:\n"
                 "      - typed_config:\n          route_config:\n            virtual_hosts:\n            - name: v\n"
                 "              routes:\n" + routes.replace("            ", "              "), "inspect", "envoy.yaml")


@case("Envoy: routes to as many clusters", 300)
def _(n):
    routes = lines(n, lambda i: f"              - match: {{ prefix: /{i} }}\n                route: {{ cluster: c{i},"
                   " hash_policy: [ { header: { header_name: x } } ] }\n")
    return envoy(lines(n, lambda i: envoy_cluster(i + 1)) + "  listeners:\n  - filter_chains:\n    - filters:\n"
                 "      - typed_config:\n          route_config:\n            virtual_hosts:\n            - name: v\n"
                 "              routes:\n" + routes, "inspect", "envoy.yaml")


@case("Envoy: routes to one cluster", 1_000)
def _(n):
    routes = lines(n, lambda i: f"              - match: {{ prefix: /{i} }}\n                route: {{ cluster: c0,"
                   f" hash_policy: [ {{ header: {{ header_name: x{i} }} }} ] }}\n")
    return envoy("  listeners:\n  - filter_chains:\n    - filters:\n"
                 "      - typed_config:\n          route_config:\n            virtual_hosts:\n            - name: v\n"
                 "              routes:\n" + routes)


@case("YAML: %TAG directives", 10_000, status=1)
def _(n):
    files, arguments = envoy("", before="")
    return {"envoy.yaml": lines(n, lambda i: f"%TAG !t{i}! tag:a,{i}:\n") + "---\n" + files["envoy.yaml"]}, arguments


@case("YAML: anchors", 5_000)
def _(n):
    return {"d.yaml": "nodes:\n" + lines(n, lambda i: f"- &a{i} a{i}:1\n")}, ["lookup", "d.yaml", "k"]


@case("YAML: aliases of a large value", 300, limit=4.5, reason="they stand for n² values, refused above 4 000 000")
def _(n):
    return envoy("", before="a: &a [" + "x," * n + "]\nb: [" + "*a ," * n + "]\n")


@case("YAML: depth", 400, status=None)
def _(n):
    return envoy("", before="a: " + "[" * n + "]" * n + "\n")


@case("YAML: keys of a map", 5_000)
def _(n):
    return envoy("", before="a:\n" + lines(n, lambda i: f"  k{i}: v\n"))


@case("YAML: a long text", 200_000)
def _(n):
    return {"d.yaml": f"properties: {{ p: \"{'x' * n}\" }}\nnodes: [a:1]\n"}, ["lookup", "d.yaml", "k"]


@case("YAML: lines of a text", 20_000)
def _(n):
    return {"d.yaml": "properties:\n  p: |\n" + "    x\n" * n + "nodes: [a:1]\n"}, ["lookup", "d.yaml", "k"]


@case("YAML: comments", 50_000)
def _(n):
    return {"d.yaml": "# x\n" * n + "nodes: [a:1]\n"}, ["lookup", "d.yaml", "k"]


@case("YAML: a long flow list", 5_000)
def _(n):
    return {"d.yaml": "nodes: [" + lines(n, lambda i: f"a{i}:1, ") + "]\n"}, ["lookup", "d.yaml", "k"]


@case("YAML: escapes", 100_000)
def _(n):
    return {"d.yaml": "properties: { p: \"" + "\\x41" * n + "\" }\nnodes: [a:1]\n"}, ["lookup", "d.yaml", "k"]
