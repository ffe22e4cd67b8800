"""Clients, each with its own cookies and its own opinion of which session it has.

What counts as a lost session is what a client sees: it presented a session, and the answer belonged to
another one or to one that started again. What servers or routers believe does not matter.
"""

import asyncio
import email.utils
import json
import time
from dataclasses import dataclass

import http1

TIMEOUT = 10


class Jar:
    """The cookies of one client for one site."""

    def __init__(self):
        self._cookies = {}

    def store(self, header, now):
        """Takes one Set-Cookie. A cookie of the same name is overwritten; an expired one is deleted."""
        pair, *attributes = [part.strip() for part in header.split(";")]
        name, _, value = pair.partition("=")
        ends = None
        words = {}
        for attribute in attributes:
            key, _, word = attribute.partition("=")
            words[key.strip().lower()] = word.strip()
        if "max-age" in words:
            ends = now + int(words["max-age"])
        elif "expires" in words:
            ends = email.utils.parsedate_to_datetime(words["expires"]).timestamp()
        if ends is not None and ends <= now:
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = (value, ends)

    def cookies(self, now):
        return {
            name: value for name, (value, ends) in self._cookies.items() if ends is None or ends > now
        }


@dataclass(frozen=True)
class Session:
    """What a client remembers: the id, and how far this session had counted."""

    sid: str
    count: int


def verdict(held, seen):
    """What became of the session that the client held: `new`, `kept` or `lost`.

    A count that grew by more than one is no loss: a server may have counted a request whose answer was
    lost on the way.
    """
    if held is None:
        return "new"
    if seen.sid != held.sid or seen.count <= held.count:
        return "lost"
    return "kept"


@dataclass(frozen=True)
class Outcome:
    """One request as its client saw it."""

    at: float
    latency: float
    method: str
    router: int
    verdict: str
    server: str | None = None
    detail: str = ""
    retried: bool = False
    # The session that the client presented.
    held: str | None = None
    # The part of the latency in which the client waited for its own earlier requests.
    queued: float = 0


class Client:
    def __init__(self, name):
        self.name = name
        self.jar = Jar()
        self.session = None
        # The server that answered last, which is where the session lives.
        self.server = None
        # Whether the client asks nothing for now.
        self.resting = False
        self._connections = {}
        # A client asks one thing after another, as a page that waits for its answer does.
        self._turn = asyncio.Lock()

    async def ask(self, router, method, anew=False):
        """One request to the router on this port; `anew` makes it the first one of another visitor.

        The latency includes the wait for the client's turn,
        because otherwise a slow answer would hide the requests that it held up."""
        begun = time.monotonic()
        async with self._turn:
            queued = time.monotonic() - begun
            if anew:
                self.jar, self.session, self.server = Jar(), None, None
            held = self.session.sid if self.session else None
            try:
                request = self._request(method)
                answer, retried = await asyncio.wait_for(self._exchange(router, request), TIMEOUT)
                judged, server, detail = self._take(answer)
            except (OSError, EOFError, http1.Closed, asyncio.TimeoutError) as error:
                judged, server, retried = "error", None, False
                detail = type(error).__name__
            now = time.monotonic()
        latency = now - begun
        return Outcome(now, latency, method, router, judged, server, detail, retried, held, queued)

    def _request(self, method):
        body = b"item=1&amount=2" if method == "POST" else b""
        head = f"{method} / HTTP/1.1\r\nHost: shop.example\r\n"
        cookies = self.jar.cookies(time.time())
        if cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
            head += f"Cookie: {pairs}\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    async def _exchange(self, router, request):
        """Sends on the connection that was kept. If the router closed that one before it answered, the
        request goes out once more on a new one, as browsers do."""
        retried = False
        kept = self._connections.pop(router, None)
        if kept:
            if not kept[0].at_eof():
                try:
                    return await self._on(kept, router, request), False
                except (http1.Closed, ConnectionResetError, BrokenPipeError):
                    retried = True
            kept[1].close()
        fresh = await asyncio.open_connection("127.0.0.1", router)
        return await self._on(fresh, router, request), retried

    async def _on(self, connection, router, request):
        reader, writer = connection
        try:
            writer.write(request)
            answer = await http1.read_message(reader)
        except BaseException:
            writer.close()
            raise
        if "close" in answer.all("connection"):
            writer.close()
        else:
            self._connections[router] = connection
        return answer

    def _take(self, answer):
        """The verdict on an answer, after its cookies and its session were taken over."""
        for header in answer.all("set-cookie"):
            self.jar.store(header, time.time())
        if answer.status != 200:
            return "error", None, str(answer.status)
        told = json.loads(answer.body)
        seen = Session(told["sid"], told["count"])
        judged = verdict(self.session, seen)
        self.session, self.server = seen, told["server"]
        return judged, told["server"], ""

    def close(self):
        for _, writer in self._connections.values():
            writer.close()
