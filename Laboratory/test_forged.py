import importlib.machinery
import importlib.util
import unittest
from pathlib import Path

import answering
import table
from configuration import Node

HERE = Path(__file__).resolve().parent


def program(name):
    """A program of the laboratory as a module, without its being run."""
    loader = importlib.machinery.SourceFileLoader(name, str(HERE / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class ForgedTests(unittest.TestCase):
    def test_distinct_clients_name_one_server(self):
        made = program("forged").forged("13d88ad20e48", 1000)
        self.assertEqual(len(set(made)), 1000)
        for cookie in made:
            self.assertRegex(cookie, r"^route=[0-9a-f]{32}\.13d88ad20e48$")

    def test_shares_and_errors_are_of_what_was_answered(self):
        told = {"requests": 10, "seconds": 2, "p50": 1, "p99": 2.5, "moved": 3,
                "servers": {"127.0.1.1:80": 6, "127.0.1.2:80": 3, "502": 1}}
        row = program("forged").row("forged", 16, Node("app-1", "127.0.1.1:80"), told)
        self.assertEqual(row, ["forged", "16", "10", "5", "1.0/2.5", "60.0 %", "3", "1"])


class AnsweringTests(unittest.TestCase):
    def test_addresses_are_different_and_of_this_machine(self):
        made = answering.addresses(1000, 80)
        self.assertEqual(len(set(made)), 1000)
        self.assertTrue(all(address.startswith("127.0.") for address in made))
        self.assertFalse(any(address.endswith((".0:80", ".255:80")) for address in made))

    def test_only_a_rate_limits(self):
        nodes = [Node("app-1", "127.0.1.1:80")]
        self.assertNotIn("limit_req", answering.site(nodes, 81))
        self.assertIn("rate=7r/s", answering.site(nodes, 81, 7))


class TableTests(unittest.TestCase):
    ROWS = [["what", "how", "count"], ["a", "longer", "1"], ["more", "b", "1,000"]]

    def test_words_are_on_the_left_and_figures_on_the_right(self):
        self.assertEqual(
            table.text(self.ROWS, 2), "what  how     count\na     longer      1\nmore  b       1,000\n"
        )

    def test_markdown_says_so_as_well(self):
        self.assertEqual(table.markdown(self.ROWS, 2).splitlines()[1], "| --- | --- | ---: |")


if __name__ == "__main__":
    unittest.main()
