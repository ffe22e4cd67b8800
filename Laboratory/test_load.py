import asyncio
import time
import unittest

from clients import Outcome
from load import Load


class Asked:
    """A client that answers at once and notes who asked."""

    def __init__(self, name, log):
        self.name = name
        self.log = log
        self.anew = []
        self.resting = False

    async def ask(self, router, method, anew):
        self.log.append((self.name, router, method))
        self.anew.append(anew)
        return Outcome(0, 0, method, router, "kept")


def asked(seed, rounds_of_seconds=0):
    async def work():
        log, outcomes = [], []
        clients = [Asked(name, log) for name in range(50)]
        load = Load(clients, [1, 2], 20_000, seed, outcomes.append)
        running = asyncio.create_task(load.run())
        await load.rounds(rounds_of_seconds)
        running.cancel()
        await load.finish()
        return log, outcomes, [client.anew for client in clients]

    return asyncio.run(work())


class LoadTests(unittest.TestCase):
    def test_two_rounds_ask_everybody_twice(self):
        log, outcomes, anew = asked(1)
        self.assertFalse(any(any(times[:2]) for times in anew))
        for part in (log[:50], log[50:100]):
            self.assertEqual(sorted(name for name, _, _ in part), list(range(50)))
        self.assertEqual(len(outcomes), len(log))

    def test_routers_and_methods_vary(self):
        log, *_ = asked(1)
        self.assertEqual({router for _, router, _ in log}, {1, 2})
        self.assertEqual({method for _, _, method in log}, {"GET", "POST"})

    def test_some_are_new_visitors(self):
        log, _, anew = asked(1, rounds_of_seconds=0.1)
        share = sum(map(sum, anew)) / len(log)
        self.assertTrue(0.005 < share < 0.05, share)

    def test_those_who_rest_ask_nothing(self):
        async def work():
            log = []
            clients = [Asked(name, log) for name in range(10)]
            for client in clients[:3]:
                client.resting = True
            load = Load(clients, [1, 2], 20_000, 1, lambda outcome: None)
            running = asyncio.create_task(load.run())
            await load.rounds(0)
            clients[0].resting = False
            before = {name for name, _, _ in log}
            await load.rounds(0)
            running.cancel()
            return before, {name for name, _, _ in log}

        before, after = asyncio.run(work())
        self.assertEqual(before, set(range(3, 10)))
        self.assertEqual(after, {0, *range(3, 10)})

    def test_those_who_are_late_still_come(self):
        async def work():
            log = []
            clients = [Asked(name, log) for name in range(10)]
            load = Load(clients, [1, 2], 200, 1, lambda outcome: None)
            running = asyncio.create_task(load.run())
            await asyncio.sleep(0)
            # The machine stands still for a second, in which 200 requests are due.
            time.sleep(1)
            # So many turns of the loop are too few to come one by one.
            for _ in range(40):
                await asyncio.sleep(0)
            running.cancel()
            return len(log)

        self.assertGreater(asyncio.run(work()), 100)

    def test_a_seed_repeats(self):
        self.assertEqual(asked(3)[0][:100], asked(3)[0][:100])
        self.assertNotEqual(asked(3)[0][:100], asked(4)[0][:100])


if __name__ == "__main__":
    unittest.main()
