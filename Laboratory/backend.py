#!/usr/bin/env python3
"""One server that keeps its sessions in its own memory, as most applications do by default.

Usage: backend.py NAME ADDRESS [--adopt] [--replicas FILE]

A request with a `sid` that this server has counts on. Any other gets a new session, with an id that the
server makes up: most frameworks never take over an id from a client, because that would let attackers
choose the ids of others. With --adopt it takes over such ids, as PHP does by default. The answer says in
JSON what the server knew.

With --replicas it copies each session to another server before it answers. FILE has the list of all
nodes. SIGTERM then says that the server leaves: it gives its sessions away before it ends.

The server ends when its standard input ends, so that it never outlives the program that started it.
"""

import argparse
import asyncio
import json
import signal
import sys

import http1
from replicas import Replicas
from sessions import Sessions

INTERNAL = "/internal/"


def answer(sessions, request):
    """The id of the session that has counted, and what the client gets."""
    found = sessions.count(http1.cookies(request).get("sid"), route(request) or "")
    cookie = "" if found["known"] else f"Set-Cookie: sid={found['sid']}; Path=/; HttpOnly\r\n"
    return found["sid"], message(found, cookie)


def message(content, headers=""):
    body = json.dumps(content).encode() + b"\n"
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def route(request):
    """The id of the session that the router tells; None if no router has sent the request."""
    return next(iter(request.all("x-route-id")), None)


async def answered(sessions, replicas, request):
    path = request.first.split(" ")[1]
    # What came through a router came from a client, who must not copy sessions.
    if replicas and path.startswith(INTERNAL) and route(request) is None:
        return message(replicas.answer(path[len(INTERNAL):], json.loads(request.body or b"{}")))
    sid, reply = answer(sessions, request)
    if replicas:
        # The answer is a promise: whoever has it finds the session again, even if this server dies.
        await replicas.copy(sessions.held[sid])
    return reply


async def serve(options):
    sessions = Sessions(options.name, options.adopt)
    replicas = None
    loop = asyncio.get_running_loop()
    ended, leaves = asyncio.Event(), False

    def leave():
        nonlocal leaves
        leaves = True
        ended.set()

    loop.add_reader(sys.stdin, ended.set)
    if options.replicas:
        replicas = Replicas(options.name, sessions, options.replicas)
        loop.add_signal_handler(signal.SIGTERM, leave)
        await replicas.start()

    async def connected(reader, writer):
        try:
            while True:
                request = await http1.read_message(reader)
                writer.write(await answered(sessions, replicas, request))
                await writer.drain()
        except (http1.Closed, ConnectionError, asyncio.CancelledError):
            # The last one says that this server ends.
            pass
        finally:
            writer.close()

    host, _, port = options.address.rpartition(":")
    server = await asyncio.start_server(connected, host, int(port), backlog=1024)
    watching = asyncio.create_task(replicas.watch()) if replicas else None
    await ended.wait()
    server.close()
    if leaves:
        watching.cancel()
        await replicas.hand_over()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("address")
    parser.add_argument("--adopt", action="store_true")
    parser.add_argument("--replicas", metavar="FILE")
    asyncio.run(serve(parser.parse_args()))
