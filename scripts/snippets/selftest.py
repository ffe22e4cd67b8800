"""Tests the checker with pages of its own: right ones pass, and every mistake is found."""

import os
import stat
import sys
import tempfile

from . import console, outputs, page as pages, program

# Stands in for chash: greets, fails, or shows a file.
CHASH = """#!/bin/sh
case $1 in
  greet) echo "hello $2"; echo "and goodbye" ;;
  show) cat "$2" ;;
  fail) echo "error: no" >&2; exit 65 ;;
esac
"""

RIGHT = """# A page
<!-- file: names.txt -->
```text
one
two
```
<!-- file: hidden/names.txt
three
-->
<!-- snippet: skip, it starts a server -->
```console
$ nginx
```
```console
$ chash greet world
hello world
…
$ chash show names.txt | sort -r
two
one
$ chash show hidden/names.txt
three
```
<!-- snippet: fails -->
```console
$ chash fail
error: no
```
<!-- console
$ chash greet again | tail -n 1
and goodbye
-->
<!-- snippet: before
import ConsistentHashing
let names = ["a", "b"]
-->
```swift
extension KetamaRing {
  var size: Int { nodes.count }
}

let nodes = names.map { Node(address: $0) }
let ring = try KetamaRing(nodes: nodes)
let shown = ring.size
print("nodes:", ring.size)
```
<!-- output -->
```
nodes: 2
```
<!-- snippet: continues -->
```swift
print(ring.nodes.map(\\.address))
```
<!-- output -->
```
["a", "b"]
```
"""

# Each with a part of what has to be said about it.
WRONG = [
    ("```swift\nlet x: Int = \"text\"\n```\n", "w0.md:2:14: error: cannot convert"),
    ("\n```swift\nvar n = 1\nprint(n)\n```\n", "w1.md:3:5: error: variable 'n' was never mutated"),
    ("```swift\nprint(1)\n```\n<!-- output -->\n```\n2\n```\n", "w2.md:6: another output\n  (- the page, + printed)\n  -2\n  +1"),
    ("```swift\nimport Foundation\nif !CommandLine.arguments.isEmpty { exit(3) }\n```\n", "w3.md:2: exit status 3"),
    ("```console\n$ chash greet you\nhello me\n…\n```\n", "w4.md:2: $ chash greet you"),
    ("```console\n$ chash fail\nerror: no\n```\n", "exit status 65"),
    ("```console\n$ make demo\n```\n", "is not run here"),
    ("```console\n$ chash show x | rm -r y\n```\n", "is not run here"),
    ("```yaml\na: 1\n```\n", "w8.md:1: nothing checks this block"),
    ("<!-- snippet: skip -->\n```yaml\na: 1\n```\n", "lacks its reason"),
    ("<!-- snippet: sikp, no -->\n", "is unknown"),
    ("<!-- file: a.yaml -->\n```yaml\na: 1\n```\n", "nothing on the page reads 'a.yaml'"),
    ("<!-- file: ../a.yaml -->\n", "relative to the folder"),
    ("<!-- output -->\n```\n1\n```\n", "does not follow a Swift block"),
    ("<!-- snippet: continues -->\n```swift\nprint(1)\n```\n", "no Swift block before it"),
    ("<!-- output -->\n", "no block follows the marker 'output'"),
    ("```console\nnothing\n```\n", "without a command"),
    ("<!-- console\n$ chash greet me\n-->\n", "w17.md:2: $ chash greet me"),
    ("<!-- file: a from no/such.file -->\n```console\n$ chash show a\n```\n", "no/such.file"),
]


def expect(condition, text):
    if not condition:
        sys.exit(f"check-snippets: self-test: {text}")


def test_matching():
    cases = [
        ("a|b", "a|b", True), ("a|b", "a", False), ("a", "a|b", False), ("", "", True), ("", "a", False),
        ("…", "", True), ("…", "a|b", True), ("a|…", "a|b|c", True), ("…|c", "a|b|c", True),
        ("a|…|c", "a|c", True), ("a|…|c", "a|b|b", False), ("…|b|…", "a|b|c", True),
        ("…|b|…|b", "b", False), ("a …", "a b", False),
    ]
    for expected, found, result in cases:
        lines = [text.split("|") if text else [] for text in (expected, found)]
        expect((outputs.difference(*lines) == []) == result, f"'{expected}' against '{found}'")


def test_reading():
    page = pages.read("p.md", "~~~~swift\n```\n~~~~\n  ```console\n  $ chash a \\\n  b\n  c\n  ```\n")
    swift, shell = page.steps
    expect(swift.block.lines == ["```"] and not page.errors, "longer fences hold shorter ones")
    command = console.commands(shell.block)[0]
    expect((command.text, command.output) == ("chash a \\\nb", ["c"]), "lines are joined")
    expect(program.unused("let a = 1\nlet b = a\nvar (c, d) = b\n") == ["b", "c", "d"][1:],
           "names that are not used")


def run(check_type, workshop):
    test_matching()
    test_reading()
    with tempfile.TemporaryDirectory() as root:
        chash = os.path.join(root, "chash")
        with open(chash, "w", encoding="utf-8") as file:
            file.write(CHASH)
        os.chmod(chash, stat.S_IRWXU)
        for number, text in [("right", RIGHT), *((f"w{n}", w[0]) for n, w in enumerate(WRONG))]:
            with open(os.path.join(root, f"{number}.md"), "w", encoding="utf-8") as file:
                file.write(text)

        right = check_type(root, workshop, lambda: chash)
        right.run(["right.md"])
        expect(not right.failures, "a right page fails:\n" + "\n".join(right.failures))
        expect(list(right.counts.values()) == [2, 1, 2, 5, 2, 1], f"counted {right.counts}")

        wrong = check_type(root, workshop, lambda: chash)
        wrong.run([f"w{number}.md" for number in range(len(WRONG))])
        for number, (_, part) in enumerate(WRONG):
            said = [text for text in wrong.failures if f"w{number}.md:" in text]
            expect(any(part in text for text in said),
                   f"w{number}.md: expected '{part}', but it says:\n" + "\n".join(said))
    print(f"check-snippets: self-test: a right page passes, {len(WRONG)} mistakes are found")
    return 0
