#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands that show the pager at work: its books, how pages came, copy-on-write, the menu."""

import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import session
from quire import fault_trace, qemu
from quire.boards import ROOT
from quire.uart import Unexpected
from session import Shell, Suite, Target, check, check_matches, memory_at_rest, memory_states

TOOL = ROOT / "tools/trace"
PAGE = 4096
STATES = (
    *("free", "private", "shared", "zero_page", "buffers", "page_tables"),
    *("kernel_objects", "pager"),
)
COPIES = ("clones", "cloned", "breaks", "saved", "upgrades")


class Inspection:
    """The cases; each begins and ends at a prompt, with no program but the shell."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.number = int(check_matches(r"^ *(\d+) .* shell$", shell.run("ps --plain"))[1])

    def _values(self, line: str) -> dict[str, str]:
        """KEY=VALUE, of the first program if there are several."""
        values: dict[str, str] = {}
        for key, value in re.findall(r"^(\w+)=(.*)$", self.shell.run(line), re.MULTILINE):
            values.setdefault(key, value)
        check(values, f"no values from '{line}'")
        return values

    def _numbers(self, line: str) -> dict[str, int]:
        values = self._values(line)
        return {key: int(value) for key, value in values.items() if value.isdecimal()}

    def _background(self, line: str) -> int:
        name = line.split()[0]
        text = self.shell.run(f"spawn {line} &")
        return int(check_matches(rf"\[(\d+)\] {name} started", text)[1])

    def the_books_balance(self) -> None:
        verdict = r"^  the books balance: "
        sums = r"^  sum .* = RAM of the device tree, \d+ bytes: complete$"
        for line in ("memstat --check", "repeat 3 memstat --check"):
            text = self.shell.run(line, 120)
            check_matches(sums, text)
            check_matches(verdict, text)
            check("repeat: stopped" not in text, text)
        check(self._values("memstat --plain --check")["books"] == "balanced", "not for scripts")
        self.shell.run("spawn forks tree 3", 120)
        number = self._background("forks storm 1000000")
        for _ in range(3):  # somewhere in the middle of a fork, a fault, an end
            check_matches(verdict, self.shell.run("memstat --check", 120))
            self.shell.uart.settle(0.1)
        self.shell.run(f"kill {number}")
        memory_at_rest(self.shell)
        check_matches(verdict, self.shell.run("memstat --check", 120))

    def pagemap_shows_a_range(self) -> None:
        text = self.shell.run(f"pagemap --plain {self.number}")
        region = r"^start=(0x[0-9a-f]+)\nend=0x[0-9a-f]+\naccess=r-x\nregion=code$"
        start = int(check_matches(region, text)[1], 16)
        row = check_matches(rf"^at={start:#x}\nrow=(\w+)", text)[1]
        check_matches(r"^resident=\d+\npages=\d+\nregions=\d+$", text)
        for what in (f"{start:#x}-{start + 3 * PAGE:#x}", f"{start}+{3 * PAGE}"):
            part = self.shell.run(f"pagemap {self.number} {what}")
            check_matches(rf"^{start:#014x}  {row[:3]}$", part)
            check_matches(r"^3 of 3 pages in memory, 1 region$", part)
        text = self.shell.run(f"pagemap {self.number} 5-4")
        check_matches(r"'5-4' is no START-END or START\+SIZE", text)

    def lazy_shows_how_pages_came(self) -> None:
        check_matches(rf"^ *{self.number}  shell +\d", self.shell.run("lazy"))
        text = self.shell.run(f"lazy {self.number}")
        check_matches(rf"^how the pages of \[{self.number}\] shell came$", text)
        check_matches(r"^  resident +\d+ +\d+\.\d % \[", text)
        waiting = self._background("ask")
        self.shell.uart.settle(0.3)
        lazy = self._numbers(f"lazy --plain {waiting}")
        check(0 < lazy["resident"] < lazy["reserved"], f"not lazy: {lazy}")
        kinds = sum(lazy[kind] for kind in ("zero", "frames", "file", "copies", "again"))
        check(0 < kinds <= lazy["faults"], f"more kinds than faults: {lazy}")
        check("name=ask" in self.shell.run("lazy --plain"), "the table leaves a program out")
        self.shell.run(f"kill {waiting}")
        check_matches(f"knows no process {waiting}", self.shell.run(f"lazy {waiting}"))

    def growth_shows_stacks(self) -> None:
        row = rf"^ *{self.number}  shell +stack +0x[0-9a-f]+ +8\.0 MiB .* 64\.0 KiB  \["
        check_matches(row, self.shell.run("growth"))
        check_matches(row, self.shell.run(f"growth {self.number}"))
        stack = self._numbers(f"growth --plain {self.number}")
        check(0 < stack["resident"] < stack["reserved"] == 8 << 20, f"no stack: {stack}")
        check(stack["guard"] == 64 << 10, f"no guard: {stack}")
        check_matches("knows no process 1 ", self.shell.run("growth 1"))

    def stats_add_up(self) -> None:
        memory_at_rest(self.shell)
        numbers = self._numbers("stats --plain")
        check(sum(numbers[state] for state in STATES) == numbers["total"], f"sum of {numbers}")
        check(numbers["free"] == memory_states(self.shell)["free"], "memstat says otherwise")
        check(0 < numbers["zeroed"], f"no frame is in stock: {numbers}")
        check(numbers["zeroed_wanted"] == numbers["total"] // 8 * 5 // PAGE, f"wanted: {numbers}")
        check(numbers["faults_ever"] >= numbers["faults"] > 0, f"faults of {numbers}")
        check_matches(r"^copy-on-write, since boot$", self.shell.run("stats"))

    def cow_counts_what_forks_do(self) -> None:
        before = self._numbers("cow stats --plain")
        text = self.shell.run("cow create 5", 120)
        check_matches(r"^forks: 5 processes found all memory as they left it$", text)
        check_matches(r"^  clones +4 +of programs$", text)
        text = self.shell.run("~6 7", 120)
        check_matches(r"^forks: 7 processes found all memory as they left it$", text)
        check_matches(r"^  clones +7 +of programs$", text)
        after = self._numbers("~2 --plain")
        check(after["clones"] == before["clones"] + 11, f"{before}, then {after}")
        for key in COPIES:
            check(after[key] > before[key], f"{key}: {before}, then {after}")
        check(after["saved"] + after["breaks"] == after["cloned"], f"does not add up: {after}")
        status = self._numbers("cow status --plain")
        check(status["saved_now"] == 0 < status["saved_peak"], f"left shared: {status}")

    def cow_status_shows_who_shares(self) -> None:
        number = self._background("forks storm 1000000")
        for _ in range(100):
            text = self.shell.run("~1 --plain")
            if re.search(r"^name=forks\nown=\d+\nshared=[1-9]", text, re.MULTILINE):
                check_matches(r"^saved_now=[1-9]", text)
                break
            self.shell.uart.settle(0.05)
        else:
            raise Unexpected(f"nobody was seen to share:\n{text}")
        self.shell.run(f"kill {number}")
        memory_at_rest(self.shell)
        check_matches(r"^  saved now +0 ", self.shell.run("cow status"))

    def a_protected_page_faults_once(self) -> None:
        """The page on top of the shell's stack, which it writes all the time."""
        stack = self._values(f"growth --plain {self.number}")
        page = int(stack["end"], 16) - PAGE
        lazy = f"lazy --plain {self.number}"
        before = self._numbers(lazy)
        for command in ("cow protect", "~4"):
            text = self.shell.run(f"{command} {self.number} {page:#x}")
            check_matches(rf"^process {self.number}, page {page:#x}: the next write faults$", text)
        after = self._numbers(lazy)
        check(after["again"] == before["again"] + 2, f"{before}, then {after}")
        text = self.shell.run(f"~5 {self.number} {page:#x}")
        check_matches("written without a fault", text)
        check(self._numbers(lazy)["again"] == after["again"], "it faulted once more")
        text = self.shell.run(f"cow protect {self.number} 0")
        check_matches("no page of its own at 0x0000", text)

    def trace_shows_fault_after_fault(self) -> None:
        check_matches(r"^tracing=off kept=0 forgotten=0$", self.shell.run("trace --plain"))
        check(self.shell.run("trace on") == "", "trace on has something to say")
        text = self.shell.run("spawn touch 1")
        number = int(check_matches(r"^\[(\d+)\] touch ended", text)[1])
        text = self.shell.run("spawn misbehave stack")
        stopped = int(check_matches(r"^\[(\d+)\] misbehave was stopped", text)[1])
        where = check_matches(r"access +write at 0x0*([0-9a-f]+)\n +instruction 0x0*(\w+)", text)
        check(self.shell.run("trace off") == "", "trace off has something to say")
        faults = self._traced(f"trace --plain {number} 10000")
        pages = sum(1 + int(fault["ahead"]) for fault in faults if fault["resolution"] == "frame")
        check(pages >= 1 << 20 >> 12, f"of 256 pages and more, {pages} were traced")
        check({"file", "frame"} <= {fault["resolution"] for fault in faults}, f"{faults}")
        check({"write", "execute"} <= {fault["access"] for fault in faults}, f"{faults}")
        times = [int(fault["ns"]) for fault in faults]
        check(times == sorted(times) and times[0] > 0, f"time does not go up: {times}")
        last = self._traced(f"trace --plain {stopped} 1")[0]
        check((last["resolution"], last["reason"]) == ("refused", "guard"), f"{last}")
        check(last["address"] == f"0x{where[1]}", f"{last}, but reported at {where[1]}")
        check(last["instruction"] == f"0x{where[2]}", f"{last}, but reported by {where[2]}")
        text = self.shell.run(f"trace {stopped}")
        check_matches(r"^the trace of faults is off: \d+ are kept, \d+ before them", text)
        check(len(re.findall(rf"^ *\d+\.\d{{3}} +{stopped}  ", text, re.MULTILINE)) == 20, text)
        check_matches("  stop: guard$", text)
        self.shell.run("trace clear")
        check_matches(r"^tracing=off kept=0 forgotten=[1-9]", self.shell.run("trace --plain"))
        check_matches("the books balance", self.shell.run("memstat --check", 120))

    def _traced(self, line: str) -> list[dict[str, str]]:
        rows = re.findall(r"^fault=.*$", self.shell.run(line, 120), re.MULTILINE)
        check(rows, f"nothing is traced: {line}")
        return [dict(re.findall(r"(\S+)=(\S*)", row)) for row in rows]

    def cow_refuses_in_words(self) -> None:
        check_matches("needs one of: status stats create", self.shell.run("cow"))
        check_matches("'x' is none of: status", self.shell.run("cow x"))
        for line, most in (("cow create", 1000), ("cow test", 1000000)):
            check_matches(f"^cow: .* 1 to {most},", self.shell.run(f"{line} 0"))
            check_matches(f"^cow: .* 1 to {most},", self.shell.run(f"{line} {most + 1}"))
            # What the shell lets through, the program takes: no more, no less.
            program = {"cow create": "share", "cow test": "storm"}[line]
            check_matches("^usage: ", self.shell.run(f"spawn forks {program} {most + 1}"))
        check_matches("^ +~1  cow status ", self.shell.run("help ~3"))

    def the_menu_runs_commands(self) -> None:
        text = self.shell.type("#\r2\rgrowth\r3\roptimize\r5\r6 echo\r9\rq\r")
        for pattern in (
            r"^  1  growth +\w",
            r"^  q  leave$",
            rf"^memory> 2\n  PID  NAME .*\n *{self.number}  shell",
            r"^memory> growth\n  PID  NAME +REGION",
            r"^pressure: .* comes later$",
            r"^optimize: .* comes later$",
            r"^memory of the pager$",
            r"^  thread switches +\d+ ",
            r"^#: '9' is not in the menu$",
        ):
            check_matches(pattern, text)

    def the_menu_is_left(self) -> None:
        for keys in ("\r", "q\r", "\x03", "\x04"):
            self.shell.uart.send("#\r")
            self.shell.uart.expect("^memory> ")
            self.shell.type(keys)
            check(self.shell.run("echo back") == "back", "still in the menu")
        text = self.shell.type("# --plain\rstats\r\r")
        check_matches(r"^memory> stats\ntotal=\d+$", text)


