"""Compares what was printed with what a page shows."""

import difflib

ANYTHING = "…"


def tidy(lines):
    """Without blanks at the ends of lines, and without empty lines at the end."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def matches(expected, found):
    """Whether lines are the expected ones, where `…` alone on a line is any number of lines."""
    # starts[k]: the lines so far may end before found[k].
    starts = [True] + [False] * len(found)
    for pattern in expected:
        if pattern.strip() == ANYTHING:
            first = starts.index(True) if True in starts else len(starts)
            starts = [position >= first for position in range(len(starts))]
        else:
            starts = [False] + [starts[k] and found[k] == pattern for k in range(len(found))]
    return starts[-1]


def difference(expected, found):
    """What is wrong, in lines; empty if nothing is."""
    expected, found = tidy(expected), tidy(found)
    if matches(expected, found):
        return []
    changes = difflib.unified_diff(expected, found, lineterm="", n=1)
    kept = [line for line in changes if not line.startswith(("---", "+++", "@@"))]
    return ["  (- the page, + printed)"] + ["  " + line for line in kept]
