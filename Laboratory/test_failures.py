import asyncio
import os
import shutil
import tempfile
import unittest
from unittest import mock

import cases
import checks
import http1
import trial
from cases import Case
from checks import Opinion
from clients import Outcome
from faulty import Faulty
from processes import free_ports
from test_ring import CHASH


class FaultyTests(unittest.TestCase):
    """What a client meets that has a connection and makes others."""

    def on(self, work):
        async def all_of_it():
            address = f"127.0.0.1:{free_ports(1)[0]}"
            server = Faulty("app-1", address)
            await server.start()
            try:
                return await work(server, Visitor(address))
            finally:
                server.end()
                # What was closed ends with the next turn of the loop.
                await asyncio.sleep(0.01)

        return asyncio.run(all_of_it())

    def test_it_refuses_and_keeps_its_memory(self):
        async def work(server, visitor):
            sid = (await visitor.ask()).partition(b'"sid": "')[2][:32].decode()
            server.end()
            with self.assertRaises(ConnectionRefusedError):
                await visitor.ask()
            await server.start()
            return await visitor.ask(sid)

        self.assertIn(b'"count": 2, "known": true', self.on(work))

    def test_it_forgets(self):
        async def work(server, visitor):
            sid = (await visitor.ask()).partition(b'"sid": "')[2][:32].decode()
            await server.start(empty=True)
            return await visitor.ask(sid)

        self.assertIn(b'"count": 1, "known": false', self.on(work))

    def test_connections_that_are_open_end_with_it(self):
        async def work(server, visitor):
            reader, writer = await visitor.connect()
            await visitor.on(reader, writer)
            server.end()
            with self.assertRaises((http1.Closed, ConnectionError)):
                await visitor.on(reader, writer)
            writer.close()

        self.on(work)

    def test_one_that_vanished_answers_nothing_and_comes_back(self):
        async def work(server, visitor):
            reader, writer = await visitor.connect()
            await visitor.on(reader, writer)
            server.vanish()
            for attempt in (visitor.on(reader, writer), visitor.ask()):
                with self.assertRaises(TimeoutError):
                    async with asyncio.timeout(0.3):
                        await attempt
            writer.close()
            await server.start()
            return await visitor.ask()

        self.assertIn(b'"count": 1', self.on(work))

    def test_a_slow_one_has_begun(self):
        async def work(server, visitor):
            sid = (await visitor.ask()).partition(b'"sid": "')[2][:32].decode()
            server.delay = 60
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await visitor.ask(sid)
            server.delay = 0
            return await visitor.ask(sid)

        self.assertIn(b'"count": 3', self.on(work))


class Visitor:
    def __init__(self, address):
        self.host, _, self.port = address.rpartition(":")

    async def connect(self):
        return await asyncio.open_connection(self.host, int(self.port))

    async def on(self, reader, writer, sid=""):
        writer.write(f"GET / HTTP/1.1\r\nCookie: sid={sid}\r\n\r\n".encode())
        return (await http1.read_message(reader)).body

    async def ask(self, sid=""):
        reader, writer = await self.connect()
        try:
            return await self.on(reader, writer, sid)
        finally:
            writer.close()


