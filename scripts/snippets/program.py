"""Makes programs of Swift blocks, compiles them in a package of their own, and runs them."""

import os
import re
import subprocess

from . import outputs

END_OF_BLOCK = "\x1e end of block"
TIME_LIMIT = 60
# What is declared outside of the function that holds the statements: what may not be local, and what
# belongs together with it.
HOISTED = re.compile(
    r"^(?:(?:public|package|internal|private|fileprivate|final|indirect|nonisolated)\s+)*"
    r"(?:struct|enum|class|actor|protocol|extension)\s"
)
ATTRIBUTE = re.compile(r"^@\w+(\([^)]*\))?\s*$")
NAMES = re.compile(r"^(?:let|var)\s+(?:(\w+)|\(([\w\s,]+)\))\s*(?::|=)", re.MULTILINE)
IMPORT = re.compile(r"^(?:@\w+\s+)?import\s")


class Program:
    """One or more Swift blocks of a page that share a context."""

    def __init__(self, name, page):
        self.name = name
        self.page = page
        self.steps = []

    @property
    def line(self):
        return self.steps[0].block.line

    def source(self, libraries):
        """The text of main.swift."""
        chunks = []
        for step in self.steps:
            if step.before:
                chunks += split(step.before)
            chunks += split(step.block)
            chunks.append(("end", 0, []))
        imports = [c for c in chunks if c[0] == "import"]
        out = []
        if not imports:
            out += [f"import {name}" for name in libraries]
        for kind in ("import", "declaration"):
            for chunk in (c for c in chunks if c[0] == kind):
                out += self.located(chunk)
        out.append("func snippet() async throws {")
        for chunk in chunks:
            if chunk[0] == "statement":
                out += self.located(chunk)
            elif chunk[0] == "end":
                out.append(f'print("{END_OF_BLOCK}")'.replace("\x1e", "\\u{1E}"))
        statements = "\n".join("\n".join(c[2]) for c in chunks if c[0] == "statement")
        out += [f"_ = {name}" for name in unused(statements)]
        out += ["}", "try await snippet()", ""]
        return "\n".join(out)

    def located(self, chunk):
        """The lines of a chunk, which the compiler reports at their place on the page."""
        _, line, lines = chunk
        return [f'#sourceLocation(file: "{self.page}", line: {line})', *lines, "#sourceLocation()"]


def unused(statements):
    """Names that are declared for the reader and not used: they are no mistake on a page."""
    names = []
    for match in NAMES.finditer(statements):
        names += [name.strip() for name in (match[1] or match[2]).split(",")]
    return [n for n in names if n != "_" and len(re.findall(rf"\b{n}\b", statements)) == 1]


def split(block):
    """The imports, declarations and statements of a block: (kind, first line, lines)."""
    chunks = []
    index, lines = 0, block.lines
    while index < len(lines):
        start = index
        if IMPORT.match(lines[index]):
            kind = "import"
        else:
            while index < len(lines) - 1 and ATTRIBUTE.match(lines[index]):
                index += 1
            kind = "declaration" if HOISTED.match(lines[index]) else "statement"
            if kind == "statement":
                index = start
            elif "}" not in lines[index].split("{", 1)[-1]:
                # A declaration ends at the brace in the first column.
                while index < len(lines) - 1 and not lines[index].startswith("}"):
                    index += 1
        index += 1
        if kind == "statement" and chunks and chunks[-1][0] == kind:
            chunks[-1][2].extend(lines[start:index])
        else:
            chunks.append((kind, block.line + start, list(lines[start:index])))
    return chunks


def libraries(manifest):
    """The library products that the manifest of the package names."""
    return re.findall(r'\.library\(\s*name:\s*"(\w+)"', manifest)


class Workshop:
    """The generated package."""

    def __init__(self, root, folder, swift):
        self.folder = folder
        self.swift = swift
        self.package = os.path.join(folder, "package")
        with open(os.path.join(root, "Package.swift"), encoding="utf-8") as file:
            self.libraries = libraries(file.read())
        self.root = root

    def write(self, path, text):
        """Writes a file unless it holds the text already, so that only what changed is compiled."""
        path = os.path.join(self.package, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                if file.read() == text:
                    return
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def prepare(self, programs):
        products = "\n".join(
            f'  .product(name: "{name}", package: "swift-consistent-hashing"),' for name in self.libraries)
        targets = "\n".join(
            f'    .executableTarget(name: "{p.name}", dependencies: products, swiftSettings: settings),'
            for p in programs)
        upward = os.path.relpath(self.root, self.package)
        self.write("Package.swift", f"""// swift-tools-version: 6.2
import PackageDescription

let products: [Target.Dependency] = [
{products}
]
let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let package = Package(
  name: "snippets",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-consistent-hashing", path: "{upward}")],
  targets: [
{targets}
  ],
  swiftLanguageModes: [.v6]
)
""")
        for program in programs:
            self.write(f"Sources/{program.name}/main.swift", program.source(self.libraries))

    def build(self, *arguments):
        run = subprocess.run(
            [self.swift, "build", "--package-path", self.package,
             "--scratch-path", os.path.join(self.folder, "build"), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return run.returncode, run.stdout

    def compile(self, programs):
        """Builds all programs; what is wrong with each that does not compile, by name."""
        self.prepare(programs)
        status, _ = self.build()
        if status == 0:
            return {}
        failures = {}
        for program in programs:
            status, text = self.build("--product", program.name)
            if status != 0:
                failures[program.name] = complaints(text, program.page)
        return failures

    def executable(self, program):
        return os.path.join(self.folder, "build", "debug", program.name)


def complaints(text, page):
    """The lines of a compiler's output that say what is wrong; all of them if none does."""
    lines = text.splitlines()
    found = [line for line in lines if re.search(r"^\S.*\b(error|warning):", line)]
    on_page = [line[line.index(f"{page}:"):] for line in found if f"{page}:" in line]
    elsewhere = [line for line in found if f"{page}:" not in line and " error:" in line]
    chosen = list(dict.fromkeys(on_page + elsewhere[:5])) or lines[-20:]
    return ["  " + line for line in chosen]


def check(program, executable, folder):
    """Runs a program: how many outputs were compared, and what is wrong."""
    place = f"{program.page}:{program.line}"
    try:
        done = subprocess.run(
            [os.path.abspath(executable)], cwd=folder, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=TIME_LIMIT, env=dict(os.environ, SWIFT_BACKTRACE="enable=no"))
    except subprocess.TimeoutExpired:
        return 0, [f"{place}: still running after {TIME_LIMIT} seconds"]
    failures = []
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        failures.append("\n".join([f"{place}: exit status {done.returncode}"] + ["  " + s for s in said[:10]]))
    printed = done.stdout.decode("utf-8", "replace").split(END_OF_BLOCK + "\n")
    compared = 0
    for step, text in zip(program.steps, printed):
        if step.output:
            compared += 1
            wrong = outputs.difference(step.output.lines, text.splitlines())
            if wrong:
                failures.append("\n".join([f"{program.page}:{step.output.line}: another output"] + wrong))
    return compared, failures
