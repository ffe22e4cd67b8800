"""Each session has a copy on the server that nginx will choose if its own dies.

nginx goes along the preference of the session's id, so the copy belongs on the first living server of
that preference which is not the session's own. It is sent before the client has its answer. When servers
come and go, the copies move.
"""

import asyncio
import json
import os

from peers import Peer, Traffic
from ring import Ring

# How often the list of nodes is looked at, in seconds.
PERIOD = 0.1


class Replicas:
    def __init__(self, name, sessions, file):
        """`file` has the list of nodes in JSON; whoever changes the list replaces the file."""
        self.traffic = Traffic()
        self._name = name
        self._sessions = sessions
        self._file = file
        self._read = None
        self._nodes = []
        self._ring = None
        self._peers = {}
        self._tasks = {}
        self._leaving = False
        self._news = asyncio.Event()

    async def start(self):
        """Gets back what this server had before it died. No client may come until this has ended."""
        self._read_list()
        await asyncio.gather(*(peer.tried.wait() for peer in self._peers.values()))
        living = [name for name, peer in self._peers.items() if peer.alive]
        asked = (self._peers[name].ask("sessions-of", {"server": self._name}) for name in living)
        for name, told in zip(living, await asyncio.gather(*asked, return_exceptions=True)):
            # A peer that dies meanwhile has told nothing.
            for session in [] if isinstance(told, ConnectionError) else told:
                # Several may have one; the one that has counted furthest is the newest.
                if self._sessions.take(session):
                    self._sessions.held[session["sid"]].copied_to = name

    async def watch(self):
        """Moves copies whenever a node came or went, whether by the list or by its death."""
        while True:
            news = self._news.is_set()
            self._news.clear()
            if self._read_list() or news:
                await self._settle()
            try:
                async with asyncio.timeout(PERIOD):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def copy(self, session, kind="copy"):
        """Returns when the copy exists. False says that its place has a newer version of the session."""
        before = session.copied_to
        while target := self._target(session):
            # Who leaves does not give a copy, but the session itself.
            owner = target if self._leaving else session.owner
            told = {**session.told(), "owner": owner, "sender": self._name}
            try:
                answer = await self._peers[target].ask("copy", told, kind)
            except ConnectionError:
                # It counts as dead now, so that the next one is the target.
                continue
            session.copied_to = target
            if before != target:
                await self._drop(session, before)
            return answer["taken"]
        session.copied_to = None
        return True

    async def hand_over(self):
        """Gives away all sessions, because this server ends."""
        self._leaving = True
        held = list(self._sessions.held.values())
        await asyncio.gather(*(self.copy(s, "move") for s in held if self._answers_for(s)))

    def answer(self, path, told):
        """What a peer asked."""
        if path == "copy":
            taken = self._sessions.take(told)
            session = self._sessions.held[told["sid"]]
            # A session that was given away gets its copy, and a copy of one that moved on ends.
            if session.owner == self._name or session.copied_to:
                self._news.set()
            return {"taken": taken}
        if path == "drop":
            self._sessions.drop(told)
            return {}
        if path == "sessions-of":
            held = self._sessions.held.values()
            return [session.told() for session in held if session.owner == told["server"]]
        if path == "figures":
            return {"questions": self.traffic.questions, "bytes": self.traffic.bytes}
        raise ValueError(f"nobody asks for {path}")

    async def _settle(self):
        await asyncio.gather(*(self._place(s) for s in list(self._sessions.held.values())))

    async def _place(self, session):
        if not self._answers_for(session):
            before, session.copied_to = session.copied_to, None
            await self._drop(session, before)
            return
        if session.owner != self._name and session.owner not in self._peers:
            # It has left the list and will not ask for its sessions.
            session.owner = self._name
        if session.copied_to != self._target(session):
            count = session.count
            # This version is an old one, unless a client has used it just now.
            if not await self.copy(session, "move") and session.count == count:
                self._sessions.held.pop(session.sid, None)

    async def _drop(self, session, name):
        if name and name != self._name and self._living(name):
            told = {"sid": session.sid, "sender": self._name}
            try:
                await self._peers[name].ask("drop", told)
            except ConnectionError:
                pass

    def _answers_for(self, session):
        """Whether this server sees to the copy: the owner does, or who will follow it if it is dead."""
        if session.owner == self._name:
            return True
        return not self._living(session.owner) and self._first(session, others=False) == self._name

    def _target(self, session):
        return self._first(session, others=True)

    def _first(self, session, others):
        """The first living server of the preference, without this one if it is `others` that count."""
        for at in self._ring.preference(session.route):
            name = self._nodes[at]["id"]
            if self._living(name) if name != self._name else not others:
                return name
        return None

    def _living(self, name):
        return name in self._peers and self._peers[name].alive

    def _read_list(self):
        """Takes over the list of nodes if it has changed, and says whether it has."""
        status = os.stat(self._file)
        # A file that was replaced is another one, even within the resolution of its time.
        version = status.st_ino, status.st_mtime_ns
        if version == self._read:
            return False
        self._read = version
        with open(self._file) as file:
            self._nodes = json.load(file)
        # nginx does not hash to drained servers, so they get no copies. Their sessions have some.
        self._ring = Ring([(n["address"], n["weight"], n["state"] == "up") for n in self._nodes])
        addresses = {n["id"]: n["address"] for n in self._nodes if n["id"] != self._name}
        for name in self._peers.keys() - addresses.keys():
            self._tasks.pop(name).cancel()
            del self._peers[name]
        for name in addresses.keys() - self._peers.keys():
            self._peers[name] = Peer(addresses[name], self.traffic, self._news)
            self._tasks[name] = asyncio.create_task(self._peers[name].run())
        return True
