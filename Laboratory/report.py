"""The figures as a table: as text, or as Markdown."""

import table

# The steps whose latencies the table shows.
LATENCIES = (("steady", "steady"), ("kill -9", "kill"))


def rows(figures):
    """The table, head first. A cell of a step says how many sessions were lost in it."""
    names = [step["name"] for step in figures[0]["steps"]]
    head = ["lost in", *names, "all", "needless"]
    head += [f"ms {title}" for _, title in LATENCIES]
    lines = [[*head, "errors"]]
    for run in figures:
        steps = {step["name"]: step for step in run["steps"]}
        row = [run["variant"]]
        row += [f"{steps[name]['lost']}" for name in names]
        row += [f"{run['lost']:,}", f"{run['needless']:,}"]
        for name, _ in LATENCIES:
            row.append("/".join(milliseconds(steps[name][share]) for share in ("p50", "p99")))
        lines.append([*row, str(run["errors"])])
    return lines


def milliseconds(value):
    return "-" if value is None else f"{value:.1f}"


def notes(figures):
    """How to read the table, and which losses no configuration of nginx avoids: those of the sessions
    that lived on servers that went. All others are needless."""
    clients = " or ".join(str(number) for number in sorted({run["clients"] for run in figures}))
    lines = [
        f"Each of {clients} clients holds one session at a time; 'ms' is the latency, median/p99."
    ]
    for run in figures:
        for step in run["steps"]:
            living = step.get("sessionsOnServersThatLeave")
            if living is not None:
                lines.append(
                    f"{run['variant']}, {step['name']}: {living} sessions lived on what goes;"
                    f" {step['lost']} were lost, {step['needless']} of them needlessly."
                )
        began = run["newSessionsSinceDraining"]
        if began:
            lines.append(
                f"{run['variant']}: {began['all']} sessions began after two servers were drained,"
                f" {began['onDrained']} of them on these two."
            )
        if run.get("traffic"):
            lines.append(traffic(run["variant"], run["traffic"]))
        kinds = {}
        for step in run["steps"]:
            for kind, count in step["errorsByKind"].items():
                kinds.setdefault(kind, []).append(f"{count} in {step['name']}")
        for kind, places in sorted(kinds.items()):
            lines.append(f"{run['variant']}: error {kind}: {', '.join(places)}.")
    return lines


def traffic(variant, told):
    """What the copies cost."""
    questions, sizes = told["questions"], told["bytes"]
    copies = questions.get("copy", 0)
    others = sum(questions.values()) - copies
    return (
        f"{variant}: the servers sent each other {copies:,} copies, one before each answer, with"
        f" {sizes.get('copy', 0) / (copies or 1):.0f} bytes each, reply included; and {others:,}"
        f" other messages, {(sum(sizes.values()) - sizes.get('copy', 0)) / 1000:.0f} kB, when servers"
        " came and went."
    )


def text(figures):
    return table.text(rows(figures)) + "\n" + "\n".join(notes(figures)) + "\n"


def markdown(figures):
    listed = "".join(f"- {note}\n" for note in notes(figures))
    return table.markdown(rows(figures)) + "\n" + listed
