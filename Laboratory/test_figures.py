import subprocess
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import configuration
import picture
import report
from clients import Outcome
from configuration import Node
from record import Record, percentile
from scenario import SCENARIO

HERE = Path(__file__).resolve().parent


def a_run(name="server", losses=(1.5, 2.5, 2.6)):
    record = Record(name, 400)
    record.begin(100)
    for at, step in enumerate(("login", "steady", "kill -9")):
        record.step(step, 100 + at)
    record.doomed["kill -9"] = {"held-2.5", "held-2.6"}
    for at in losses:
        record.take(Outcome(100 + at, 0.002, "GET", 1, "lost", "app-1", held=f"held-{at}"))
    record.take(Outcome(101.5, 0.004, "POST", 1, "error", None, "502"))
    record.take(Outcome(101.6, 0.001, "GET", 2, "kept", "app-2", retried=True))
    record.end(103)
    return record.figures()


class RecordTests(unittest.TestCase):
    def test_losses_belong_to_steps(self):
        figures = a_run()
        self.assertEqual([step["lost"] for step in figures["steps"]], [0, 1, 2])
        self.assertEqual([step["errors"] for step in figures["steps"]], [0, 1, 0])
        self.assertEqual([step["retried"] for step in figures["steps"]], [0, 1, 0])
        self.assertEqual(figures["steps"][1]["errorsByKind"], {"502": 1})
        self.assertEqual((figures["lost"], figures["needless"], figures["errors"]), (3, 1, 1))
        self.assertEqual(figures["losses"], [1.5, 2.5, 2.6])

    def test_new_sessions_on_drained_servers_are_found(self):
        record = Record("server", 400)
        record.begin(100)
        record.step("drain", 100)
        record.drained = (101, {"app-9"})
        for at, server in ((100.5, "app-9"), (101.5, "app-9"), (101.6, "app-1")):
            record.take(Outcome(at, 0.01, "GET", 1, "new", server))
        record.end(102)
        self.assertEqual(
            record.figures()["newSessionsSinceDraining"], {"all": 2, "onDrained": 1}
        )

    def test_percentiles(self):
        self.assertIsNone(percentile([], 0.5))
        self.assertEqual(percentile(range(100), 0.5), 50)
        self.assertEqual(percentile(range(100), 0.99), 99)
        self.assertEqual(percentile([7], 0.99), 7)


class ReportTests(unittest.TestCase):
    def test_columns_line_up(self):
        head, row, *_ = report.text([a_run()]).splitlines()
        self.assertEqual(len(head), len(row))
        self.assertEqual(row.split()[:6], ["server", "0", "1", "2", "3", "1"])

    def test_the_table_is_not_too_wide(self):
        record = Record("replicas", 100_000)
        record.begin(0)
        for step in SCENARIO:
            record.step(step.name, 0)
            for _ in range(1200):
                record.take(Outcome(1, 0.1234, "GET", 1, "lost", "app-1"))
        record.end(2)
        head, row = report.text([record.figures()]).splitlines()[:2]
        self.assertLessEqual(max(len(head), len(row)), 150)

    def test_the_cost_of_copies_is_said(self):
        record = Record("replicas", 4)
        record.begin(0)
        record.step("steady", 0)
        record.step("kill -9", 1)
        record.traffic = {"questions": {"copy": 10, "move": 3}, "bytes": {"copy": 2800, "move": 4000}}
        record.end(2)
        told = report.text([record.figures()])
        self.assertIn("10 copies, one before each answer, with 280 bytes each", told)
        self.assertIn("3 other messages, 4 kB", told)

    def test_markdown_has_as_many_cells_everywhere(self):
        lines = report.markdown([a_run(), a_run("plain")]).splitlines()[:4]
        self.assertEqual(len({line.count("|") for line in lines}), 1)

    def test_what_nobody_can_keep_is_said(self):
        self.assertIn("2 sessions lived on what goes; 2 were lost, 0 of", report.text([a_run()]))


class PictureTests(unittest.TestCase):
    def test_it_is_well_formed_and_has_each_variant(self):
        told = picture.svg([a_run("plain"), a_run("server", ())], "a < b")
        root = xml.etree.ElementTree.fromstring(told)
        lines = root.findall("{http://www.w3.org/2000/svg}polyline")
        self.assertEqual(len(lines), 2)
        self.assertIn("killed or removed servers are included", told)

    def test_every_variant_has_a_style(self):
        self.assertGreaterEqual(len(picture.STYLES), len(configuration.VARIANTS))
        self.assertEqual(len(set(picture.STYLES)), len(picture.STYLES))

    def test_labels_are_moved_apart(self):
        for heights in ([50, 50, 52], [100, 100, 100], [0, 0], [70]):
            placed = sorted(picture.spread(heights, 10, 0, 100))
            self.assertTrue(all(b - a >= 10 for a, b in zip(placed, placed[1:])), placed)
            self.assertTrue(0 <= placed[0] and placed[-1] <= 100)

    def test_labels_that_would_overlap_are_in_other_rows(self):
        self.assertEqual(picture.label_rows([0, 100, 120], [50, 50, 50]), [0, 0, 1])

    def test_times_are_aligned_by_steps(self):
        self.assertEqual(picture.aligned(1.5, [0, 1, 2], [0, 2, 6]), 4)
        self.assertEqual(picture.aligned(9, [0, 1, 2], [0, 2, 6]), 6)


class ConfigurationTests(unittest.TestCase):
    NODES = [Node("app-1", "127.0.0.1:1"), Node("app-2", "127.0.0.1:2", 2, "drain")]

    def test_the_document(self):
        told = configuration.document(configuration.VARIANTS[2], self.NODES)
        self.assertIn("session: { follow: server, secret: ", told)
        self.assertIn("{ id: app-1, address: 127.0.0.1:1, properties:", told)
        self.assertIn("address: 127.0.0.1:2, weight: 2, state: drain, properties:", told)

    def test_the_site_of_nginx_itself(self):
        told = configuration.sticky_site(self.NODES, 80)
        self.assertIn("server 127.0.0.1:2 fail_timeout=1s weight=2 drain;", told)


class ArgumentTests(unittest.TestCase):
    def test_wrong_arguments_are_one_line(self):
        wrong = (
            ("lab", "--variants", "plain,none"),
            ("lab", "--clients", "0"),
            ("lab", "--rate", "x"),
            ("lab", "--none"),
            ("throughput", "--servers", "1"),
            ("throughput", "--servers", "x"),
            ("failures", "--follow", "server,none"),
            ("failures", "--only", "none"),
            ("forged", "--max-conns", "0"),
        )
        for name, *rest in wrong:
            done = subprocess.run(
                [sys.executable, HERE / name, *rest], capture_output=True, text=True
            )
            self.assertEqual(done.returncode, 64, rest)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_programs_that_are_missing_are_said(self):
        lab = ("lab", "--variants", "plain", "--sticky-nginx", "/none", "--nginx", "/none")
        wrong = (
            lab,
            (*lab, "--chash", "/none"),
            (*lab, "--variants", "sticky"),
            ("failures", "--nginx", "/none"),
            ("failures", "--chash", "/none", "--only", "joins"),
        )
        for name, *rest in wrong:
            done = subprocess.run(
                [sys.executable, HERE / name, *rest], capture_output=True, text=True
            )
            self.assertIn(done.returncode, (1, 69), done.stderr)
            self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
