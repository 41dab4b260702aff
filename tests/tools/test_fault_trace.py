# SPDX-License-Identifier: BSD-2-Clause
"""What the shell prints of the trace of faults becomes a file that trace viewers open."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from quire import fault_trace

TOOL = pathlib.Path(fault_trace.__file__).parents[1] / "trace"


def fault_line(number: int, **changes) -> str:
    values = {
        "fault": number,
        "ns": 1_000_000 + number * 5000,
        "pid": 5,
        "space": 2,
        "access": "write",
        "address": "0x1000000000",
        "instruction": "0x400324",
        "resolution": "frame",
        "reason": "none",
        "ahead": 3,
        "instructions": 713,
    } | changes
    return " ".join(f"{name}={value}" for name, value in values.items())


def log_of(*lines: str) -> bytes:
    """As a serial line has it: colours, and returns before the ends of lines."""
    return b"".join(f"\x1b[0m{line}\r\n".encode() for line in lines)


class ParseTest(unittest.TestCase):
    def test_reads_faults_among_other_output(self):
        trace = fault_trace.parse(
            log_of(
                "quire> spawn hello",
                "Hello from a program of its own.",
                "[5] hello ended (exit code 0)",
                "quire> lazy --plain",
                "pid=4",
                "name=shell",
                "reserved=2085",
                "quire> trace --plain",
                "tracing=off kept=2 forgotten=0",
                fault_line(0),
                fault_line(1, pid=4, resolution="refused", reason="guard"),
                "quire> ",
            )
        )
        self.assertEqual([fault.number for fault in trace.faults], [0, 1])
        self.assertEqual(trace.faults[0].address, "0x1000000000")
        self.assertEqual(trace.faults[0].instructions, 713)
        self.assertEqual(trace.faults[1].reason, "guard")
        self.assertEqual(trace.names, {4: "shell", 5: "hello"})
        self.assertEqual((trace.missing, trace.damaged), (0, 0))

    def test_names_a_program_that_was_killed_or_stopped(self):
        trace = fault_trace.parse(log_of("[7] spin was killed", "[8] ask started"))
        self.assertEqual(trace.names, {7: "spin", 8: "ask"})
        self.assertEqual(trace.faults, [])

    def test_what_is_printed_twice_counts_once(self):
        rows = [fault_line(3), fault_line(4), fault_line(3), fault_line(4), fault_line(5)]
        trace = fault_trace.parse(log_of(*rows))
        self.assertEqual([fault.number for fault in trace.faults], [3, 4, 5])

    def test_of_two_boots_the_last_one_counts(self):
        rows = [fault_line(0), fault_line(1), fault_line(0, ns=7), fault_line(2)]
        trace = fault_trace.parse(log_of(*rows))
        self.assertEqual([(fault.number, fault.ns) for fault in trace.faults[:1]], [(0, 7)])
        self.assertEqual([fault.number for fault in trace.faults], [0, 2])

    def test_says_what_is_missing_and_what_is_damaged(self):
        broken = fault_line(2)[:40] + "*** misbehave"
        rows = [fault_line(1), broken, fault_line(3, ahead="x"), "fault=4 ns=1", fault_line(6)]
        trace = fault_trace.parse(log_of(*rows))
        self.assertEqual([fault.number for fault in trace.faults], [1, 6])
        self.assertEqual((trace.missing, trace.damaged), (4, 3))
        summary = "2 faults of 1 processes, 4 between them are missing, 3 lines were damaged"
        self.assertEqual(fault_trace.summary(trace), summary)


class ViewerFileTest(unittest.TestCase):
    def events(self, *lines: str) -> list[dict]:
        return fault_trace.viewer_file(fault_trace.parse(log_of(*lines)))["traceEvents"]

    def test_a_fault_is_a_slice_of_its_process(self):
        name, fault = self.events("[5] hello ended (exit code 0)", fault_line(0))
        self.assertEqual((name["ph"], name["pid"]), ("M", 5))
        self.assertEqual(name["args"], {"name": "[5] hello"})
        self.assertEqual((fault["ph"], fault["pid"], fault["name"]), ("X", 5, "frame"))
        self.assertEqual((fault["ts"], fault["dur"]), (1000.0, 0.713))
        self.assertEqual(fault["args"]["resolution"], "frame")
        self.assertEqual(fault["args"]["ahead"], 3)

    def test_each_process_has_a_track(self):
        events = self.events(fault_line(0), fault_line(1, pid=6), fault_line(2))
        names = [event["args"]["name"] for event in events if event["ph"] == "M"]
        self.assertEqual(names, ["[5]", "[6]"])
        self.assertEqual([event["pid"] for event in events if event["ph"] == "X"], [5, 6, 5])

    def test_a_fault_that_is_refused_says_why(self):
        event = self.events(fault_line(0, resolution="refused", reason="guard"))[-1]
        self.assertEqual(event["name"], "stop: guard")

    def test_without_counts_a_fault_is_a_moment(self):
        event = self.events(fault_line(0, instructions=0))[-1]
        self.assertEqual((event["ph"], event["s"]), ("i", "t"))
        self.assertNotIn("dur", event)


class ToolTest(unittest.TestCase):
    def run_tool(self, folder: str, log: bytes, name: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-B", str(TOOL), "--log", name, "--output", folder + "/out.json"]
        return subprocess.run(command, input=log, capture_output=True, check=False)

    def test_writes_the_file_from_a_log_or_standard_input(self):
        log = log_of(fault_line(0), fault_line(1))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "session.log").write_bytes(log)
            for name in (str(path / "session.log"), "-"):
                result = self.run_tool(folder, log, name)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn(b"2 faults of 1 processes", result.stdout)
                written = json.loads((path / "out.json").read_text())
                self.assertEqual(len(written["traceEvents"]), 3)
                self.assertEqual(written["otherData"]["faults"], 2)
                (path / "out.json").unlink()

    def test_refuses_in_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            for log, name, reason in (
                (b"quire> \n", "-", b"no faults in it"),
                (b"", folder + "/missing", b"cannot read"),
            ):
                result = self.run_tool(folder, log, name)
                self.assertEqual(result.returncode, 1)
                self.assertIn(reason, result.stderr)
                self.assertNotIn(b"Traceback", result.stderr)
                self.assertFalse((pathlib.Path(folder) / "out.json").exists())
