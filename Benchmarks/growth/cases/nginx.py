"""Configurations of nginx, read and written."""

from registry import UPSTREAM, address, case, document, lines, nginx


def engine(n, algorithm, more=""):
    """A cluster for one of the engines that have files beside the text."""
    return {"d.yaml": document(n, algorithm, more=f"key: cookie:user\n{more}")}, [
        "generate", "nginx", "d.yaml", "--engine", "lua", "--output", "f.conf"]


@case("nginx: engine lua, a ring", 200)
def _(n):
    return engine(n, "ketama")


@case("nginx: engine lua, slots of jump", 2_000)
def _(n):
    return engine(n, "jump")


@case("nginx: engine lua, candidates of rendezvous", 2_000)
def _(n):
    return engine(n, "rendezvous")


@case("nginx: engine lua, members of a Maglev table", 500, largest=60_000)
def _(n):
    return engine(n, "maglev")


@case("nginx: blocks", 20_000)
def _(n):
    return nginx("", outside="a {}\n" * n)


@case("nginx: server blocks with locations", 4_000)
def _(n):
    return nginx(lines(n, lambda i: f"server {{ listen {i}; location /{i} {{ proxy_pass http://app; }} }}\n"))


@case("nginx: upstreams", 4_000)
def _(n):
    return nginx(lines(n, lambda i: f"upstream u{i} {{ hash $uri; server {address(i)}; }}\n"))


@case("nginx: upstreams, all listed", 2_000)
def _(n):
    return nginx(lines(n, lambda i: f"upstream u{i} {{ hash $uri; server {address(i)}; }}\n"), "inspect", "nginx.conf")


@case("nginx: servers of an upstream", 5_000)
def _(n):
    servers = lines(n, lambda i: f"server {address(i)} weight=2;\n")
    return nginx(f"upstream big {{ hash $uri; {servers} }}\n", "lookup", "nginx.conf#big", "k")


@case("nginx: split_clients blocks", 3_000)
def _(n):
    return nginx(lines(n, lambda i: f"split_clients $uri $v{i} {{ 50% a; * b; }}\n"), "lookup", "nginx.conf#$v1", "k")


@case("nginx: the same split_clients block again", 3_000)
def _(n):
    return nginx("split_clients $uri $v { 50% a; * b; }\n" * n, "lookup", "nginx.conf#$v", "k")


@case("nginx: parts of a split_clients block", 2_000)
def _(n):
    return nginx("split_clients $uri $v {" + lines(n, lambda i: f"0.01% a{i};\n") + "* b; }\n",
                 "lookup", "nginx.conf#$v", "k")


@case("nginx: maps", 3_000)
def _(n):
    return nginx(lines(n, lambda i: f"map $uri $m{i} {{ default {i}; a b; }}\n"))


@case("nginx: entries of a map", 20_000)
def _(n):
    return nginx("map $uri $m {" + lines(n, lambda i: f"k{i} v{i};\n") + "}\n")


@case("nginx: includes", 1_000)
def _(n):
    files, arguments = nginx(lines(n, lambda i: f"include part{i}.conf;\n"))
    files |= {f"part{i}.conf": f"server {{ listen {i}; }}\n" for i in range(n)}
    return files, arguments


@case("nginx: files of a pattern", 1_000)
def _(n):
    files, arguments = nginx("include part*.conf;\n")
    files |= {f"part{i}.conf": f"upstream u{i} {{ server {address(i)}; }}\n" for i in range(n)}
    return files, arguments


@case("nginx: the output of nginx -T", 2_000)
def _(n):
    text = "# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n" + UPSTREAM + "include c/*.conf;\n}\n\n"
    text += lines(n, lambda i: f"# configuration file /etc/nginx/c/{i}.conf:\nserver {{ listen {i}; }}\n\n")
    return {"dump.conf": text}, ["lookup", "dump.conf#app", "k"]


@case("nginx: an include of each file of nginx -T", 2_000, largest=9_000)
def _(n):
    text = "# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n" + UPSTREAM
    text += lines(n, lambda i: f"include c/{i}.conf;\n") + "}\n\n"
    text += lines(n, lambda i: f"# configuration file /etc/nginx/c/{i}.conf:\nserver {{ listen {i}; }}\n\n")
    return {"dump.conf": text}, ["lookup", "dump.conf#app", "k"]


