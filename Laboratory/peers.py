"""How one server asks another: over one connection that stays open, one question after the other."""

import asyncio
import collections
import json
from dataclasses import dataclass, field

import http1

# How long a peer may take to answer before it counts as dead, and when a dead one is tried again.
TIMEOUT = 1
AGAIN = 0.1


@dataclass
class Traffic:
    """What a server sent to its peers: questions by kind, and the bytes of questions and answers."""

    questions: collections.Counter = field(default_factory=collections.Counter)
    bytes: collections.Counter = field(default_factory=collections.Counter)


class Peer:
    """Another server. The open connection tells at once when its process ends."""

    def __init__(self, address, traffic, news):
        self.alive = False
        # Set after the first attempt to connect.
        self.tried = asyncio.Event()
        self._address = address
        self._traffic = traffic
        # Set whenever the peer came or went.
        self._news = news
        self._writer = None
        # Answers come in the order of the questions.
        self._open = collections.deque()

    async def run(self):
        """Keeps the connection, and makes it anew for as long as the peer is dead."""
        host, _, port = self._address.rpartition(":")
        while True:
            try:
                # Not wait_for, which may swallow that it is cancelled.
                async with asyncio.timeout(TIMEOUT):
                    reader, self._writer = await asyncio.open_connection(host, int(port))
                self.alive = True
                self._news.set()
                self.tried.set()
                while True:
                    answer = await http1.read_message(reader)
                    kind, future = self._open.popleft()
                    self._traffic.bytes[kind] += answer.size
                    if not future.done():
                        future.set_result(json.loads(answer.body))
            except (OSError, http1.Closed):
                pass
            finally:
                self._lost()
            self.tried.set()
            await asyncio.sleep(AGAIN)

    async def ask(self, path, content, kind=None):
        """The answer of the peer; a ConnectionError says that it counts as dead from now on."""
        if self.alive and self._writer.transport.is_closing():
            # Sending failed, and the end of the connection is still to be read.
            self._lost()
        if not self.alive:
            raise ConnectionError("there is no connection")
        body = json.dumps(content).encode()
        head = f"POST /internal/{path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        future = asyncio.get_running_loop().create_future()
        kind = kind or path
        self._open.append((kind, future))
        self._traffic.questions[kind] += 1
        self._traffic.bytes[kind] += len(head) + len(body)
        self._writer.write(head.encode() + body)
        try:
            async with asyncio.timeout(TIMEOUT):
                return await future
        except TimeoutError:
            self._lost()
            raise ConnectionError("the peer does not answer") from None

    def _lost(self):
        if self.alive:
            self.alive = False
            self._news.set()
            self._writer.close()
        while self._open:
            _, future = self._open.popleft()
            if not future.done():
                future.set_exception(ConnectionError("the peer is gone"))
