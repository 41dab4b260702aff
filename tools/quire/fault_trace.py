# SPDX-License-Identifier: BSD-2-Clause
"""The pager's trace of page faults: recorded at the shell, read from what it prints, and written in
the trace event format, which trace viewers open."""

import dataclasses
import re
from collections.abc import Sequence

from quire.qemu import Machine
from quire.uart import Uart, plain

PROMPT = "quire> "
SECONDS = 300.0

# A line that another one was printed into is none.
FAULT = re.compile(r"^fault=\d+(?: \w+=\S+)+$", re.MULTILINE)
# What else tells the name of a process: its end, and every command that lists processes.
NAMES = (r"^\[(\d+)\] (\S+) (?:started|ended|was)", r"^pid=(\d+)\nname=(\S+)$")


@dataclasses.dataclass(frozen=True)
class Fault:
    number: int
    ns: int
    pid: int
    space: int
    access: str
    address: str
    instruction: str
    resolution: str
    reason: str
    ahead: int
    instructions: int


@dataclasses.dataclass
class Trace:
    faults: list[Fault]  # in the order in which they came
    names: dict[int, str]  # of processes
    damaged: int  # lines that cannot be read

    @property
    def missing(self) -> int:
        """Between the first and the last one."""
        return self.faults[-1].number - self.faults[0].number + 1 - len(self.faults)


def record(machine: Machine, lines: Sequence[str]) -> bytes:
    """Boots, runs the lines at the shell while faults are written down; what was on the line."""
    with Uart(machine.command()) as uart:
        uart.expect("^" + PROMPT, SECONDS)
        for line in ("trace on", *lines, "trace off", "lazy --plain", "trace --plain"):
            uart.send(line + "\r", SECONDS)
            uart.expect("^" + PROMPT, SECONDS)
        return bytes(uart.transcript)


def parse(log: bytes) -> Trace:
    """From all that the log has. A fault that was printed twice counts once; numbers that come
    again for others are those of a machine that was booted anew, whose trace it is then."""
    text = plain(log).replace("\r", "")
    faults: dict[int, Fault] = {}
    damaged = 0
    for row in re.findall(r"^fault=.*$", text, re.MULTILINE):
        fault = parse_line(row)
        if fault is None:
            damaged += 1
            continue
        if faults.get(fault.number, fault) != fault:
            faults.clear()
        faults[fault.number] = fault
    names = {}
    for pattern in NAMES:
        for pid, name in re.findall(pattern, text, re.MULTILINE):
            names[int(pid)] = name
    return Trace(sorted(faults.values(), key=lambda fault: fault.number), names, damaged)


def parse_line(row: str) -> Fault | None:
    if FAULT.fullmatch(row) is None:
        return None
    values = dict(pair.split("=", 1) for pair in row.split())
    values["number"] = values.pop("fault")
    try:
        return Fault(
            **{
                field.name: field.type(values[field.name]) for field in dataclasses.fields(Fault)
            }
        )
    except (KeyError, ValueError):
        return None


def viewer_file(trace: Trace) -> dict:
    """The trace event format: a track for each process, times in microseconds. A fault is as long
    as the instructions that the pager took for it, one a nanosecond, as on the machine that
    record() boots; where nobody counted them, it is a moment."""
    return {
        "displayTimeUnit": "ns",
        "traceEvents": [*map(process_event, processes(trace)), *map(fault_event, trace.faults)],
        "otherData": {
            "faults": len(trace.faults),
            "missing": trace.missing,
            "damaged": trace.damaged,
        },
    }


def processes(trace: Trace) -> list[tuple[int, str]]:
    pids = sorted({fault.pid for fault in trace.faults})
    return [(pid, f"[{pid}] {trace.names.get(pid, '')}".rstrip()) for pid in pids]


def process_event(process: tuple[int, str]) -> dict:
    pid, name = process
    return {"ph": "M", "name": "process_name", "pid": pid, "tid": pid, "args": {"name": name}}


def fault_event(fault: Fault) -> dict:
    refused = fault.resolution == "refused"
    event = {
        "name": f"stop: {fault.reason}" if refused else fault.resolution,
        "cat": fault.access,
        "pid": fault.pid,
        "tid": fault.pid,
        "ts": fault.ns / 1000,
        "args": dataclasses.asdict(fault),
    }
    if fault.instructions == 0:
        return event | {"ph": "i", "s": "t"}
    return event | {"ph": "X", "dur": fault.instructions / 1000}


def summary(trace: Trace) -> str:
    text = f"{len(trace.faults)} faults of {len(processes(trace))} processes"
    if trace.missing:
        text += f", {trace.missing} between them are missing"
    if trace.damaged:
        text += f", {trace.damaged} lines were damaged"
    return text
