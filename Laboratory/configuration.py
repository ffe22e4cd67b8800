"""The configurations under test: those that chash writes, and one of nginx's own."""

import asyncio
from dataclasses import dataclass, replace

from processes import Failure


@dataclass(frozen=True)
class Node:
    id: str
    address: str
    weight: int = 1
    state: str = "up"

    def with_(self, **changes):
        return replace(self, **changes)


@dataclass(frozen=True)
class Variant:
    name: str
    about: str
    # The fields of the document that make the difference; None if nginx's own means are used.
    fields: str | None
    # Whether a server can be drained: it keeps its sessions and gets no new ones.
    drains: bool
    # Whether the servers keep copies of each other's sessions.
    replicas: bool = False


# What the names of servers in cookies are made with. Outside of a laboratory it has to be random.
SECRET = "laboratory-0123456789"

VARIANTS = (
    Variant("plain", "hash $cookie_sid consistent", "key: cookie:sid\n", False),
    Variant(
        "minted",
        "an id from the proxy, and its hash says where",
        f"key: session\nsession: {{ follow: key, secret: {SECRET} }}\n",
        False,
    ),
    Variant(
        "server",
        "an id from the proxy, and the cookie names the server",
        f"key: session\nsession: {{ follow: server, secret: {SECRET} }}\n",
        True,
    ),
    Variant(
        "replicas",
        "the same, and the servers copy each session to the next one",
        f"key: session\nsession: {{ follow: server, secret: {SECRET} }}\n",
        True,
        replicas=True,
    ),
    Variant("sticky", "sticky cookie, of nginx itself", None, True),
)

# How long nginx avoids a server after a failure, in seconds. Its default is 10; all is faster here.
FAIL_TIMEOUT = 1


# How many idle connections an upstream keeps. nginx keeps none by default before 1.29.7.
KEEPALIVE = 16


def document(variant, nodes, keepalive=KEEPALIVE, algorithm="nginx"):
    """The document of chash for these nodes."""
    lines = [f"name: shop\nalgorithm: {algorithm}\n{variant.fields}"]
    lines.append(f"properties: {{ keepalive: {keepalive} }}\nnodes:\n")
    for node in nodes:
        fields = f"id: {node.id}, address: {node.address}"
        if node.weight != 1:
            fields += f", weight: {node.weight}"
        if node.state != "up":
            fields += f", state: {node.state}"
        fields += f", properties: {{ fail-timeout: {FAIL_TIMEOUT}s }}"
        lines.append(f"  - {{ {fields} }}\n")
    return "".join(lines)


async def generated(chash, file, port, engine="native"):
    """What chash writes for the document in the file; an engine other than nginx's own has files beside it."""
    command = [chash, "generate", "nginx", file, "--part", "site", "--listen", f"127.0.0.1:{port}"]
    if engine != "native":
        command += ["--engine", engine, "--output", f"{file}.conf"]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise Failure(f"{chash}: {error.strerror}; build it, or name it with --chash") from None
    output, complaint = await process.communicate()
    if process.returncode != 0:
        raise Failure(complaint.decode().strip() or f"{chash} failed with {process.returncode}")
    return output.decode() if engine == "native" else f'include "{file}.conf";\n'


def sticky_site(nodes, port):
    """nginx's own sticky cookie, which nginx has as of 1.29.6."""
    lines = ["upstream shop {", "    hash $cookie_sid consistent;"]
    lines += ["    sticky cookie srv path=/ httponly;"]
    for node in nodes:
        words = f"server {node.address} fail_timeout={FAIL_TIMEOUT}s"
        if node.weight != 1:
            words += f" weight={node.weight}"
        if node.state != "up":
            words += f" {node.state}"
        lines.append(f"    {words};")
    lines += [f"    keepalive {KEEPALIVE};", "}"]
    return "\n".join(lines) + f"""
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass http://shop;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
    }}
}}
"""
