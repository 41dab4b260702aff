# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the benchmark: read as they were printed, judged as they were recorded."""

import json
import pathlib
import tempfile
import unittest

from quire import performance
from quire.boards import ROOT
from quire.performance import Row
from quire.report import Failure

PRINTED = """\
quire: starting on QEMU virt, 512 MiB of RAM, entered at EL1
row frame.map median 340 min 339 max 900 n 1001
row irq.latency_under_revoke median 700 min 600 max 2000 n 1001
rows 2
"""


def changed(rows: list[Row], **fields) -> list[Row]:
    """The first row with other numbers."""
    return [Row(**(vars(rows[0]) | fields)), *rows[1:]]


def complaints(rows: list[Row], recorded: list[Row]) -> list[str]:
    return [verdict.text for verdict in performance.judge(rows, recorded) if not verdict.good]


class ParsingTest(unittest.TestCase):
    def test_reads_each_row_and_adds_its_goal(self):
        rows = performance.parse(PRINTED)
        self.assertEqual(rows[0], Row("frame.map", 340, 339, 900, 1001, "instructions", 350))
        self.assertEqual(rows[1].goal, None)

    def test_one_that_stops_half_way_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "did not get to its end"):
            performance.parse(PRINTED.replace("rows 2\n", ""))

    def test_a_row_that_cannot_be_read_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "printed 2 rows, 1 could be read"):
            performance.parse(PRINTED.replace("median 340", "median much"))

    def test_a_row_that_nobody_knows_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "'frame.mop' is not in the table"):
            performance.parse(PRINTED.replace("frame.map", "frame.mop"))

    def test_rows_that_are_not_there_are_named(self):
        missing = performance.missing(performance.parse(PRINTED), performance.PARTS)
        self.assertIn("frame.unmap", missing)
        self.assertNotIn("frame.map", missing)
        self.assertEqual(len(missing), len(performance.KNOWN) - 2)

    def test_only_what_belongs_to_the_measured_parts_is_missed(self):
        missing = performance.missing(performance.parse(PRINTED), ["kernel", "system"])
        self.assertIn("boot.prompt", missing)
        self.assertNotIn("page.write_first", missing)


class PartsTest(unittest.TestCase):
    def test_every_row_belongs_to_one_part(self):
        total = sum(len(rows) for rows in performance.PARTS.values())
        self.assertEqual(total, len(performance.KNOWN))

    def test_rows_are_told_apart_by_their_part(self):
        rows = [*performance.parse(PRINTED), performance.single("boot.prompt", 1)]
        self.assertEqual(performance.parts_of(rows), ["kernel", "system"])
        self.assertEqual(performance.of_parts(rows, ["system"]), rows[2:])
        self.assertEqual(performance.of_parts(rows, ["paging"]), [])


class JudgingTest(unittest.TestCase):
    def setUp(self):
        self.recorded = performance.parse(PRINTED)

    def test_the_same_and_less_are_good(self):
        self.assertEqual(complaints(self.recorded, self.recorded), [])
        self.assertEqual(complaints(changed(self.recorded, median=100), self.recorded), [])

    def test_a_row_may_grow_by_three_per_cent_and_no_more(self):
        self.assertEqual(complaints(changed(self.recorded, median=350), self.recorded), [])
        self.assertEqual(
            complaints(changed(self.recorded, median=351), self.recorded),
            ["frame.map: 351, recorded 340 (+3.2%)"],
        )

    def test_the_median_counts_not_the_max(self):
        self.assertEqual(complaints(changed(self.recorded, max=9000), self.recorded), [])

    def test_of_a_bound_the_max_counts(self):
        recorded = self.recorded[1:]
        self.assertEqual(complaints(changed(recorded, median=1400), recorded), [])
        self.assertEqual(len(complaints(changed(recorded, max=2100), recorded)), 1)

    def test_rows_that_went_and_rows_that_came_are_complained_about(self):
        self.assertEqual(
            complaints(self.recorded[:1], self.recorded),
            ["irq.latency_under_revoke is recorded, but was not measured"],
        )
        self.assertEqual(
            complaints(self.recorded, self.recorded[1:]), ["frame.map is new: record it"]
        )

    def test_a_part_of_which_nothing_is_recorded_is_not_judged(self):
        rows = [*self.recorded, performance.single("page.write_first", 5000)]
        self.assertEqual(complaints(rows, self.recorded), [])

    def test_where_nothing_at_all_is_recorded_everything_is_new(self):
        self.assertEqual(len(complaints(self.recorded, [])), 2)


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "rows.json"

    def test_what_is_written_is_a_list_of_boards_and_reads_back(self):
        rows = performance.parse(PRINTED)
        reports = [performance.report(board, "abc", rows) for board in ("virt", "rpi4")]
        performance.write_reports(self.path, reports)
        self.assertEqual(json.loads(self.path.read_text()), reports)
        self.assertEqual(set(reports[0]), {"board", "commit", "rows"})
        fields = {"name", "median", "min", "max", "n", "unit", "goal"}
        self.assertEqual(set(reports[0]["rows"][0]), fields)
        self.assertEqual(performance.read_recorded(self.path), {"virt": rows, "rpi4": rows})

    def test_a_file_of_something_else_is_a_failure(self):
        no_rows, empty_row = '[{"board": "virt"}]', '[{"board": "virt", "rows": [{}]}]'
        for text in ("rows", '{"board": 1}', no_rows, empty_row):
            self.path.write_text(text)
            with self.assertRaisesRegex(Failure, "is not what tools/bench --json writes"):
                performance.read_recorded(self.path)

    def test_a_file_that_is_not_there_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "cannot read"):
            performance.read_recorded(self.path)


class PageTest(unittest.TestCase):
    def test_only_the_columns_of_the_boards_change(self):
        rows = performance.parse(PRINTED)
        page = "text\n| row | goal | virt | rpi4 |\n|---|---:|---:|---:|\n"
        old = page + "| `frame.map` | 350 | 1 | 2 |\nmore | text |\n"
        new = page + "| `frame.map` | 350 | 340 | 1,340 |\nmore | text |\n"
        slower = changed(rows, median=1340)
        self.assertEqual(performance.update_tables(old, rows, slower), new)

    def test_lines_without_a_figure_stay(self):
        line = "| `page.write_first` | 1000 | – | – |\n"
        rows = performance.parse(PRINTED)
        self.assertEqual(performance.update_tables(line, rows, rows), line)

    def test_the_page_shows_what_is_recorded(self):
        page = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
        recorded = performance.read_recorded(ROOT / "tests/bench/recorded.json")
        self.assertEqual(performance.update_tables(page, **recorded), page)
        for name in performance.KNOWN:
            self.assertIn(f"| `{name}` |", page)


class TextSizeTest(unittest.TestCase):
    def test_finds_the_section_by_its_name(self):
        names = b"\0.data\0.text\0.shstrtab\0"
        header = 64
        sections = [(0, 0, 0), (1, 0, 5), (7, 0, 1234), (13, header, len(names))]
        elf = bytearray(b"\x7fELF\x02\x01".ljust(header, b"\0")) + names
        elf[40:48] = len(elf).to_bytes(8, "little")
        elf[58:64] = b"".join(n.to_bytes(2, "little") for n in (64, len(sections), 3))
        for name, offset, size in sections:
            elf += name.to_bytes(4, "little") + bytes(20)
            elf += offset.to_bytes(8, "little") + size.to_bytes(8, "little") + bytes(24)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "program.elf"
            path.write_bytes(elf)
            self.assertEqual(performance.text_size(path), 1234)
