"""One run: one variant goes through the whole scenario, with two routers that share nothing."""

import asyncio
import os
import time
from dataclasses import dataclass

import configuration
from clients import Client
from configuration import Node
from documents import Documents
from load import Load
from processes import Processes, free_ports
from proxy import Router
from record import Record
from scenario import SCENARIO
from servers import Servers


@dataclass(frozen=True)
class Settings:
    chash: str
    clients: int
    rate: float
    seed: int
    # Whether servers take over ids that they do not know.
    adopt: bool = False
    # What the length of a step is multiplied by.
    pace: float = 1


class Site:
    """The site that the clients visit: what the actions of the scenario change."""

    def __init__(self, variant, nginx, settings, folder, processes):
        self.variant = variant
        os.makedirs(folder, exist_ok=True)
        nodes_file = os.path.join(folder, "nodes.json") if variant.replicas else None
        self.servers = Servers(processes, settings.adopt, nodes_file)
        self.clients = [Client(number) for number in range(settings.clients)]
        # The ports of the routers that clients use now.
        self.ports = []
        self.record = Record(variant.name, settings.clients)
        self._nginx = nginx
        self._folder = folder
        self._documents = Documents(settings.chash, variant, folder)
        self._processes = processes
        *ports, first, second, third = free_ports(14)
        nodes = [Node(f"app-{1 + at}", f"127.0.0.1:{port}") for at, port in enumerate(ports)]
        self.nodes, self.spare = nodes[:10], nodes[10:]
        self._routers = [self._router(first), self._router(second)]
        self._fresh = self._router(third)

    def _router(self, port):
        return Router(self._nginx, f"{self._folder}/router-{port}", port, self._processes)

    async def start(self):
        self.servers.tell(self.nodes)
        await self._documents.change(self.nodes)
        await self.servers.start(self.nodes + self.spare)
        for router in self._routers:
            await router.start(await self._text(router.port))
            self.ports.append(router.port)

    async def change(self, nodes):
        """Every router gets the new configuration, one after the other, while clients go on.

        For a moment the routers disagree, as they do whenever a site is changed. Servers learn before
        the routers who comes, and after them who goes.
        """
        staying = {node.id for node in nodes}
        leaving = [node for node in self.nodes if node.id not in staying]
        self.servers.tell(nodes + leaving)
        self.nodes = nodes
        await self._documents.change(nodes)
        texts = [await self._text(router.port) for router in self._routers]
        for router, text in zip(self._routers, texts):
            await router.reload(text)
        await self.servers.retire(leaving)
        self.servers.tell(nodes)

    async def replace_router(self):
        """The new one knows only the document. It takes over before the old one is stopped."""
        await self._fresh.start(await self._text(self._fresh.port))
        old, self._routers[0] = self._routers[0], self._fresh
        self.ports[0] = self._fresh.port
        # Whoever chose the old one just now has connected to it until then.
        await asyncio.sleep(0.3)
        await asyncio.to_thread(old.quit)

    def doom(self, step, nodes):
        """Notes which sessions live on these servers, which go: no configuration keeps those."""
        names = {node.id for node in nodes}
        living = {client.session.sid for client in self.clients if client.server in names}
        self.record.doomed.setdefault(step, set()).update(living)

    async def drained(self, nodes):
        """From now on no session may begin on these servers."""
        # Old workers of nginx may just be answering their last requests.
        await asyncio.sleep(0.1)
        self.record.drained = (time.monotonic(), {node.id for node in nodes})

    async def _text(self, port):
        if self.variant.fields is None:
            return configuration.sticky_site(self.nodes, port)
        return await self._documents.site(port)


async def run(variant, nginx, settings, folder, tell):
    """The record of one variant."""
    with Processes() as processes:
        site = Site(variant, nginx, settings, folder, processes)
        await site.start()
        record = site.record
        load = Load(site.clients, site.ports, settings.rate, settings.seed, record.take)
        record.begin(time.monotonic())
        arriving = asyncio.create_task(load.run())
        try:
            for step in SCENARIO:
                tell(f"{variant.name}: {step.name}")
                record.step(step.name, time.monotonic())
                if step.action:
                    await step.action(site)
                await load.rounds(step.seconds * (1 if step.fixed else settings.pace))
        finally:
            arriving.cancel()
        await load.finish()
        record.end(time.monotonic())
        record.traffic = await site.servers.traffic(site.nodes)
        for client in site.clients:
            client.close()
        return record
