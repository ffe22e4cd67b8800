"""A server within this process that fails as real ones do, and comes back."""

import asyncio
import socket

import backend
import http1
from sessions import Sessions


class Faulty:
    def __init__(self, name, address):
        self.name = name
        # How long each answer takes, in seconds.
        self.delay = 0
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._sessions = Sessions(name)
        self._server = None
        self._silence = None
        self._writers = set()

    async def start(self, empty=False):
        """Listens, after a failure too; `empty` is a memory that the failure has cleared."""
        self.end()
        if empty:
            self._sessions = Sessions(self.name)
        self._server = await asyncio.start_server(
            self._connected, self._host, self._port, backlog=1024
        )

    def end(self):
        """Refuses connections and ends those that are open, as the system does for a dead process."""
        if self._server:
            self._server.close()
            self._server = None
        if self._silence:
            self._silence.close()
            self._silence = None
        for writer in list(self._writers):
            writer.transport.abort()

    def vanish(self):
        """From now on nothing answers, as after a power failure: not what asks for a connection, and not
        what comes on connections that are open."""
        self._server.close()
        self._server = None
        self._silence = Silence(self._host, self._port)

    async def _connected(self, reader, writer):
        self._writers.add(writer)
        try:
            while True:
                request = await http1.read_message(reader)
                if self._silence:
                    # Until the other side gives up, or this one ends.
                    await reader.read()
                    break
                _, reply = backend.answer(self._sessions, request)
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(reply)
                await writer.drain()
        except (http1.Closed, OSError, asyncio.CancelledError):
            # The last one says that the program ends.
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


class Silence:
    """An address of this machine at which connections are neither made nor refused: the queue of the
    listening socket is full, and nobody takes anything out of it."""

    # The shortest queue has one place. The others only make sure.
    FILLERS = 3

    def __init__(self, host, port):
        self._sockets = [socket.socket() for _ in range(1 + self.FILLERS)]
        listening, *fillers = self._sockets
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(0)
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((host, port))

    def close(self):
        for each in self._sockets:
            each.close()
