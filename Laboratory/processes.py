"""The processes that the laboratory starts, and the ports they get."""

import asyncio
import os
import random
import signal
import socket
import subprocess


class Failure(Exception):
    """Something that the user should read in one line, rather than a trace."""


class Processes:
    """Every process that was started here is stopped at the end of the `with`, by its own id."""

    def __init__(self):
        self._running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends all that run, and waits for them."""
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
        for process in reversed(list(self._running)):
            self.end(process, signal.SIGTERM)

    def start(self, arguments, **options):
        # A session of its own keeps Ctrl-C away from it: this program decides in which order all end.
        process = subprocess.Popen(arguments, start_new_session=True, **options)
        self._running.append(process)
        return process

    def end(self, process, with_signal):
        """Sends the signal and waits; what does not end within 5 s is killed with all it started."""
        process.send_signal(with_signal)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        self._running.remove(process)


def free_ports(count, host="127.0.0.1"):
    """Ports that nobody listens on.

    They lie below those that the system gives to outgoing connections: a port has to be free again when
    a killed server returns.
    """
    ports = []
    candidates = random.SystemRandom().sample(range(10_000, 32_000), 4000)
    while len(ports) < count:
        port = candidates.pop()
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
        ports.append(port)
    return ports


async def until_listening(address, process, what, seconds=10):
    """Waits until something answers at the address; fails when the process ends before."""
    host, _, port = address.rpartition(":")
    for _ in range(seconds * 50):
        if process.poll() is not None:
            break
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return
    raise Failure(f"{what} does not answer at {address}")
