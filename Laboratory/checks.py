"""Active checks as an operator of open-source nginx can have them: a loop that asks each server, and
changes the document."""

import asyncio

import http1

# How often each server is asked, and how long it may take to answer, in seconds.
PERIOD, TIMEOUT = 1, 1

# So many results in a row change the opinion.
FALL, RISE = 2, 2


class Opinion:
    """Whether a server is up, as its last results say."""

    def __init__(self):
        self.up = True
        self._against = 0

    def take(self, answered):
        """Takes one result, and says whether the opinion has changed."""
        self._against = self._against + 1 if answered != self.up else 0
        if self._against < (FALL if self.up else RISE):
            return False
        self.up, self._against = answered, 0
        return True


async def answers(address):
    """Whether the server answers one request in time, on a connection of its own."""
    host, _, port = address.rpartition(":")
    writer = None
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET /health HTTP/1.1\r\nHost: shop.example\r\n\r\n")
            return (await http1.read_message(reader)).status == 200
    except (OSError, TimeoutError, http1.Closed):
        return False
    finally:
        if writer:
            writer.close()


async def watch(addresses, changed):
    """Asks all servers for ever. `changed` gets the names of those that are down, when they change."""
    opinions = {name: Opinion() for name in addresses}
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + PERIOD
        results = await asyncio.gather(*map(answers, addresses.values()))
        # If nobody answers, it is this program that cannot ask, and nobody would be left to serve.
        if any(results):
            news = [opinion.take(result) for opinion, result in zip(opinions.values(), results)]
        else:
            news = []
        if any(news):
            await changed({name for name, opinion in opinions.items() if not opinion.up})
        await asyncio.sleep(max(0, due - loop.time()))