class CheckTests(unittest.TestCase):
    def test_two_results_in_a_row_change_an_opinion(self):
        opinion = Opinion()
        results = (False, True, False, False, False, True, False, True, True)
        changes = [opinion.take(result) for result in results]
        self.assertEqual([at for at, change in enumerate(changes) if change], [3, 8])
        self.assertTrue(opinion.up)

    def test_servers_that_go_and_come_back_are_told_once(self):
        async def work():
            ports = free_ports(2)
            servers = [Faulty(f"app-{at}", f"127.0.0.1:{port}") for at, port in enumerate(ports)]
            for server in servers:
                await server.start()
            addresses = {f"app-{at}": f"127.0.0.1:{port}" for at, port in enumerate(ports)}
            told, news = [], asyncio.Event()

            async def changed(down):
                told.append(down)
                news.set()

            watching = asyncio.create_task(checks.watch(addresses, changed))
            servers[1].end()
            await news.wait()
            news.clear()
            await servers[1].start()
            await news.wait()
            watching.cancel()
            for server in servers:
                server.end()
            await asyncio.sleep(0.01)
            return told

        with mock.patch("checks.PERIOD", 0.02):
            self.assertEqual(asyncio.run(work()), [{"app-1"}, set()])

    def test_if_nobody_answers_nobody_is_down(self):
        async def work():
            addresses = {f"app-{at}": f"127.0.0.1:{port}" for at, port in enumerate(free_ports(2))}
            told, asked = [], 0

            async def answers(address):
                nonlocal asked
                asked += 1
                return False

            async def changed(down):
                told.append(down)

            with mock.patch("checks.answers", answers):
                watching = asyncio.create_task(checks.watch(addresses, changed))
                while asked < 20:
                    await asyncio.sleep(0.01)
                watching.cancel()
            return told

        with mock.patch("checks.PERIOD", 0.01):
            self.assertEqual(asyncio.run(work()), [])

    def test_a_server_that_does_not_answer_is_down(self):
        async def work():
            address = f"127.0.0.1:{free_ports(1)[0]}"
            server = Faulty("app-1", address)
            await server.start()
            told = [await checks.answers(address)]
            server.vanish()
            told.append(await checks.answers(address))
            server.end()
            return [*told, await checks.answers(address)]

        with mock.patch("checks.TIMEOUT", 0.2):
            self.assertEqual(asyncio.run(work()), [True, False, False])


class CaseTests(unittest.TestCase):
    def test_every_case_is_another_one(self):
        every = cases.all_cases()
        self.assertEqual(len(set(every)), len(every))
        short = cases.all_cases(quick=True)
        self.assertEqual({case.name for case in short}, {case.name for case in every})
        self.assertLess(set(short), set(every))

    def test_settings_are_said(self):
        self.assertEqual(Case("", None, "server").setting(), "1, 10 s")
        self.assertEqual(Case("", None, "server", 3, 1).setting(), "3, 1 s")
        self.assertEqual(Case("", None, "server", 0, 1).setting(), "0")


class FiguresTests(unittest.TestCase):
    def test_only_what_came_after_the_event_counts(self):
        class Seen:
            since, reloads = 100, 2
            outcomes = [
                Outcome(99, 5, "GET", 1, "lost", "app-1"),
                Outcome(101, 2.5, "GET", 1, "lost", "app-1"),
                # It waited for its own client.
                Outcome(102, 2.5, "GET", 1, "kept", "app-1", queued=2.4),
                Outcome(103, 3, "POST", 1, "error", None, "504"),
            ]

            def new(self):
                return [[1, 4]]

        told = trial.figures(Seen(), 7)
        self.assertEqual((told["requests"], told["lost"], told["waited"]), (3, 1, 2))
        self.assertEqual((told["errorsByKind"], told["longest"]), ({"504": 1}, 3))
        self.assertEqual((told["sessionsThere"], told["newThere"]), (7, [[1, 4]]))


@unittest.skipUnless(CHASH and shutil.which("nginx"), "there is no chash, or no nginx")
class TrialTests(unittest.TestCase):
    """Whole trials, with short events."""

    def told(self, event, follow, **options):
        async def work():
            case = Case("", event, follow, 1, 1, newcomers=10**9, rests=False, **options)
            with tempfile.TemporaryDirectory() as folder:
                settings = trial.Settings(CHASH, "nginx", 40, 200, 1)
                return await trial.run(case, settings, os.path.join(folder, "trial"))

        with mock.patch("trial.CALM", 0.1):
            return asyncio.run(work())

    def test_each_session_of_a_dead_server_moves_once_if_it_follows_the_server(self):
        async def away(site):
            site.server().end()
            # Everybody asks at least twice.
            count = len(site.outcomes) + 4 * len(site.clients)
            while len(site.outcomes) < count:
                await asyncio.sleep(0.05)
            await site.server().start()

        told = self.told(away, "server")
        self.assertGreater(told["lost"], 0)
        self.assertEqual(told["lost"], told["sessionsThere"])

    def test_a_new_server_moves_no_session_that_follows_a_list(self):
        with mock.patch("cases.STAGE", 0.1):
            told = self.told(cases.joins, "list", weight=4)
        self.assertEqual((told["lost"], told["errors"], told["reloads"]), (0, 0, 1))


if __name__ == "__main__":
    unittest.main()
