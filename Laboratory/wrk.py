"""Requests as fast as they are answered, by wrk."""

import asyncio
import contextlib
import json
import os
import shutil
import sys

import arguments
from processes import Failure

HERE = os.path.dirname(os.path.abspath(__file__))


def demand(program):
    """Ends the program if there is no wrk."""
    if not shutil.which("wrk"):
        arguments.tell(f"{program}: wrk is not installed (on Debian: apt-get install wrk)")
        sys.exit(arguments.UNAVAILABLE)


async def output(port, seconds, cookies, connections, script):
    """What wrk prints. `cookies` is a file with a line for each request."""
    process = await asyncio.create_subprocess_exec(
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{HERE}/{script}",
        f"http://127.0.0.1:{port}/",
        env={**os.environ, "COOKIES": cookies}, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told = (await process.communicate())[0].decode()
    except asyncio.CancelledError:
        # The signal that ends this program may have ended it already.
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    if process.returncode != 0 or "Socket errors" in told:
        raise Failure(f"wrk met errors:\n{told.strip()}")
    return told


async def counted(port, seconds, cookies, connections):
    """The figures of wrk_counted.lua."""
    told = await output(port, seconds, cookies, connections, "wrk_counted.lua")
    return json.loads(told.strip().splitlines()[-1])
