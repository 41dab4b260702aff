# SPDX-License-Identifier: BSD-2-Clause
"""Coverage: what the tools print is read right, joined, and held against the reasons."""

import json
import pathlib
import unittest

from quire import coverage
from quire.boards import ROOT
from quire.coverage import Lines, Reason
from quire.report import Failure

TREE = pathlib.Path("/tree")

LCOV = """\
SF:/tree/kernel/cap/lookup.cpp
FN:10,kernel::lookup(kernel::Slot&, unsigned long)
FN:20,lookup.cpp:kernel::(anonymous namespace)::failed(unsigned long)
FNDA:3,kernel::lookup(kernel::Slot&, unsigned long)
DA:10,3
DA:11,3
DA:20,0
DA:21,0
end_of_record
SF:/tree/kernel/arch/host/fake_machine.cpp
DA:1,0
end_of_record
SF:/tree/tests/unit/kernel/cap/lookup_test.cpp
DA:1,1
end_of_record
"""

LOG = """\
----------------
IN: kernel_start
0xffffffffc0000000:  d5034fdf  msr      daifset, #0xf
0xffffffffc0000004:  1400045f  b        #0xffffffffc0001190

----------------
IN:
0xffffffffc0000000:  d5034fdf  msr      daifset, #0xf
"""


def frame(path: str, line: int, function: str) -> dict:
    return {"FileName": path, "Line": line, "FunctionName": function}


def symbols(*rows: tuple[int, list[dict]]) -> str:
    return "\n".join(json.dumps({"Address": hex(at), "Symbol": frames}) for at, frames in rows)


class HostTest(unittest.TestCase):
    def test_reads_lines_and_functions_of_the_kernel_only(self):
        lines = coverage.parse_host(LCOV, TREE)
        reached = {10: True, 11: True, 20: False, 21: False}
        self.assertEqual(lines.reached, {"kernel/cap/lookup.cpp": reached})
        self.assertEqual(lines.gaps(), {("kernel/cap/lookup.cpp", "failed"): [20, 21]})

    def test_paths_relative_to_the_tree_are_the_same(self):
        absolute = coverage.parse_host(LCOV, TREE).reached
        for root in ("./", "build/coverage/./", "/tree/build/coverage/./"):
            relative = LCOV.replace("/tree/", root)
            self.assertEqual(coverage.parse_host(relative, TREE).reached, absolute)


class BoardTest(unittest.TestCase):
    def test_a_log_is_a_set_of_addresses(self):
        base = 0xFFFF_FFFF_C000_0000
        self.assertEqual(coverage.executed(LOG), {base, base + 4})

    def test_a_line_is_reached_if_any_of_its_code_is(self):
        call = frame("./kernel/main.cpp", 7, "kernel_start")
        inlined = frame("./kernel/cap/slot.hpp", 3, "kernel::Slot::empty() const")
        listing = symbols((0x100, [call]), (0x104, [inlined, call]), (0x108, [inlined]))
        lines = coverage.parse_board(listing, {0x100}, TREE)
        self.assertEqual(lines.reached["kernel/main.cpp"], {7: True})
        self.assertEqual(lines.gaps(), {("kernel/cap/slot.hpp", "Slot::empty"): [3]})

    def test_code_that_has_no_line_or_is_no_kernel_is_passed_over(self):
        listing = symbols(
            (0x100, [frame("./kernel/main.cpp", 0, "x")]),
            (0x104, [frame("./libs/base/bits.hpp", 4, "x")]),
            (0x108, [frame("", 0, "")]),
            (0x10C, []),
        )
        self.assertEqual(coverage.parse_board(listing, set(), TREE).reached, {})


class NamesTest(unittest.TestCase):
    def test_only_the_name_is_left(self):
        for given, wanted in (
            ("kernel::lookup(kernel::Slot&, void (*)(int))", "lookup"),
            ("kernel::(anonymous namespace)::Walk::visit(unsigned)", "Walk::visit"),
            ("auto arch::(anonymous namespace)::use<f(int)::$_0>(f(int)::$_0)", "use"),
            ("void base::List<kernel::Tcb, &kernel::Tcb::link>::push(kernel::Tcb&)", "List::push"),
            ("kernel::boot::start(int)::$_1::operator()() const", "start"),
            ("_start", "_start"),
            ("", "?"),
        ):
            self.assertEqual(coverage.plain_name(given), wanted)


class JoiningTest(unittest.TestCase):
    def test_what_either_reached_is_reached(self):
        host, board = Lines(), Lines()
        host.see("kernel/a.cpp", 1, True)
        host.see("kernel/a.cpp", 2, False)
        board.see("kernel/a.cpp", 1, False)
        board.see("kernel/a.cpp", 3, True)
        together = Lines()
        together.add(host)
        together.add(board)
        self.assertEqual(together.reached["kernel/a.cpp"], {1: True, 2: False, 3: True})
        rows = [row.split() for row in coverage.table(together, {"host": host, "virt": board})]
        self.assertEqual(rows[1], ["kernel", "3", "1", "1", "2", "66.7%"])
        self.assertEqual(rows[-1][0], "all")

    def test_ranges_join_neighbours(self):
        self.assertEqual(coverage.ranges([9, 3, 7, 8]), "3, 7-9")


class ReasonsTest(unittest.TestCase):
    def setUp(self):
        self.lines = Lines()
        for line, function in ((3, "panic"), (9, "stack_of")):
            self.lines.see("kernel/arch/panic.cpp", line, False)
            self.lines.name("kernel/arch/panic.cpp", line, function)

    def test_a_reason_may_be_longer_than_a_line(self):
        text = "# why\nkernel/a/* *: one\n  and two\n\nkernel/b.cpp f: three\n"
        reasons = coverage.parse_reasons(text)
        self.assertEqual(reasons[0], Reason("kernel/a/*", "*", "one and two"))
        self.assertEqual(reasons[1], Reason("kernel/b.cpp", "f", "three"))

    def test_a_line_that_gives_no_reason_is_a_failure(self):
        for text in ("kernel/a.cpp f:", "kernel/a.cpp: because", "kernel/a.cpp f because"):
            with self.assertRaisesRegex(Failure, "line 1 of the reasons"):
                coverage.parse_reasons(text)

    def test_what_has_no_reason_is_named(self):
        reasons = coverage.parse_reasons("kernel/arch/*.cpp panic: nobody comes back\n")
        missing = coverage.unexplained(self.lines, reasons)
        self.assertEqual(missing, [("kernel/arch/panic.cpp", "stack_of", [9])])

    def test_a_reason_for_what_is_reached_is_named(self):
        reasons = coverage.parse_reasons("kernel/arch/* *: why\nkernel/sched/* f: why not\n")
        self.assertEqual(coverage.needless(self.lines, reasons), reasons[1:])

    def test_the_reasons_of_the_project_can_be_read(self):
        text = (ROOT / "tests/coverage_reasons.txt").read_text(encoding="utf-8")
        self.assertTrue(coverage.parse_reasons(text))
