import asyncio
import json
import tempfile
import unittest

import http1
from backend import answered
from configuration import Node
from processes import Processes, free_ports
from ring import Ring
from servers import Servers
from sessions import Session, Sessions


class SessionsTests(unittest.TestCase):
    def told(self, count, owner="app-1", sender="app-1"):
        return {"sid": "s", "route": "r", "count": count, "owner": owner, "sender": sender}

    def test_a_copy_counts_on_where_a_client_finds_it(self):
        sessions = Sessions("app-2")
        self.assertTrue(sessions.take(self.told(7)))
        self.assertEqual(
            sessions.count("s", "r"), {"server": "app-2", "sid": "s", "count": 8, "known": True}
        )
        self.assertEqual(sessions.held["s"].owner, "app-2")

    def test_an_older_copy_is_not_taken(self):
        sessions = Sessions("app-2")
        sessions.take(self.told(7))
        self.assertFalse(sessions.take(self.told(6, owner="app-3")))
        self.assertEqual((sessions.held["s"].count, sessions.held["s"].owner), (7, "app-1"))
        self.assertTrue(sessions.take(self.told(7, owner="app-3")))

    def test_only_who_sent_a_copy_drops_it(self):
        sessions = Sessions("app-2")
        sessions.take(self.told(7))
        sessions.drop({"sid": "s", "sender": "app-3"})
        self.assertIn("s", sessions.held)
        sessions.drop({"sid": "s", "sender": "app-1"})
        self.assertNotIn("s", sessions.held)

    def test_a_copy_in_use_is_not_dropped(self):
        sessions = Sessions("app-2")
        sessions.take(self.told(7))
        sessions.count("s", "r")
        sessions.drop({"sid": "s", "sender": "app-1"})
        self.assertIn("s", sessions.held)


class InternalTests(unittest.TestCase):
    def test_clients_reach_nothing_internal(self):
        class Never:
            def answer(self, path, told):
                raise AssertionError("a client copied a session")

            async def copy(self, session):
                pass

        told = Session("chosen").told()
        request = http1.Message(
            "POST /internal/copy HTTP/1.1", [("x-route-id", "r")], json.dumps(told).encode()
        )
        sessions = Sessions("app-1")
        asyncio.run(answered(sessions, Never(), request))
        self.assertNotIn("chosen", sessions.held)


class Site:
    """Servers that keep copies, without a router: the tests choose who is asked."""

    def __init__(self, folder, processes, count):
        self.nodes = [
            Node(f"app-{1 + at}", f"127.0.0.1:{port}") for at, port in enumerate(free_ports(count))
        ]
        self.servers = Servers(processes, False, f"{folder}/nodes.json")

    def preference(self, route):
        ring = Ring([(node.address, 1, node.state == "up") for node in self.nodes])
        return [self.nodes[at] for at in ring.preference(route)]

    async def ask(self, node, route, sid=None):
        cookie = f"Cookie: sid={sid}\r\n" if sid else ""
        return await self._on(node, f"GET / HTTP/1.1\r\nX-Route-Id: {route}\r\n{cookie}\r\n")

    async def until_held(self, node, owner, sid, count):
        """Waits until the node has a copy of this version."""
        body = json.dumps({"server": owner.id})
        question = f"POST /internal/sessions-of HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        for _ in range(150):
            found = {told["sid"]: told["count"] for told in await self._on(node, question)}
            if found.get(sid) == count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{node.id} has no copy of {count}: {found}")

    async def _on(self, node, text):
        host, _, port = node.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(text.encode())
            return json.loads((await http1.read_message(reader)).body)
        finally:
            writer.close()


