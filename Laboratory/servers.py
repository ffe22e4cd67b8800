"""The backends as processes: started, killed, and started again with nothing in their memory."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict

import http1
from processes import until_listening

BACKEND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "backend.py")


class Servers:
    def __init__(self, processes, adopt, nodes_file=None):
        """With a file for the list of nodes, the servers keep copies of each other's sessions."""
        self._processes = processes
        self._file = nodes_file
        self._words = ["--adopt"] if adopt else []
        if nodes_file:
            self._words += ["--replicas", nodes_file]
        self._by_name = {}

    async def start(self, nodes):
        for node in nodes:
            # The open pipe is what keeps a backend alive.
            self._by_name[node.id] = self._processes.start(
                [sys.executable, BACKEND, node.id, node.address, *self._words], stdin=subprocess.PIPE
            )
        for node in nodes:
            await until_listening(node.address, self._by_name[node.id], f"server {node.id}")

    def tell(self, nodes):
        """The new list of nodes, for those who keep copies. They never see half of a list."""
        if self._file:
            with open(f"{self._file}.new", "w") as file:
                json.dump([asdict(node) for node in nodes], file)
            os.replace(f"{self._file}.new", self._file)

    def kill(self, node):
        """Ends it as a crash does: without a word to anybody."""
        self._processes.end(self._by_name.pop(node.id), signal.SIGKILL)

    async def retire(self, nodes):
        """Ends servers that no router knows any more, if they hand over their sessions.

        Others stay, because it makes no difference to clients.
        """
        if self._file and nodes:
            # The old workers of the routers are just answering their last requests.
            await asyncio.sleep(0.3)
            ends = (
                asyncio.to_thread(self._processes.end, self._by_name.pop(n.id), signal.SIGTERM)
                for n in nodes
            )
            await asyncio.gather(*ends)

    async def traffic(self, nodes):
        """What these servers sent to each other, by kind; None if they keep no copies."""
        if not self._file:
            return None
        told = {"questions": {}, "bytes": {}}
        for node in nodes:
            host, _, port = node.address.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /internal/figures HTTP/1.1\r\n\r\n")
            figures = json.loads((await http1.read_message(reader)).body)
            writer.close()
            for what, kinds in told.items():
                for kind, number in figures[what].items():
                    kinds[kind] = kinds.get(kind, 0) + number
        return told
