"""The configurations under test: those that chash writes, and one of nginx's own."""

import asyncio
from dataclasses import dataclass, replace

from processes import Failure


# How long nginx avoids a server after a failure, in seconds. Its default is 10; all is faster here.
FAIL_TIMEOUT = 1


@dataclass(frozen=True)
class Node:
    id: str
    address: str
    weight: int = 1
    state: str = "up"
    # How nginx judges and bounds it: properties of the document; None is nginx's default.
    fail_timeout: int | None = FAIL_TIMEOUT
    max_fails: int | None = None
    max_conns: int | None = None

    def with_(self, **changes):
        return replace(self, **changes)

    def properties(self):
        """The properties as a document writes them."""
        given = {"fail-timeout": self.fail_timeout and f"{self.fail_timeout}s",
                 "max-fails": self.max_fails, "max-conns": self.max_conns}
        return ", ".join(f"{name}: {value}" for name, value in given.items() if value is not None)


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
    # Whether the document has a history of earlier lists beside it.
    lists: bool = False


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
        "list",
        "an id from the proxy, and the cookie names the list that placed it",
        f"key: session\nsession: {{ follow: list, secret: {SECRET} }}\n",
        True,
        lists=True,
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
        if node.properties():
            fields += f", properties: {{ {node.properties()} }}"
        lines.append(f"  - {{ {fields} }}\n")
    return "".join(lines)


def following(follow):
    """The first variant with this setting of `follow`."""
    return next(v for v in VARIANTS if v.fields and f"follow: {follow}," in v.fields)


async def generated(chash, file, port, engine="native"):
    """What chash writes for the document in the file; an engine other than nginx's own has files beside it."""
    words = ["generate", "nginx", file, "--part", "site", "--listen", f"127.0.0.1:{port}"]
    if engine == "native":
        return await output_of(chash, *words)
    await output_of(chash, *words, "--engine", engine, "--output", f"{file}.conf")
    return f'include "{file}.conf";\n'


async def output_of(chash, *words):
    """What chash prints."""
    command = [chash, *words]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise Failure(f"{chash}: {error.strerror}; build it, or name it with --chash") from None
    output, complaint = await process.communicate()
    if process.returncode != 0:
        raise Failure(complaint.decode().strip() or f"{chash} failed with {process.returncode}")
    return output.decode()


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