class ReplicasTests(unittest.TestCase):
    ROUTES = [f"{number:032x}" for number in range(8)]

    def on(self, work, count=4):
        """Runs `work(site)` with so many servers, once they know each other."""

        async def all_of_it():
            with tempfile.TemporaryDirectory() as folder, Processes() as processes:
                site = Site(folder, processes, count)
                site.servers.tell(site.nodes)
                await site.servers.start(site.nodes)
                await asyncio.sleep(0.3)
                await work(site)

        asyncio.run(all_of_it())

    def test_a_crash_loses_no_answer_that_was_given(self):
        async def work(site):
            victim = site.nodes[0]
            told = {}
            for route in self.ROUTES:
                sid = (await site.ask(victim, route))["sid"]
                told[route] = await site.ask(victim, route, sid)
            # There is no pause: the copies exist before the answers.
            site.servers.kill(victim)
            for route, before in told.items():
                follower = next(n for n in site.preference(route) if n is not victim)
                after = await site.ask(follower, route, before["sid"])
                self.assertEqual((after["known"], after["count"]), (True, 3))

        self.on(work)

    def test_two_crashes_one_after_the_other_lose_idle_sessions_neither(self):
        async def work(site):
            for route in self.ROUTES[:4]:
                first, second, third, _ = site.preference(route)
                sid = (await site.ask(first, route))["sid"]
                site.servers.kill(first)
                # Nobody asked meanwhile: the copy is copied because its owner is dead.
                await site.until_held(third, first, sid, 1)
                site.servers.kill(second)
                after = await site.ask(third, route, sid)
                self.assertEqual((after["known"], after["count"]), (True, 2))
                await site.servers.start([first, second])
                await asyncio.sleep(0.3)

        self.on(work)

    def test_a_server_that_returns_has_its_idle_sessions(self):
        async def work(site):
            victim = site.nodes[0]
            sids = {route: (await site.ask(victim, route))["sid"] for route in self.ROUTES}
            site.servers.kill(victim)
            await asyncio.sleep(0.3)
            await site.servers.start([victim])
            for route, sid in sids.items():
                after = await site.ask(victim, route, sid)
                self.assertEqual((after["known"], after["count"]), (True, 2))

        self.on(work)

    def test_a_session_that_was_taken_over_stays_with_its_new_owner(self):
        async def work(site):
            route = self.ROUTES[0]
            first, second, third, _ = site.preference(route)
            sid = (await site.ask(first, route))["sid"]
            site.servers.kill(first)
            self.assertEqual((await site.ask(second, route, sid))["count"], 2)
            await site.servers.start([first])
            # The returned server is the next one of the preference again, so the copy moves to it.
            await site.until_held(first, second, sid, 2)
            site.servers.kill(second)
            self.assertEqual((await site.ask(first, route, sid))["count"], 3)

        self.on(work)

    def test_a_server_that_leaves_gives_its_sessions_away(self):
        async def work(site):
            route = self.ROUTES[0]
            first, second, third, _ = site.preference(route)
            sid = (await site.ask(first, route))["sid"]
            await site.servers.retire([first])
            site.servers.tell([node for node in site.nodes if node is not first])
            # The new owner has made a copy of its own, though no client has asked.
            await site.until_held(third, second, sid, 1)
            site.servers.kill(second)
            self.assertEqual((await site.ask(third, route, sid))["count"], 2)

        self.on(work)

    def test_copies_move_to_a_server_that_is_added(self):
        async def work(site):
            *old, added = site.nodes
            site.servers.tell(old)
            await asyncio.sleep(0.3)
            route = next(r for r in map(str, range(1000)) if site.preference(r)[1] is added)
            owner = site.preference(route)[0]
            sid = (await site.ask(owner, route))["sid"]
            site.servers.tell(site.nodes)
            await site.until_held(added, owner, sid, 1)
            site.servers.kill(owner)
            self.assertEqual((await site.ask(added, route, sid))["count"], 2)

        self.on(work)

    def test_one_server_alone_answers(self):
        async def work(site):
            sid = (await site.ask(site.nodes[0], "r"))["sid"]
            self.assertEqual((await site.ask(site.nodes[0], "r", sid))["count"], 2)

        self.on(work, count=1)


if __name__ == "__main__":
    unittest.main()
