"""Runs the commands of console blocks in the folder of a page."""

import os
import re
import subprocess

from . import outputs

# What commands beside chash may be, as they touch the page's folder only.
HARMLESS = {
    "cat", "cp", "cut", "diff", "echo", "grep", "head", "mkdir", "printf", "sort", "tail", "tr", "uniq",
    "wc",
}
TIME_LIMIT = 60


class Command:
    def __init__(self, line, text):
        self.line = line
        self.text = text
        self.output = []

    @property
    def is_known(self):
        words = [part.split() for part in re.split(r"&&|\|\||[|;]", self.text)]
        return all(part and part[0] in HARMLESS | {"chash"} for part in words)


def commands(block):
    """The commands of a block, each with the lines below it."""
    found = []
    joins = False
    for offset, line in enumerate(block.lines):
        if joins:
            found[-1].text += "\n" + line
        elif line.startswith("$ "):
            found.append(Command(block.line + offset, line[2:]))
        elif found:
            found[-1].output.append(line)
        joins = (joins or line.startswith("$ ")) and line.endswith("\\")
    return found


def run(command, folder, chash):
    """The exit status and everything that is printed, as a terminal shows it."""
    environment = dict(os.environ, COLUMNS="80", LC_ALL="C.UTF-8")
    environment["PATH"] = os.path.dirname(os.path.abspath(chash)) + ":" + os.environ["PATH"]
    try:
        done = subprocess.run(
            ["bash", "-c", command.text], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return None, f"still running after {TIME_LIMIT} seconds"
    return done.returncode, done.stdout.decode("utf-8", "replace")


def check(step, path, folder, chash):
    """Runs a console block: how many commands ran, and what is wrong."""
    found = commands(step.block)
    if not found:
        return 0, [f"{path}:{step.block.line}: a console block without a command ('$ …')"]
    ran, failures = 0, []
    for command in found:
        place = f"{path}:{command.line}: $ {command.text}"
        if not command.is_known:
            failures.append(f"{place}\n  is not run here; mark the block 'snippet: skip, REASON'")
            continue
        ran += 1
        status, text = run(command, folder, chash)
        wrong = outputs.difference(command.output, text.splitlines())
        should_fail = step.fails and command is found[-1]
        if status is None or (status != 0) != should_fail:
            wrong.insert(0, f"  exit status {status}" if status is not None else "  does not end")
        if wrong:
            failures.append("\n".join([place] + wrong))
    return ran, failures
