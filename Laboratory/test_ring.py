import os
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

from ring import Ring, hashed

ROOT = Path(__file__).resolve().parent.parent
CANDIDATES = (ROOT / ".build/release/chash", ROOT / ".build/debug/chash")
CHASH = next((str(path) for path in CANDIDATES if os.access(path, os.X_OK)), os.environ.get("CHASH"))


class RingTests(unittest.TestCase):
    def order(self, servers, key):
        return list(Ring(servers).preference(key))

    def test_what_is_hashed(self):
        self.assertEqual(hashed("10.0.0.1:8080"), b"10.0.0.1\x008080")
        self.assertEqual(hashed("10.0.0.1"), b"10.0.0.1\x00")
        self.assertEqual(hashed("[::1]:80"), b"[::1]\x0080")
        self.assertEqual(hashed("app:x"), b"app:x\x00")
        self.assertEqual(hashed("unix:/run/app.sock"), b"/run/app.sock\x00")

    def test_a_point_is_made_with_the_one_before(self):
        first = zlib.crc32(b"a\x001" + bytes(4))
        second = zlib.crc32(b"a\x001" + first.to_bytes(4, "little"))
        points = Ring([("a:1", 1, True)])._points
        self.assertEqual(len(points), 160)
        self.assertIn(first, points)
        self.assertIn(second, points)

    def test_a_key_beyond_the_last_point_goes_to_the_first(self):
        ring = Ring([("a:1", 1, True), ("b:1", 1, True)])
        key = next(k for k in map(str, range(100_000)) if zlib.crc32(k.encode()) > ring._points[-1])
        first = ("a:1", "b:1").index(ring._texts[0])
        self.assertEqual(next(ring.preference(key)), first)

    def test_each_server_comes_once(self):
        servers = [(f"10.0.0.{at}:80", 1 + at % 3, True) for at in range(8)]
        for key in map(str, range(100)):
            order = self.order(servers, key)
            self.assertEqual(len(set(order)), len(order))

    def test_a_server_that_is_down_comes_never_and_moves_no_one_else(self):
        up = [(f"10.0.0.{at}:80", 1, True) for at in range(6)]
        down = [*up[:2], (up[2][0], 1, False), *up[3:]]
        for key in map(str, range(200)):
            before = [at for at in self.order(up, key) if at != 2][:3]
            self.assertEqual(self.order(down, key)[:3], before)

    def test_lines_with_equal_texts_follow_each_other(self):
        servers = [("a:1", 1, True), ("b:1", 1, True), ("a:1", 1, True)]
        orders = {tuple(self.order(servers, str(key))) for key in range(50)}
        self.assertLessEqual(orders, {(0, 2, 1), (1, 0, 2)})

    def test_no_key_is_not_hashed(self):
        self.assertEqual(self.order([("a:1", 1, True), ("b:1", 1, True)], ""), [])
        self.assertEqual(self.order([("a:1", 1, True), ("b:1", 1, False)], ""), [0])

    @unittest.skipUnless(CHASH, "there is no chash to compare with; build it")
    def test_it_is_what_chash_says(self):
        nodes = [(f"app-{at}", f"127.0.0.1:{18_000 + 7 * at}", 1 + at % 3) for at in range(8)]
        keys = [f"{at:032x}" for at in range(0, 2000 * 7919, 7919)]
        for state in ("up", "drain", "down"):
            states = {"app-3": state}
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "shop.yaml")
                file.write_text("name: shop\nalgorithm: nginx\nnodes:\n" + "".join(
                    f"  - {{ id: {name}, address: {address}, weight: {weight},"
                    f" state: {states.get(name, 'up')} }}\n" for name, address, weight in nodes
                ))
                Path(folder, "keys").write_text("\n".join(keys) + "\n")
                told = subprocess.run(
                    [CHASH, "lookup", file, "--keys", f"{folder}/keys", "--log-format", "plain",
                     "--preference", "3", "--format", "tsv"],
                    capture_output=True, text=True, check=True,
                ).stdout.splitlines()
            ring = Ring([(a, w, states.get(n, "up") == "up") for n, a, w in nodes])
            ours = ["\t".join([k, *(nodes[at][0] for at in ring.preference(k))][:4]) for k in keys]
            self.assertEqual(len(told), 2000)
            self.assertEqual(told, ours, state)


if __name__ == "__main__":
    unittest.main()
