"""Requests at a steady rate that does not wait for answers, as visitors do not wait for each other."""

import asyncio
import random
import time

# Of so many requests one is the first of a new visitor, who takes the place of another one.
NEWCOMERS = 50

# So many may come at once if the machine was busy.
CROWD = 20


class Load:
    """Requests arrive at random times at a given mean rate.

    Whose turn it is comes from a shuffled deck of all clients: within two rounds every client was asked
    at least once, so that no loss hides until a later step.
    """

    def __init__(self, clients, routers, rate, seed, take, newcomers=NEWCOMERS, login=2):
        self._clients = clients
        self._routers = routers
        self._rate = rate
        self._random = random.Random(seed)
        self._take = take
        self._newcomers = newcomers
        # In so many rounds nobody is a new visitor: the login of those who are there from the beginning.
        self._login = login
        self._deck = []
        self._open = set()
        self._arrived = 0
        self._waiting = []

    async def run(self):
        due = time.monotonic()
        while True:
            due += self._random.expovariate(self._rate)
            early = due - time.monotonic()
            # Those who are late come together, so that a busy machine gets as many requests.
            if early > 0 or self._arrived % CROWD == 0:
                await asyncio.sleep(max(0, early))
            self._arrive()

    def _next(self):
        """Whose turn it is. Those who rest miss theirs."""
        while True:
            if not self._deck:
                self._deck = list(self._clients)
                self._random.shuffle(self._deck)
            client = self._deck.pop()
            if not client.resting:
                return client

    def _arrive(self):
        client = self._next()
        method = "POST" if self._random.random() < 0.2 else "GET"
        settled = self._arrived >= self._login * len(self._clients)
        anew = settled and self._random.randrange(self._newcomers) == 0
        # The list of routers changes while a router is replaced, so it is looked at every time.
        router = self._random.choice(self._routers)
        task = asyncio.create_task(self._ask(client, router, method, anew))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        self._arrived += 1
        for number, reached in self._waiting:
            if self._arrived >= number and not reached.done():
                reached.set_result(None)

    async def _ask(self, client, router, method, anew):
        self._take(await client.ask(router, method, anew))

    async def rounds(self, seconds):
        """Waits about so long, but always for two whole rounds of all clients."""
        count = max(2, round(seconds * self._rate / len(self._clients)))
        reached = asyncio.get_running_loop().create_future()
        self._waiting.append((self._arrived + count * len(self._clients), reached))
        await reached

    async def finish(self):
        """Waits for the answers that are still open."""
        if self._open:
            await asyncio.gather(*self._open, return_exceptions=True)
