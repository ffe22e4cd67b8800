import asyncio
import unittest

from clients import Client, Jar, Session, verdict
from http1 import Message


class JarTests(unittest.TestCase):
    def test_a_cookie_is_overwritten(self):
        jar = Jar()
        jar.store("route=a.b.1; Path=/; Max-Age=3000; HttpOnly", 100)
        jar.store("route=a.c.2; Path=/; Max-Age=3000; HttpOnly", 100)
        self.assertEqual(jar.cookies(100), {"route": "a.c.2"})

    def test_a_cookie_ends_at_its_age(self):
        jar = Jar()
        jar.store("route=x; Max-Age=10", 100)
        self.assertEqual(jar.cookies(109), {"route": "x"})
        self.assertEqual(jar.cookies(110), {})

    def test_an_age_of_zero_deletes(self):
        jar = Jar()
        jar.store("sid=x", 100)
        jar.store("sid=; max-age=0", 100)
        self.assertEqual(jar.cookies(100), {})

    def test_a_date_in_the_past_deletes_unless_there_is_an_age(self):
        jar = Jar()
        jar.store("sid=x", 1e9)
        jar.store("sid=y; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5", 1e9)
        self.assertEqual(jar.cookies(1e9), {"sid": "y"})
        jar.store("sid=z; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 1e9)
        self.assertEqual(jar.cookies(1e9), {})

    def test_values_keep_their_equals_signs(self):
        jar = Jar()
        jar.store("sid=a=b; Path=/", 0)
        self.assertEqual(jar.cookies(0), {"sid": "a=b"})


class VerdictTests(unittest.TestCase):
    def test_the_first_session_is_new(self):
        self.assertEqual(verdict(None, Session("a", 1)), "new")

    def test_a_session_that_counts_on_is_kept(self):
        self.assertEqual(verdict(Session("a", 1), Session("a", 2)), "kept")

    def test_a_request_that_counted_without_an_answer_is_no_loss(self):
        self.assertEqual(verdict(Session("a", 1), Session("a", 3)), "kept")

    def test_another_session_is_a_loss(self):
        self.assertEqual(verdict(Session("a", 7), Session("b", 8)), "lost")

    def test_a_count_that_starts_again_is_a_loss(self):
        self.assertEqual(verdict(Session("a", 1), Session("a", 1)), "lost")


class ClientTests(unittest.TestCase):
    def told(self, sid, count, server="app-1"):
        body = f'{{"server": "{server}", "sid": "{sid}", "count": {count}}}'.encode()
        return Message("HTTP/1.1 200 OK", [("set-cookie", f"sid={sid}")], body)

    def test_a_loss_is_counted_once(self):
        client = Client(1)
        answers = [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
        judged = [client._take(self.told(*answer))[0] for answer in answers]
        self.assertEqual(judged, ["new", "kept", "lost", "kept"])

    def test_an_error_is_no_loss(self):
        client = Client(1)
        client._take(self.told("a", 1))
        error = Message("HTTP/1.1 502 Bad Gateway", [], b"")
        self.assertEqual(client._take(error), ("error", None, "502"))
        self.assertEqual(client._take(self.told("a", 2))[0], "kept")

    def test_a_connection_that_the_router_closed_is_replaced(self):
        async def once(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            body = self.told("a", once.count).body
            once.count += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            # It does not say that it closes.
            writer.close()

        async def ask():
            once.count = 1
            async with await asyncio.start_server(once, "127.0.0.1", 0) as server:
                port = server.sockets[0].getsockname()[1]
                client = Client(1)
                judged = [(await client.ask(port, "GET")).verdict for _ in range(3)]
                client.close()
                # What was closed ends with the next turn of the loop.
                await asyncio.sleep(0.01)
                return judged

        self.assertEqual(asyncio.run(ask()), ["new", "kept", "kept"])

    def test_a_new_visitor_has_no_cookies_and_loses_nothing(self):
        async def ask():
            seen = []

            async def connected(reader, writer):
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                body = self.told(f"s{len(seen)}", 1).body
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nSet-Cookie: sid=s\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                writer.close()

            async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
                port = server.sockets[0].getsockname()[1]
                client = Client(1)
                judged = [(await client.ask(port, "GET", anew)).verdict for anew in (False, True)]
                await asyncio.sleep(0.01)
            return judged, [b"Cookie" in head for head in seen]

        self.assertEqual(asyncio.run(ask()), (["new", "new"], [False, False]))

    def test_a_refused_connection_is_an_error(self):
        outcome = asyncio.run(Client(1).ask(1, "GET"))
        self.assertEqual((outcome.verdict, outcome.detail), ("error", "ConnectionRefusedError"))


if __name__ == "__main__":
    unittest.main()
