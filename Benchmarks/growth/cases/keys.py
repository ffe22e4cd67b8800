"""Files of keys, and logs."""

import json

from registry import BACKEND, case, document, keys, lines


@case("keys: short lines", 20_000)
def _(n):
    return keys(lines(n, lambda i: f"{i}\n"))


@case("keys: a long line", 400_000)
def _(n):
    return keys("x" * n + "\n", "--raw")


@case("keys: distinct", 20_000)
def _(n):
    return keys(lines(n, lambda i: f"{i}\n"), "--distinct", command="balance")


@case("keys: files", 500)
def _(n):
    return {"d.yaml": document(5)} | {f"k/{i}": f"{i}\n" for i in range(n)}, ["lookup", "d.yaml", "--keys", "k"]


@case("keys: --keys", 250, largest=500)
def _(n):
    return {"d.yaml": document(5), "keys": "a\n"}, ["lookup", "d.yaml"] + ["--keys", "keys"] * n


@case("keys: on the command line", 2_000, largest=8_000, limit=4.5, reason="ArgumentParser; 10 000 arguments at most")
def _(n):
    return {"d.yaml": document(5)}, ["lookup", "d.yaml"] + [f"k{i}" for i in range(n)]


@case("keys: JSON lines", 3_000)
def _(n):
    return keys(lines(n, lambda i: json.dumps({"time": i, "request": {"uri": f"/{i}"}}) + "\n"), "--value", "request.uri")


@case("keys: members of a JSON line", 10_000)
def _(n):
    return keys('{"uri": "/"}\n' + (json.dumps({f"m{i}": i for i in range(n)} | {"uri": "/"}) + "\n") * 5, "--value", "uri", "--log-format", "json")


@case("keys: depth of a JSON line", 30_000)
def _(n):
    return keys('{"uri":"/"}\n' + ('{"a":' + "[" * n + "]" * n + ',"uri":"/"}\n') * 5, "--value", "uri", "--log-format", "json", )


@case("keys: objects in objects of a JSON line", 20_000)
def _(n):
    return keys('{"a":{"a":1}}\n' + ('{"a":' * n + "1" + "}" * n + "\n") * 3, "--value", "a.a", "--log-format", "json")


@case("keys: escapes of JSON", 50_000)
def _(n):
    return keys('{"uri":"/"}\n' + ('{"uri":"' + "\\u0041\\n" * n + '"}\n') * 2, "--value", "uri", "--log-format", "json")


# The names have to be in the first 64 KB.
@case("keys: columns of CSV", 4_000, largest=8_000)
def _(n):
    return keys("key," + ",".join(f"c{i}" for i in range(n)) + "\n" + (",".join(f"{i}" for i in range(n + 1)) + "\n") * 100,
                "--value", "key", "--log-format", "csv")


@case("keys: quotes of CSV", 100_000)
def _(n):
    return keys('a,b\n"' + '""' * n + '",x\n', "--value", "a", "--log-format", "csv")


@case("keys: variables of a log format", 300)
def _(n):
    form = " ".join(f"$v{i}" for i in range(n))
    return keys((" ".join("x" for i in range(n)) + "\n") * 100, "--log-format", form, "--value", f"v{n - 1}")


@case("keys: variables without text between", 1_000)
def _(n):
    return keys(("x-" * n + "\n") * 100, "--log-format", "$a-$b", "--value", "b")


@case("keys: lines that fit no variable", 20_000, status=1)
def _(n):
    return keys(("a" * n + "\n") * 20, "--log-format", "$a\" \"$b\" \"$c", "--value", "b")


@case("keys: text of a format that nearly fits", 2_000, status=1)
def _(n):
    return keys(("a" * n + "\n") * 20, "--log-format", "$x " + "a" * (n // 2) + "b $y", "--value", "y")


@case("keys: a combined log", 3_000)
def _(n):
    return keys(lines(n, lambda i: f'10.0.0.1 - - [25/Nov/2026:10:00:00 +0000] "GET /{i} HTTP/1.1" 200 5 "-" "-"\n'))


@case("keys: escapes of a log", 30_000)
def _(n):
    return keys(f'10.0.0.1 - - [25/Nov/2026:10:00:00 +0000] "GET /{"%2F" * n}{chr(92) + "x41"} HTTP/1.1" 200 5 "-" "-"\n' * 5)


@case("keys: arguments of a request", 20_000)
def _(n):
    files, arguments = keys('10.0.0.1 - - [25/Nov/2026:10:00:00 +0000] "GET /?' + "a=b&" * n + 'u=1 HTTP/1.1" 200 5 "-" "-"\n' * 5)
    return files | {"d.yaml": document(5, "nginx", more="key: arg:u\n")}, arguments


@case("keys: cookies of a request", 20_000)
def _(n):
    files, arguments = keys(("a=b; " * n + "sid=1\n") * 5, "--log-format", "$http_cookie")
    return files | {"d.yaml": document(5, "nginx", more="key: cookie:sid\n")}, arguments


@case("keys: fields", 50_000)
def _(n):
    return keys(("x " * n + "\n") * 5, "--field", str(n))


@case("keys: --regex", 3_000)
def _(n):
    return keys(lines(n, lambda i: f"x uri=/{i} y\n"), "--regex", "uri=([^ ]+)")


@case("keys: an HAProxy log", 2_000)
def _(n):
    return {"haproxy.cfg": BACKEND, "log": lines(n, lambda i: f'Feb  6 12:14:14 lb1 haproxy[14389]: 198.51.30.151:36690 '
            f'[06/Feb/2026:12:14:14.655] http-in web/s1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /p/{i} HTTP/1.1"\n')}, [
        "lookup", "haproxy.cfg#app", "--keys", "log"]


@case("keys: captures of an HAProxy log", 2_000, largest=16_000)
def _(n):
    return {"haproxy.cfg": BACKEND, "log": (f'Feb  6 12:14:14 lb1 haproxy[14389]: 198.51.30.151:36690 '
            f'[06/Feb/2026:12:14:14.655] http-in web/s1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {{{"a|" * n}}} "GET /p HTTP/1.1"\n') * 200}, [
        "lookup", "haproxy.cfg#app", "--keys", "log"]


@case("keys: UTF-16", 20_000)
def _(n):
    files, arguments = keys("")
    return files | {"keys": ("\ufeff" + lines(n, lambda i: f"{i}\n")).encode("utf-16-le")}, arguments


@case("keys: separators of a log format", 1_000, largest=50_000, status=1)
def _(n):
    return keys(("a" * 20_000 + "\n") * 20, "--log-format", "$x " + "a" * n + "b $y", "--value", "y")