def a_trace_is_exported(target: Target) -> None:
    """From a machine that counts instructions to the file for a trace viewer, by way of a log."""
    log = fault_trace.record(
        target.machine(extra=list(qemu.COUNTED)), ["spawn touch 1", "spawn misbehave stack"]
    )
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "trace.json"
        command = [sys.executable, "-B", str(TOOL), "--log", "-", "--output", str(output)]
        result = subprocess.run(command, input=log, capture_output=True, check=False)
        check(result.returncode == 0, f"tools/trace: {result.stderr.decode()}")
        written = json.loads(output.read_text())
    check(written["otherData"]["missing"] == written["otherData"]["damaged"] == 0, f"{written}")
    events = written["traceEvents"]
    names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    of = {name.split()[-1]: pid for pid, name in names.items()}
    check({"touch", "misbehave"} <= of.keys(), f"the processes are {names}")
    faults = [event for event in events if event["ph"] == "X"]
    check(len(faults) == written["otherData"]["faults"], "a fault took no instructions")
    touched = [event for event in faults if event["pid"] == of["touch"]]
    frames = sum(1 + event["args"]["ahead"] for event in touched if event["name"] == "frame")
    check(frames >= 1 << 20 >> 12, f"of 256 pages and more, {frames} are in the file")
    last = [event for event in faults if event["pid"] == of["misbehave"]][-1]
    check((last["name"], last["cat"]) == ("stop: guard", "write"), f"{last}")
    for before, after in itertools.pairwise(faults):
        check(before["ts"] + before["dur"] <= after["ts"], f"two at once: {before}, {after}")


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), Inspection)
    suite.case("a trace is exported", lambda: a_trace_is_exported(target))


if __name__ == "__main__":
    session.main(cases)
