"""Starts carbon-c-relay with servers that only listen, sends it metrics, and prints who got them.

Usage: carbon-relay-sends.py PROGRAM TYPE REPLICATION SERVER ...

SERVER is ADDRESS:PORT or ADDRESS:PORT=INSTANCE, at which this program listens. Metrics come in lines of standard
input, without values. For each metric that a server gets, a line has the server's position, a space, and the
metric as it arrived.
"""

import selectors
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 30


def listen(server):
    host, port = server.split("=")[0].rsplit(":", 1)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen()
    return listener


def connect(port, relay, deadline):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if relay.poll() is not None or time.monotonic() > deadline:
                sys.exit("carbon-c-relay does not answer")
            time.sleep(0.01)


def receive(listeners, count, deadline):
    """What arrives at each listener, until there are so many lines in all."""
    received = [b""] * len(listeners)
    selector = selectors.DefaultSelector()
    for position, listener in enumerate(listeners):
        selector.register(listener, selectors.EVENT_READ, (position, True))
    while sum(text.count(b"\n") for text in received) < count:
        if time.monotonic() > deadline:
            sys.exit("only some metrics arrived")
        for key, _ in selector.select(timeout=1):
            position, is_listener = key.data
            if is_listener:
                connection, _ = key.fileobj.accept()
                selector.register(connection, selectors.EVENT_READ, (position, False))
                continue
            chunk = key.fileobj.recv(1 << 16)
            received[position] += chunk
            if not chunk:
                selector.unregister(key.fileobj)
    return received


def main():
    program, kind, replication, servers = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    metrics = sys.stdin.buffer.read().split(b"\n")[:-1]
    listeners = [listen(server) for server in servers]
    free = listen("127.0.0.1:0")
    port = free.getsockname()[1]
    free.close()
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(
            f"listen type linemode 127.0.0.1:{port} proto tcp;\n"
            "statistics submit every 3600 seconds;\n"
            f"cluster live {kind} replication {replication} {' '.join(servers)};\n"
            "match * send to live;\n"
        )
        file.flush()
        deadline = time.monotonic() + PATIENCE
        relay = subprocess.Popen(
            [program, "-f", file.name, "-w", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with connect(port, relay, deadline) as connection:
                connection.sendall(b"".join(metric + b" 1 1700000000\n" for metric in metrics))
                received = receive(listeners, replication * len(metrics), deadline)
        finally:
            relay.kill()
            relay.wait()
    for position, text in enumerate(received):
        for line in text.split(b"\n")[:-1]:
            sys.stdout.buffer.write(b"%d %s\n" % (position, line.rsplit(b" ", 2)[0]))


main()
