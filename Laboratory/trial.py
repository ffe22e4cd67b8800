"""One trial of `failures`: clients on a site of five servers while something happens to one of them."""

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass

import checks
import configuration
import record
from clients import Client
from configuration import Node
from documents import Documents
from faulty import Faulty
from load import Load
from processes import Processes, free_ports
from proxy import Router

SERVERS = 5

# What nginx waits for an answer, in seconds. Its default of 60 would only make the trials longer.
READ_TIMEOUT = 3

# Requests that took longer than this have waited for a server that did not answer, in seconds. nginx gives
# a connection 2 s.
LONG = 1.9

# Of so many clients one asks nothing while the server is away.
IDLE = 4

# Who logs in at the same time.
CROWD = 20

# How long nothing happens before and after the event, in seconds.
CALM = 1


@dataclass(frozen=True)
class Settings:
    chash: str
    nginx: str
    clients: int
    rate: float
    seed: int


class Trial:
    """The site of one trial, and what events do to it."""

    def __init__(self, case, settings, folder, processes):
        os.makedirs(folder)
        self.case = case
        self.nodes = []
        self.reloads = 0
        # From when on the clients' losses and waits count.
        self.since = 0
        self._stages = []
        *ports, first, second = free_ports(SERVERS + 3)
        for at, port in enumerate(ports):
            node = Node(f"app-{1 + at}", f"127.0.0.1:{port}", case.weight,
                        fail_timeout=case.fail_timeout, max_fails=case.max_fails)
            self.nodes.append(node)
        self.spare = self.nodes.pop()
        # The one to which something happens.
        self.victim = self.nodes[1]
        self.servers = {n.id: Faulty(n.id, n.address) for n in [*self.nodes, self.spare]}
        self.clients = [Client(number) for number in range(settings.clients)]
        self.outcomes = []
        self._settings = settings
        self._documents = Documents(settings.chash, configuration.following(case.follow), folder)
        self._routers = [
            Router(settings.nginx, f"{folder}/router-{port}", port, processes)
            for port in (first, second)
        ]
        # Changes come one after the other, whoever makes them.
        self._changing = asyncio.Lock()

    def server(self):
        return self.servers[self.victim.id]

    async def start(self):
        for node in self.nodes:
            await self.servers[node.id].start()
        await self._documents.change(self.nodes)
        for router in self._routers:
            await router.start(await self._site(router))
        # The first two requests of each client.
        for at in range(0, len(self.clients), CROWD):
            for router in self._routers:
                crowd = self.clients[at:at + CROWD]
                await asyncio.gather(*(client.ask(router.port, "GET") for client in crowd))

    async def change(self, nodes):
        """The document, and with it both routers, one after the other."""
        async with self._changing:
            self.nodes = nodes
            await self._documents.change(nodes)
            for router in self._routers:
                await router.reload(await self._site(router))
            self.reloads += 1

    async def reweight(self, name, weight):
        await self.change([n.with_(weight=weight) if n.id == name else n for n in self.nodes])

    async def mark_down(self, names):
        await self.change([
            node.with_(state="down" if node.id in names else "up") for node in self.nodes
        ])

    def begin(self):
        """What clients see counts from now on."""
        self.since = time.monotonic()

    async def stage(self, seconds):
        """The figures tell the new sessions of each stage."""
        begin = time.monotonic()
        await asyncio.sleep(seconds)
        self._stages.append((begin, time.monotonic()))

    def new(self):
        """How many sessions began in each stage on the server in question, and how many in all."""
        told = []
        for begin, end in self._stages:
            names = [o.server for o in self.outcomes if o.verdict == "new" and begin <= o.at < end]
            told.append([names.count(self.victim.id), len(names)])
        return told

    async def run(self):
        ports = [router.port for router in self._routers]
        load = Load(self.clients, ports, self._settings.rate, self._settings.seed,
                    self.outcomes.append, self.case.newcomers, login=0)
        async with contextlib.AsyncExitStack() as stack:
            tasks = [asyncio.create_task(load.run())]
            stack.push_async_callback(stopped, tasks)
            if self.case.checked:
                addresses = {node.id: node.address for node in self.nodes}
                tasks.append(asyncio.create_task(checks.watch(addresses, self.mark_down)))
            await asyncio.sleep(CALM)
            living = [client for client in self.clients if client.server == self.victim.id]
            for client in self.clients[::IDLE] if self.case.rests else ():
                client.resting = True
            self.begin()
            await self.case.event(self)
            for client in self.clients:
                client.resting = False
            # Then everybody asks at least twice with the server in its place again.
            await asyncio.sleep((self.case.fail_timeout or 0) + CALM)
            await load.rounds(0)
            if any(task.done() for task in tasks):
                await asyncio.gather(*tasks)
        await load.finish()
        return figures(self, len(living))

    def close(self):
        for client in self.clients:
            client.close()
        for server in self.servers.values():
            server.end()

    async def _site(self, router):
        return f"proxy_read_timeout {READ_TIMEOUT}s;\n" + await self._documents.site(router.port)


async def stopped(tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def figures(trial, living):
    """What the clients saw after something happened."""
    seen = [outcome for outcome in trial.outcomes if outcome.at >= trial.since]
    waits = [outcome.latency - outcome.queued for outcome in seen] or [0]
    errors = record.counted(outcome.detail for outcome in seen if outcome.verdict == "error")
    return {
        "requests": len(seen),
        "sessionsThere": living,
        "lost": sum(outcome.verdict == "lost" for outcome in seen),
        "waited": sum(wait > LONG for wait in waits),
        "longest": round(max(waits), 2),
        "p99": round(record.percentile(waits, 0.99), 3),
        "errors": sum(errors.values()),
        "errorsByKind": errors,
        "reloads": trial.reloads,
        "newThere": trial.new(),
    }


async def run(case, settings, folder):
    """The figures of one case."""
    with Processes() as processes:
        trial = Trial(case, settings, folder, processes)
        try:
            await trial.start()
            return await trial.run()
        finally:
            trial.close()
            # In a thread, because other trials go on meanwhile.
            await asyncio.to_thread(processes.stop)
