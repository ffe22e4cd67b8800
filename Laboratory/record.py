"""What clients saw, put in order by steps."""

import bisect
import collections


def percentile(values, share):
    """The value that this share of the values does not exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def counted(names):
    return dict(sorted(collections.Counter(names).items()))


class Record:
    def __init__(self, variant, clients):
        self.variant = variant
        self.clients = clients
        # By step, the sessions that lived on the servers that it took away.
        self.doomed = {}
        # Since when which servers have been drained: they must get no new sessions from then on.
        self.drained = None
        # What the servers sent to each other, if they keep copies.
        self.traffic = None
        self.names = []
        self._begins = []
        self._outcomes = []
        self._origin = 0
        self.length = 0

    def begin(self, now):
        self._origin = now

    def step(self, name, now):
        self.names.append(name)
        self._begins.append(now - self._origin)

    def end(self, now):
        self.length = now - self._origin

    def take(self, outcome):
        self._outcomes.append(outcome)

    def starts(self):
        """When each step began, in seconds."""
        return list(self._begins)

    def losses(self):
        """When sessions were lost, in seconds, in order."""
        return sorted(o.at - self._origin for o in self._outcomes if o.verdict == "lost")

    def figures(self):
        """Everything that the table and the JSON say."""
        steps = [[] for _ in self.names]
        for outcome in self._outcomes:
            # A loss belongs to the step in which its client learned of it.
            steps[bisect.bisect_right(self._begins, outcome.at - self._origin) - 1].append(outcome)
        ends = [*self._begins[1:], self.length]
        told = []
        for name, begin, end, outcomes in zip(self.names, self._begins, ends, steps):
            told.append(self._figures(name, begin, end, outcomes))
        return {
            "variant": self.variant,
            "clients": self.clients,
            "lost": sum(step["lost"] for step in told),
            "needless": sum(step["needless"] for step in told),
            "errors": sum(step["errors"] for step in told),
            "newSessionsSinceDraining": self._new_since_draining(),
            "traffic": self.traffic,
            "steps": told,
            "losses": [round(at, 4) for at in self.losses()],
        }

    def _new_since_draining(self):
        """How many sessions began since then, and how many of them on a drained server."""
        if not self.drained:
            return None
        since, names = self.drained
        new = [o for o in self._outcomes if o.verdict == "new" and o.at - o.latency >= since]
        return {"all": len(new), "onDrained": sum(o.server in names for o in new)}

    def _figures(self, name, begin, end, outcomes):
        doomed = set().union(*self.doomed.values())
        latencies = [outcome.latency for outcome in outcomes]
        errors = counted(o.detail for o in outcomes if o.verdict == "error")
        figures = {
            "name": name,
            "begin": round(begin, 4),
            "end": round(end, 4),
            "requests": len(outcomes),
            "new": sum(o.verdict == "new" for o in outcomes),
            "lost": sum(o.verdict == "lost" for o in outcomes),
            # Those that another configuration would have kept.
            "needless": sum(o.held not in doomed for o in outcomes if o.verdict == "lost"),
            "errors": sum(errors.values()),
            "errorsByKind": errors,
            "retried": sum(o.retried for o in outcomes),
            "byServer": counted(o.server for o in outcomes if o.server),
            "byRouter": counted(str(o.router) for o in outcomes),
        }
        for title, share in (("p50", 0.50), ("p99", 0.99)):
            value = percentile(latencies, share)
            figures[title] = None if value is None else round(value * 1000, 3)
        if name in self.doomed:
            figures["sessionsOnServersThatLeave"] = len(self.doomed[name])
        return figures
