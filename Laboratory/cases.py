"""What happens in the trials of `failures`, as data: an event, and how nginx is set."""

import asyncio
from dataclasses import dataclass
from typing import Callable

from load import NEWCOMERS

# How long a server is away, in seconds.
AWAY, VANISHED, SLOW, FLAP = 5, 12, 8, 3

# Longer than nginx waits for an answer.
DELAY = 5

FULL = 4
STAGE = 3


async def keeps(trial):
    trial.server().end()
    await asyncio.sleep(AWAY)
    await trial.server().start()


async def forgets(trial):
    trial.server().end()
    await asyncio.sleep(AWAY)
    await trial.server().start(empty=True)


async def vanishes(trial):
    trial.server().vanish()
    await asyncio.sleep(VANISHED)
    await trial.server().start(empty=True)


async def slows_down(trial):
    trial.server().delay = DELAY
    await asyncio.sleep(SLOW)
    trial.server().delay = 0


async def flaps(trial):
    for _ in range(3):
        trial.server().end()
        await asyncio.sleep(FLAP)
        await trial.server().start()
        await asyncio.sleep(FLAP)


async def joins(trial):
    """A new server, which has all of its weight at once."""
    await join(trial, FULL)
    for _ in range(3):
        await trial.stage(STAGE)


async def joins_in_steps(trial):
    await join(trial, 1)
    await trial.stage(STAGE)
    await grow(trial)


async def join(trial, weight):
    trial.victim = trial.spare
    await trial.server().start()
    await trial.change([*trial.nodes, trial.spare.with_(weight=weight)])


async def returns(trial):
    """A server that comes back empty, after AWAY seconds, with all of its weight at once."""
    trial.server().end()
    await asyncio.sleep(AWAY)
    await trial.server().start(empty=True)
    await began(trial)
    for _ in range(3):
        await trial.stage(STAGE)


async def returns_in_steps(trial):
    trial.server().end()
    await asyncio.sleep(AWAY)
    await trial.reweight(trial.victim.id, 1)
    await trial.server().start(empty=True)
    await began(trial)
    await trial.stage(STAGE)
    await grow(trial)


async def began(trial):
    # What clients lost when the server died is another case.
    await asyncio.sleep(trial.case.fail_timeout)
    trial.begin()


async def grow(trial):
    for weight in (2, FULL):
        await trial.reweight(trial.victim.id, weight)
        await trial.stage(STAGE)


@dataclass(frozen=True)
class Case:
    name: str
    event: Callable
    follow: str
    # None is nginx's default: one failure, ten seconds.
    max_fails: int | None = None
    fail_timeout: int | None = 10
    checked: bool = False
    weight: int = 1
    # One request in so many is the first of a new visitor.
    newcomers: int = NEWCOMERS
    # Whether some clients ask nothing during the event.
    rests: bool = True

    def setting(self):
        return "0" if self.max_fails == 0 else f"{self.max_fails or 1}, {self.fail_timeout} s"


FOLLOWS = ("server", "list", "key")

# max_fails and fail_timeout. With 0 nginx never avoids a server.
SETTINGS = ((1, 1), (1, 10), (3, 1), (3, 10), (0, 1))
FEW = ((1, 1), (1, 10), (0, 1))

FAILURES = (
    ("refuses 5 s, keeps its memory", keeps, SETTINGS),
    ("refuses 5 s, forgets", forgets, SETTINGS),
    ("vanishes 12 s, forgets", vanishes, SETTINGS),
    ("answers after 5 s, for 8 s", slows_down, FEW),
    ("down 3 s, up 3 s, three times", flaps, FEW),
)

# Beside nginx's default, and beside checks of nginx's own that are off.
CHECKED = ((1, 10), (0, 1))

STARTS = (
    ("joins at once", joins),
    ("joins, weight 1, 2, 4", joins_in_steps),
    ("returns empty, at once", returns),
    ("returns empty, weight 1, 2, 4", returns_in_steps),
)


def all_cases(quick=False):
    cases = []
    for name, event, settings in FAILURES:
        for follow in FOLLOWS:
            for fails, seconds in settings if not quick else FEW[:1]:
                cases.append(Case(name, event, follow, fails, seconds))
            for fails, seconds in CHECKED if not quick else CHECKED[:1]:
                cases.append(Case(name, event, follow, fails, seconds, checked=True))
    for name, event in STARTS:
        for follow in FOLLOWS:
            cases.append(Case(name, event, follow, 1, 1, weight=FULL, newcomers=4, rests=False))
    return cases
