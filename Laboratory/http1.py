"""The little of HTTP/1.1 that the servers and the clients of the laboratory speak."""

import asyncio
from dataclasses import dataclass


class Closed(Exception):
    """The peer closed the connection before the first byte of a message."""


@dataclass(frozen=True)
class Message:
    first: str
    headers: list[tuple[str, str]]
    body: bytes
    # Of all that was read, the head included.
    size: int = 0

    def all(self, name):
        """The values of every header of this name, which is in lower case."""
        return [value for other, value in self.headers if other == name]

    @property
    def status(self):
        return int(self.first.split(" ", 2)[1])


async def read_message(reader):
    """The next request or answer. Only bodies with a length are read: nobody here sends others."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise ConnectionError("the connection ended within a message") from None
        raise Closed from None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name.strip().lower(), value.strip()))
    length = 0
    for name, value in headers:
        if name == "transfer-encoding":
            raise ConnectionError("a message has no length")
        if name == "content-length":
            length = int(value)
    try:
        body = await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise ConnectionError("the connection ended within a body") from None
    return Message(first, headers, body, len(head) + length)


def cookies(message):
    """The cookies that a request carries."""
    found = {}
    for header in message.all("cookie"):
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            found[name] = value
    return found
