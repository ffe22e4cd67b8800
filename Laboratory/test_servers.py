import asyncio
import unittest

import http1
from backend import answer
from processes import Failure, Processes, free_ports, until_listening
from sessions import Sessions


def request(cookie=None):
    return http1.Message("GET / HTTP/1.1", [("cookie", cookie)] if cookie else [], b"")


class BackendTests(unittest.TestCase):
    def test_it_counts_its_sessions(self):
        sessions = Sessions("app-1")
        sid = sessions.count(None)["sid"]
        self.assertEqual(
            sessions.count(sid), {"server": "app-1", "sid": sid, "count": 2, "known": True}
        )

    def test_it_does_not_take_over_an_id(self):
        told = Sessions("app-1").count("chosen-by-a-client")
        self.assertNotEqual(told["sid"], "chosen-by-a-client")
        self.assertEqual((told["count"], told["known"]), (1, False))

    def test_it_adopts_an_id_when_told_to(self):
        told = Sessions("app-1", adopt=True).count("chosen")
        self.assertEqual((told["sid"], told["count"], told["known"]), ("chosen", 1, False))

    def test_only_new_sessions_get_a_cookie(self):
        sessions = Sessions("app-1")
        _, first = answer(sessions, request())
        self.assertIn(b"Set-Cookie: sid=", first)
        sid = first.partition(b"Set-Cookie: sid=")[2].partition(b";")[0].decode()
        self.assertNotIn(b"Set-Cookie", answer(sessions, request(f"other=1; sid={sid}"))[1])


class MessageTests(unittest.TestCase):
    def read(self, data):
        async def work():
            reader = asyncio.StreamReader()
            reader.feed_data(data)
            reader.feed_eof()
            return await http1.read_message(reader)

        return asyncio.run(work())

    def test_a_message_with_a_body(self):
        message = self.read(b"POST / HTTP/1.1\r\nContent-Length: 3\r\nCookie: a=1; b=2=3\r\n\r\nxyz")
        self.assertEqual(message.body, b"xyz")
        self.assertEqual(http1.cookies(message), {"a": "1", "b": "2=3"})

    def test_an_end_before_a_message_is_not_one_within(self):
        with self.assertRaises(http1.Closed):
            self.read(b"")
        for part in (b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nx"):
            with self.assertRaises(ConnectionError):
                self.read(part)


class ProcessTests(unittest.TestCase):
    def test_nothing_is_left_after_an_error(self):
        with self.assertRaises(ZeroDivisionError):
            with Processes() as processes:
                started = [processes.start(["sleep", "60"]) for _ in range(2)]
                1 / 0
        self.assertTrue(all(process.poll() is not None for process in started))

    def test_a_process_that_ends_early_is_said(self):
        with Processes() as processes:
            process = processes.start(["true"])
            process.wait()
            with self.assertRaisesRegex(Failure, "the server does not answer"):
                asyncio.run(until_listening("127.0.0.1:1", process, "the server"))

    def test_ports_are_different(self):
        self.assertEqual(len(set(free_ports(20))), 20)


if __name__ == "__main__":
    unittest.main()
