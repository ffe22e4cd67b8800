import asyncio
import tempfile
import unittest

import configuration
import promises
from configuration import Node
from documents import Documents, places
from test_figures import a_run
from test_ring import CHASH

NODES = [Node(f"app-{at}", f"127.0.0.1:{9000 + at}") for at in range(1, 4)]


class DocumentsTests(unittest.TestCase):
    def test_only_what_places_keys_makes_another_list(self):
        first, *others = NODES
        same = (first.with_(state="down"), first.with_(max_conns=5), first.with_(fail_timeout=10))
        for changed in same:
            self.assertEqual(places([changed, *others]), places(NODES))
        another = (first.with_(weight=2), first.with_(state="drain"), first.with_(address="127.0.0.1:1"))
        for changed in another:
            self.assertNotEqual(places([changed, *others]), places(NODES))
        self.assertNotEqual(places(others), places(NODES))

    def test_properties_are_written_if_they_are_given(self):
        node = Node("a", "127.0.0.1:1", fail_timeout=None)
        told = configuration.document(configuration.following("server"), [node])
        self.assertIn("  - { id: a, address: 127.0.0.1:1 }\n", told)
        node = node.with_(fail_timeout=10, max_fails=0, max_conns=7)
        told = configuration.document(configuration.following("server"), [node])
        self.assertIn("properties: { fail-timeout: 10s, max-fails: 0, max-conns: 7 }", told)

    @unittest.skipUnless(CHASH, "there is no chash to write documents with; build it")
    def test_earlier_lists_stay_where_sessions_follow_them(self):
        async def upstreams(follow, *lists):
            with tempfile.TemporaryDirectory() as folder:
                documents = Documents(CHASH, configuration.following(follow), folder)
                counts = []
                for nodes in lists:
                    await documents.change(nodes)
                    text = await documents.site(80)
                    counts.append(text.count("\nupstream "))
                return counts

        down = [NODES[0].with_(state="down"), *NODES[1:]]
        told = asyncio.run(upstreams("list", NODES[:2], NODES, down, NODES[1:]))
        self.assertEqual(told, [1, 2, 2, 3])
        self.assertEqual(asyncio.run(upstreams("key", NODES[:2], NODES)), [1, 1])


class PromiseTests(unittest.TestCase):
    def test_needless_losses_break_the_promise_of_cookies_that_name_servers(self):
        lines = promises.broken([a_run("server")])
        self.assertEqual(lines, ["server lost 1 sessions needlessly", "server had 1 errors"])
        self.assertIn("replicas lost 3 sessions", promises.broken([a_run("replicas")]))
        self.assertEqual(promises.broken([a_run("plain")]), ["plain had 1 errors"])

    def test_sessions_by_their_list_go_back_when_a_server_returns_and_at_no_other_time(self):
        run = a_run("list")
        self.assertIn("list lost 1 sessions needlessly", promises.broken([run]))
        next(step for step in run["steps"] if step["needless"])["name"] = "returns"
        self.assertEqual(promises.broken([run]), ["list had 1 errors"])

    def test_drained_servers_get_no_sessions(self):
        run = {**a_run("list", ()), "newSessionsSinceDraining": {"all": 9, "onDrained": 2}}
        self.assertIn("list began 2 sessions on drained servers", promises.broken([run]))


if __name__ == "__main__":
    unittest.main()