@case("nginx: variables of a key", 20_000)
def _(n):
    return nginx(f"upstream big {{ hash \"{'$a' * min(n, 2000)}\"; server a; }}\n" * (n // 1000), "inspect", "nginx.conf")


@case("nginx: comments", 20_000)
def _(n):
    return nginx("# comment\n" * n)


@case("nginx: words of a directive", 40_000)
def _(n):
    return nginx("server_name " + "a.example " * n + ";\n")


@case("nginx: Lua", 40_000)
def _(n):
    return nginx("content_by_lua_block {" + "[=[ ]=] --[ x\n" * n + "}\n")


@case("nginx: Lua, brackets that open nothing", 40_000)
def _(n):
    return nginx("content_by_lua_block {" + "[" + "=" * n + "[" + "]=" * n + "]" + "=" * n + "] }\n")


@case("nginx: unknown directives in an upstream", 5_000)
def _(n):
    return nginx("upstream big { hash $uri; server a;\n" + lines(n, lambda i: f"x{i};\n") + "}\n")


@case("nginx: directives that no module has", 5_000)
def _(n):
    return nginx("// comment;\n" * n)


@case("nginx: duplicate upstreams", 3_000)
def _(n):
    return nginx("upstream u { hash $uri; server a; }\n" * n)


@case("nginx: zones", 3_000)
def _(n):
    return nginx(lines(n, lambda i: f"upstream u{i} {{ hash $uri; zone z{i} 64k; server a; }}\n"))


@case("nginx: log formats", 2_000)
def _(n):
    files, arguments = nginx(lines(n, lambda i: f"log_format f{i} '$remote_addr [$time_local] {i} \"$request\"';\n"),
                             "lookup", "nginx.conf#app", "--keys", "log")
    files["nginx.conf"] = files["nginx.conf"].replace("$uri", "$request_uri")
    return files | {"log": lines(50, lambda i: f'10.0.0.1 [25/Nov/2026:10:00:00 +0000] 7 "GET /{i} HTTP/1.1"\n')}, arguments


@case("nginx: written in place", 4_000)
def _(n):
    files, _ = nginx(lines(n, lambda i: f"upstream u{i} {{ hash $uri; server {address(i)}; }}\n"))
    return files | {"d.yaml": document(3, "nginx", name="app", more="key: uri\n")}, [
        "generate", "nginx", "d.yaml", "--in-place", "nginx.conf"]


@case("nginx: a cluster written", 10_000)
def _(n):
    return {"d.yaml": document(n, "nginx", more="key: uri\n")}, ["generate", "nginx", "d.yaml"]


@case("nginx: parts written", 2_000)
def _(n):
    return {"d.yaml": "name: v\nalgorithm: nginx-split-clients\nkey: uri\nnodes:\n" + lines(
        n, lambda i: f"- {{ address: a{i}, percent: \"0.01%\" }}\n")}, ["generate", "nginx", "d.yaml"]


@case("nginx: a cluster written for split-clients", 2_000)
def _(n):
    return {"d.yaml": document(n, "nginx-maglev", more="key: uri\n")}, [
        "generate", "nginx", "d.yaml", "--engine", "split-clients", "--output", "site.conf"]


@case("nginx: a cluster written for njs", 2_000)
def _(n):
    return {"d.yaml": document(n, "ketama", more="key: uri\n")}, [
        "generate", "nginx", "d.yaml", "--engine", "njs", "--output", "site.conf"]


@case("nginx: names without --resolve", 3_000)
def _(n):
    return nginx("upstream big { hash $uri; " + lines(n, lambda i: f"server n{i}.example;\n") + "}\n",
                 "lookup", "nginx.conf#big", "k")


@case("nginx: patterns times files", 300, limit=4.5, reason="nginx compares each pattern with each name too; limited")
def _(n):
    files, arguments = nginx(lines(n, lambda i: f"include x{i}*.conf;\n"))
    return files | {f"y{i}.conf": "" for i in range(n)}, arguments


@case("nginx: patterns times files of nginx -T", 1_000)
def _(n):
    text = "# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n" + UPSTREAM
    text += lines(n, lambda i: f"include c{i}/*.conf;\n") + "}\n\n"
    text += lines(n, lambda i: f"# configuration file /etc/nginx/c{i}/a.conf:\nserver {{ listen {i}; }}\n\n")
    return {"dump.conf": text}, ["lookup", "dump.conf#app", "k"]


@case("nginx: refused upstreams, all listed", 2_000)
def _(n):
    return nginx(lines(n, lambda i: f"upstream u{i} {{ }}\n"), "inspect", "nginx.conf")
