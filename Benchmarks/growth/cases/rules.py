"""Every rule of the catalogue: building, many keys, whole preferences, and a node that is down."""

from registry import case, lines

# What HAProxy does as well; refused before it takes more than five seconds.
INHERENT = {
    "haproxy-map of weights, nodes": "HAProxy compares all servers for each entry of its table",
}
UNWEIGHTED = {
    "pymemcache", "mcrouter-ch3", "mcrouter-rendezvous", "mcrouter-crc32", "guava-consistent", "caddy",
    "carbon-ch", "carbon-fnv1a-ch", "carbon-jump-fnv1a-ch", "graphite-carbon-ch", "graphite-fnv1a-ch",
}


def ipv4(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


def document(rule, n, weight):
    if rule == "nginx-split-clients":
        share = 10_000 // n
        return f"algorithm: {rule}\nnodes:\n" + lines(
            n, lambda i: f"- {{ address: a{i}:80, percent: \"{share // 100}.{share % 100:02}%\" }}\n")
    if rule == "redis-cluster":
        return f"algorithm: {rule}\nnodes:\n" + lines(
            n, lambda i: f"- {{ address: {ipv4(i)}:80, slot-ranges: {16384 * i // n}-{16384 * (i + 1) // n - 1} }}\n")
    return f"algorithm: {rule}\nnodes:\n" + lines(
        n, lambda i: f"- {{ address: {ipv4(i)}:80, weight: {weight(i)} }}\n")


def register(rules):
    """Registers cases for rules, by their names."""
    kinds = [(rule, rule, lambda i: 1) for rule in rules]
    kinds += [(f"{rule} of weights", rule, lambda i: 1 + i % 8) for rule in rules
              if rule not in UNWEIGHTED | {"nginx-split-clients", "redis-cluster"}]
    for title, rule, weight in kinds:
        if rule == "mcrouter-weighted-ch3" and title != rule:
            weight = lambda i: (1 + i % 8) / 8

        def given(n, *arguments, rule=rule, weight=weight):
            return {"d.yaml": document(rule, n, weight)}, ["lookup", "d.yaml", *arguments]

        def many(n, nodes, *arguments, given=given):
            files, words = given(nodes, "--keys", "keys", *arguments)
            return files | {"keys": lines(n, lambda i: ipv4(i * 97 + 1) + "\n")}, words

        reason = INHERENT.get(f"{title}, nodes")
        largest = {"nginx-split-clients": 10_000, "nginx-maglev": 10_000, "redis-cluster": 16_384}.get(rule, 1 << 30)
        more = dict(limit=4.5, reason=reason) if reason else {}
        case(f"{title}, nodes", 1_000, largest=largest, **more)(lambda n, given=given: given(n, ipv4(7)))
        # Orders of more than 4096 servers are sorted; those of fewer take passes over all for 64 at a time.
        first = 2_500 if "rendezvous" in rule or rule in ("pymemcache", "caddy") else 200
        case(f"{title}, preferences", first, largest=largest, **more)(
            lambda n, many=many: many(20, n, "--preference", str(n)))
        if title == rule:
            case(f"{title}, keys", 20_000)(lambda n, many=many: many(n, 50))
