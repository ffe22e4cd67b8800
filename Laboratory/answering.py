"""Servers that only answer: one nginx at many addresses, and the cookies that a router sets for them."""

import http.client

from processes import Failure


def addresses(count, port):
    """So many addresses from 127.0.1.1 on."""
    return [f"127.0.{1 + at // 250}.{1 + at % 250}:{port}" for at in range(count)]


def site(nodes, port, rate=None):
    """Each says its address. With a rate, each takes no more requests per second than that; the others
    wait, as they would for a server that is busy."""
    listens = "\n".join(f"    listen {node.address};" for node in nodes)
    zone, says = "", 'return 200 "$server_addr:$server_port\\n";'
    content = says
    if rate:
        zone = f"limit_req_zone $server_addr zone=servers:1m rate={rate}r/s;\n"
        # What returns at once is not limited.
        content = "limit_req zone=servers burst=100000; try_files /none @answer;"
    return f"""\
{zone}server {{
{listens}
    listen 127.0.0.1:{port};
    keepalive_requests 1000000000;
    location / {{ {content} }}
    location @answer {{ {says} }}
}}
"""


def collect(port, count):
    """Cookies as the proxy sets them for as many visitors, one request for each, and who answered each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    found = []
    for _ in range(count):
        connection.request("GET", "/")
        answer = connection.getresponse()
        server = answer.read().decode().strip()
        pair = (answer.getheader("Set-Cookie") or "").split(";")[0]
        if answer.status != 200 or not pair.startswith("route="):
            raise Failure(f"the proxy sets no cookie: {answer.status} {pair}")
        found.append((pair, server))
    connection.close()
    return found
