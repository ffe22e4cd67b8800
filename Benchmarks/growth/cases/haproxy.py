"""Configurations of HAProxy."""

from registry import BACKEND, address, case, haproxy, lines


def backend(i, more=""):
    return f"backend b{i}{more}\n balance uri\n server s1 {address(i)}\n"


@case("HAProxy: backends", 4_000)
def _(n):
    return haproxy(lines(n, backend))


@case("HAProxy: backends, all listed", 2_000)
def _(n):
    return haproxy(lines(n, backend), "inspect", "haproxy.cfg")


@case("HAProxy: servers", 5_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(n, lambda i: f" server s{i} {address(i)}\n"),
                   "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: servers, inspected", 5_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(n, lambda i: f" server s{i} {address(i)}\n"),
                   "inspect", "haproxy.cfg")


@case("HAProxy: defaults", 4_000)
def _(n):
    return haproxy(lines(n, lambda i: f"defaults d{i}\n balance uri\n"))


@case("HAProxy: defaults from others", 4_000)
def _(n):
    return haproxy("defaults d0\n balance uri\n" + lines(
        n, lambda i: f"defaults d{i + 1} from d{i}\n mode http\n"))


@case("HAProxy: default-server lines", 5_000)
def _(n):
    return haproxy("defaults\n" + " default-server weight 10 check\n" * n + lines(20, backend))


@case("HAProxy: backends under many default-server lines", 400)
def _(n):
    return haproxy("defaults\n" + " default-server weight 10 check\n" * n + lines(n, backend))


@case("HAProxy: backends from defaults with long lines", 400)
def _(n):
    return haproxy("defaults\n default-server weight 10" + " check" * 20 + "\n" + lines(n, backend))


@case("HAProxy: conditions", 5_000)
def _(n):
    return haproxy(".if streq(a,b)\n.elif 1\n.else\n.endif\n" * n)


@case("HAProxy: conditions that nobody can decide", 3_000)
def _(n):
    return haproxy(lines(n, lambda i: f".if feature(X{i})\n{backend(i)}.endif\n"), "inspect", "haproxy.cfg")


@case("HAProxy: one condition, many cases", 3_000)
def _(n):
    return haproxy(".if feature(X)\n" + lines(n, lambda i: f".elif feature(X{i})\n{backend(i)}") + ".endif\n")


@case("HAProxy: an undecided condition in a backend", 2_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(
        n, lambda i: f".if feature(X{i})\n server s{i} {address(i)}\n.endif\n"), "inspect", "haproxy.cfg")


@case("HAProxy: a long condition", 400)
def _(n):
    return haproxy(lines(50, lambda i: ".if " + "1 && " * n + "1\n.endif\n"))


@case("HAProxy: brackets in conditions", 400)
def _(n):
    return haproxy(lines(50, lambda i: ".if " + "(" * n + "1" + ")" * n + "\n.endif\n"))


@case("HAProxy: server templates", 1_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(
        n, lambda i: f" server-template s{i}_ 3 a.example:80\n"), "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: one server template", 4_000)
def _(n):
    return haproxy(f"backend big\n mode http\n balance uri\n server-template s {n} a.example:80\n", "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: use-server", 4_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(
        n, lambda i: f" server s{i} {address(i)}\n use-server s{i} if TRUE\n"), "inspect", "haproxy.cfg")


@case("HAProxy: variables set", 4_000)
def _(n):
    return haproxy("global\n" + lines(n, lambda i: f" setenv V{i} {i}\n"))


@case("HAProxy: variables used", 3_000)
def _(n):
    return haproxy("global\n" + lines(n, lambda i: f" setenv V{i} {address(i)}\n") + "backend big\n mode http\n balance uri\n" + lines(
        n, lambda i: f" server s{i} \"$V{i}\"\n"), "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: variables that nothing sets", 8_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n" + lines(
        n, lambda i: f" server s{i} \"${{V{i}-{address(i)}}}\"\n"), "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: variables in many backends", 2_000)
def _(n):
    return haproxy(lines(n, lambda i: f"backend b{i}\n balance uri\n server s{i} \"${{V{i}-{address(i)}}}\"\n"))


@case("HAProxy: files", 1_000)
def _(n):
    return {f"c/{i:06}.cfg": backend(i) for i in range(n)} | {"c/z.cfg": BACKEND}, ["lookup", "c#app", "k"]


@case("HAProxy: a long line", 200)
def _(n):
    return haproxy(("# " + "x" * n + "\n") * 500)


@case("HAProxy: frontends", 4_000)
def _(n):
    return haproxy(lines(n, lambda i: f"frontend f{i}\n bind :{i}\n default_backend app\n"))


@case("HAProxy: weights", 500)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n hash-type consistent\n" + lines(
        n, lambda i: f" server s{i} {address(i)} weight 256\n"), "lookup", "haproxy.cfg#big", "k")


@case("HAProxy: refused servers, all listed", 2_000)
def _(n):
    return haproxy(lines(n, lambda i: f"backend b{i}\n balance uri\n server s 10.0.0.1:80 nonsense\n"),
                   "inspect", "haproxy.cfg")


@case("HAProxy: backends after conditions on variables", 1_000)
def _(n):
    return haproxy(lines(n, lambda i: f".if streq(\"${{V{i}-x}}\",x)\n{backend(i)}.endif\n"))


@case("HAProxy: variables of variables", 2_000)
def _(n):
    return haproxy("global\n setenv V0 x\n" + lines(n, lambda i: f" setenv V{i + 1} \"$V{i // 2}${{W{i}-y}}\"\n"))


@case("HAProxy: cookies and sticks", 4_000)
def _(n):
    return haproxy("backend big\n mode http\n balance uri\n server s 10.0.0.1:80\n" + " cookie a insert\n stick on src\n" * n,
                   "inspect", "haproxy.cfg")


@case("HAProxy: cookies in defaults, and backends", 1_000)
def _(n):
    return haproxy("defaults\n mode http\n" + " cookie a insert\n persist rdp-cookie\n" * n + lines(
        n, lambda i: backend(i) + " cookie b insert\n"))


@case("HAProxy: server templates with names", 2_000)
def _(n):
    files, arguments = haproxy(
        f"resolvers r\n nameserver a 10.0.0.1:53\nbackend big\n mode http\n balance uri\n server-template s {n} a.example:80 resolvers r\n",
        "lookup", "haproxy.cfg#big", "k", "--resolve", "hosts")
    return files | {"hosts": lines(n, lambda i: f"10.{i >> 16}.{i >> 8 & 255}.{i & 255} a.example\n")}, arguments
