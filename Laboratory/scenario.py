"""What happens to the site, step by step: a name, how long it is watched, and what is done."""

from dataclasses import dataclass
from typing import Callable

from configuration import FAIL_TIMEOUT

# Of so many clients one rests while the killed server is away.
IDLE = 4


@dataclass(frozen=True)
class Step:
    name: str
    seconds: float
    action: Callable | None
    about: str
    # Steps that wait for nginx take as long as it does, whatever --quick says.
    fixed: bool = False


async def scale_out(site):
    await site.change(site.nodes + site.spare)


async def take_away(site, step, leaving):
    site.doom(step, leaving)
    await site.change([node for node in site.nodes if node not in leaving])
    # Those sessions as well that began there until the last router knew.
    site.doom(step, leaving)


async def drain(site):
    """Variants that cannot drain remove the two servers at once."""
    leaving = site.nodes[-3:-1]
    if site.variant.drains:
        drained = [node.with_(state="drain") if node in leaving else node for node in site.nodes]
        await site.change(drained)
        await site.drained(leaving)
    else:
        await take_away(site, "drain", leaving)


async def remove(site):
    leaving = [node for node in site.nodes if node.state == "drain"]
    if leaving:
        await take_away(site, "removed", leaving)


async def reload(site):
    await site.change(site.nodes)


async def reweight(site):
    first, *others = site.nodes
    await site.change([first.with_(weight=2), *others])


async def kill(site):
    victim = site.nodes[1]
    # Some ask nothing until the server is back, so that it shows whether it knows them then.
    for client in site.clients[::IDLE]:
        client.resting = True
    site.doom("kill -9", [victim])
    site.servers.kill(victim)


async def bring_back(site):
    await site.servers.start([site.nodes[1]])
    for client in site.clients:
        client.resting = False


async def replace_router(site):
    await site.replace_router()


SCENARIO = (
    Step("login", 2, None, "every client's first two requests"),
    Step("steady", 2, None, "nothing changes"),
    Step("scale out", 2, scale_out, "10 servers become 11"),
    Step("drain", 2, drain, "two servers are to go; what cannot drain removes them at once"),
    Step("removed", 2, remove, "the drained servers go, with the sessions that are still there"),
    Step("reload", 2, reload, "the same configuration once more"),
    Step("reweight", 2, reweight, "one server gets weight 2"),
    Step("kill -9", 2, kill, "one server crashes"),
    # nginx counts in whole seconds, so a router may need one more. Two rounds of all clients follow.
    Step("returns", FAIL_TIMEOUT + 3, bring_back, "it comes back, its memory empty", fixed=True),
    Step("router", 2, replace_router, "one of the two routers is replaced by a fresh one"),
)
