"""What docs/sessions.md promises, against the figures of a run."""


def broken(figures):
    """A line for each promise that a run broke.

    Nothing is lost needlessly where cookies name servers, and nothing at all with copies. Where they name
    lists, sessions go back to a server that returns, and only then are they lost needlessly.
    """
    lines = []
    for run in figures:
        name = run["variant"]
        needless = run["needless"]
        if name == "list":
            needless = sum(s["needless"] for s in run["steps"] if s["name"] != "returns")
        if name in ("server", "list", "replicas") and needless > 0:
            lines.append(f"{name} lost {needless} sessions needlessly")
        if name == "replicas" and run["lost"] > 0:
            lines.append(f"replicas lost {run['lost']} sessions")
        began = run["newSessionsSinceDraining"]
        if name in ("server", "list", "replicas") and began and began["onDrained"] > 0:
            lines.append(f"{name} began {began['onDrained']} sessions on drained servers")
        if run["errors"] > 0:
            lines.append(f"{name} had {run['errors']} errors")
    return lines
