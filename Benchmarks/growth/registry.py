"""What the cases of Benchmarks/growth are made with.

A case is a function of n that returns files, by name, and the arguments of `chash`. Its n is where `measure`
begins; it takes larger ones until the command works for long enough to be measured.
"""

CASES = {}


def case(name, n, status=0, limit=2.5, reason=None, largest=1 << 30):
    """Registers a case.

    status:  how the command has to end; None if that does not matter
    limit:   how much more work twice the n may be; with the reason if it is more than 2.5
    largest: the largest n that there is
    """
    def register(make):
        assert name not in CASES and (limit == 2.5 or reason), name
        CASES[name] = dict(make=make, n=n, status=status, limit=limit, reason=reason, largest=largest)
        return make
    return register


def address(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}:8080"


def lines(count, line):
    return "".join(line(i) for i in range(count))


UPSTREAM = "upstream app { hash $uri consistent; server 10.0.0.1; server 10.0.0.2; }\n"


def nginx(body, *arguments, outside=""):
    return {"nginx.conf": f"{outside}events {{}}\nhttp {{\n{UPSTREAM}{body}}}\n"}, list(
        arguments or ("lookup", "nginx.conf#app", "k"))


BACKEND = "backend app\n mode http\n balance uri\n hash-type consistent\n server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n"


def haproxy(body, *arguments):
    return {"haproxy.cfg": f"{body}{BACKEND}"}, list(arguments or ("lookup", "haproxy.cfg#app", "k"))


def document(n, algorithm="jump", name="d", node=lambda i: f"- {{ id: n{i}, address: {address(i)} }}\n", more=""):
    return f"name: {name}\nalgorithm: {algorithm}\n{more}nodes:\n{lines(n, node)}"


def keys(text, *arguments, command="lookup"):
    return {"d.yaml": document(5, "nginx", more="key: uri\n"), "keys": text}, [command, "d.yaml", "--keys", "keys", *arguments]
