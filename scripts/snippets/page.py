"""Reads a Markdown page into the steps that check it."""

import dataclasses
import re

FENCE = re.compile(r"^(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})\s*(?P<language>[\w.+-]*)")
MARKER = re.compile(r"^(snippet|output|file|console)\b[ \t]*:?[ \t]*(.*)$", re.DOTALL)


class PageError(Exception):
    """A mistake in the markers of a page."""


@dataclasses.dataclass
class Block:
    """A fenced block, or the text that a comment holds in its place."""

    language: str
    line: int
    lines: list

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


@dataclasses.dataclass
class Swift:
    """Code that is compiled and run; `before` is code that the page does not show."""

    block: Block
    before: Block | None = None
    continues: bool = False
    output: Block | None = None


@dataclasses.dataclass
class Console:
    """Commands and what they print."""

    block: Block
    fails: bool = False


@dataclasses.dataclass
class File:
    """A file of the page's folder: its text, or the file of the repository that is copied."""

    name: str
    line: int
    block: Block | None = None
    source: str | None = None


@dataclasses.dataclass
class Page:
    path: str
    steps: list = dataclasses.field(default_factory=list)
    skipped: int = 0
    errors: list = dataclasses.field(default_factory=list)


def tokens(text):
    """The fenced blocks of a page, and the comments that are markers: (line, marker or Block)."""
    lines = text.splitlines()
    index = 0
    while index < len(lines):
        line = lines[index]
        fence = FENCE.match(line)
        if fence:
            start = index
            index += 1
            close = re.compile(r"^ {0,3}" + re.escape(fence["fence"]) + fence["fence"][0] + r"*\s*$")
            body = []
            while index < len(lines) and not close.match(lines[index]):
                body.append(re.sub("^ {0,%d}" % len(fence["indent"]), "", lines[index]))
                index += 1
            yield start + 1, Block(fence["language"].lower(), start + 2, body)
        elif line.lstrip().startswith("<!--"):
            start = index
            comment = line.lstrip()[4:]
            while "-->" not in comment and index + 1 < len(lines):
                index += 1
                comment += "\n" + lines[index]
            comment = comment.split("-->")[0]
            marker = MARKER.match(comment.strip())
            if marker:
                yield start + 1, (marker[1], marker[2])
        index += 1


class Reader:
    """Goes through a page; keeps the markers that the next block is for."""

    def __init__(self, path):
        self.page = Page(path)
        self.swift = None
        self.pending = {}

    def fail(self, line, text):
        self.page.errors.append(f"{self.page.path}:{line}: {text}")

    def marker(self, line, kind, text):
        first, _, rest = text.partition("\n")
        first = first.strip()
        hidden = Block("", line + 1, rest.rstrip("\n").split("\n")) if rest.strip() else None
        if kind == "output":
            self.pending["output"] = line
        elif kind == "console":
            if not hidden:
                return self.fail(line, "'console' in a comment holds the commands in further lines")
            self.page.steps.append(Console(hidden))
        elif kind == "file":
            name, _, source = first.partition(" from ")
            if not name or name.startswith("/") or ".." in name.split("/"):
                return self.fail(line, "'file:' takes a name relative to the folder of the page")
            if source:
                self.page.steps.append(File(name, line, source=source.strip()))
            elif hidden:
                self.page.steps.append(File(name, line, block=hidden))
            else:
                self.pending["file"] = name
        else:
            self.snippet(line, first, hidden)

    def snippet(self, line, text, hidden):
        word = re.match(r"\w*", text)[0]
        if word == "skip":
            if not re.search(r"\w", text[4:]):
                self.fail(line, "'snippet: skip' lacks its reason: <!-- snippet: skip, REASON -->")
            self.pending["skip"] = line
        elif word == "before":
            if not hidden:
                return self.fail(line, "'snippet: before' holds its code in further lines")
            self.pending["before"] = hidden
        elif word in ("begin", "continues", "fails"):
            self.pending[word] = line
        else:
            self.fail(line, f"'snippet: {text}' is unknown; it is begin, continues, before, fails or skip")

    def block(self, line, block):
        marks, self.pending = self.pending, {}
        if "skip" in marks:
            self.page.skipped += 1
        elif "file" in marks:
            self.page.steps.append(File(marks["file"], line, block=block))
        elif "output" in marks:
            if self.swift is None or self.swift.output is not None:
                return self.fail(line, "'output' does not follow a Swift block")
            self.swift.output = block
        elif block.language == "swift":
            if "continues" in marks and self.swift is None:
                return self.fail(line, "'continues' has no Swift block before it")
            self.swift = Swift(block, marks.get("before"), "continues" in marks)
            self.page.steps.append(self.swift)
        elif block.language == "console":
            self.page.steps.append(Console(block, "fails" in marks))
        else:
            self.fail(line, "nothing checks this block: mark it as a file, as output, or skip it")


def read(path, text):
    """The steps of a page, in its order."""
    reader = Reader(path)
    last = 1
    for line, token in tokens(text):
        last = line
        if isinstance(token, Block):
            reader.block(line, token)
        else:
            reader.marker(line, *token)
    for name in reader.pending:
        reader.fail(last, f"no block follows the marker '{name}'")
    return reader.page
