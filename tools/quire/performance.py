# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the performance table: what is known about each, how they are read and judged."""

import dataclasses
import json
import pathlib
import re
import statistics
import struct
from collections.abc import Collection

from quire.report import Failure

# A row may grow by this much before it counts as worse.
TOLERANCE = 0.03


@dataclasses.dataclass(frozen=True)
class Known:
    """What is said of a row before it is measured."""

    goal: int | None = None
    unit: str = "instructions"
    judged_by: str = "median"  # or by its max, where that is the promise


# What is measured together, of one image: the kernel by a root task, memory by a program that the
# pager serves, and the system as people get it.
PARTS = {
    "kernel": {
        "ipc.call_reply.0": Known(400),
        "ipc.call_reply.4": Known(440),
        "ipc.call_reply.10": Known(600),
        "ipc.call_reply.100": Known(1100),
        "signal.no_waiter": Known(140),
        "signal.waiter": Known(480),
        "fault.map_resume": Known(900),
        "frame.map": Known(350),
        "frame.map_16": Known(),
        "frame.unmap": Known(350),
        "retype.frame_clear": Known(600),
        "retype.frames_100": Known(40_000),
        "revoke.frames_100": Known(25_000),
        "cnode.copy": Known(400),
        "cnode.mint": Known(400),
        "cnode.delete": Known(400),
        "yield.cross_space": Known(250),
        "irq.latency": Known(),
        "irq.latency_under_revoke": Known(judged_by="max"),
        "irq.latency_under_cancel_badged": Known(judged_by="max"),
        "kernel.text": Known(40 << 10, unit="bytes"),
    },
    "paging": {
        "page.write_first": Known(1000),
        "page.write_first.4_mib": Known(1000),
        "page.write_first.512_mib": Known(1000),
        "page.write_first.scattered": Known(1000),
        "page.write_first.traced": Known(1000),
        "populate.per_page": Known(700),
        "refill.per_page": Known(),
        "page.read_first": Known(800),
        "page.write_after_read": Known(1000),
        "map_unmap.untouched": Known(2500),
        "map_unmap.touched": Known(4500),
        "protect.page": Known(1500),
        "protect.split_merge": Known(2500),
        "brk.page": Known(2500),
        "stack.grow": Known(1200),
        "fault_around.16": Known(3000),
        "exit.per_page": Known(400),
        "cow.break": Known(1500),
        "cow.break.scattered": Known(),
        "cow.upgrade": Known(800),
        "clone.per_page": Known(40),
        "workload.writes": Known(),
        "workload.writes.cloned": Known(),
        "cow.overhead": Known(100, unit="per mille"),
        "heap.small": Known(),
        "heap.small.picolibc": Known(),
        "heap.large": Known(),
        "heap.large.picolibc": Known(),
    },
    "system": {
        "boot.first_program": Known(),
        "boot.prompt": Known(),
        "spawn.hello": Known(),
        "touch.page": Known(),
    },
}
KNOWN = {name: known for rows in PARTS.values() for name, known in rows.items()}


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    median: int
    min: int
    max: int
    n: int
    unit: str
    goal: int | None

    @property
    def figure(self) -> int:
        """The one number that the row is judged by."""
        return getattr(self, KNOWN[self.name].judged_by)


@dataclasses.dataclass(frozen=True)
class Verdict:
    good: bool
    text: str


def row(name: str, median: int, low: int, high: int, n: int) -> Row:
    if name not in KNOWN:
        raise Failure(f"the row '{name}' is not in the table of tools/quire/performance.py")
    return Row(name, median, low, high, n, KNOWN[name].unit, KNOWN[name].goal)


def single(name: str, value: int) -> Row:
    """A row of something that is counted once."""
    return row(name, value, value, value, 1)


def several(name: str, values: list[int]) -> Row:
    """A row of something that is counted some times."""
    return row(name, int(statistics.median(values)), min(values), max(values), len(values))


ROW = re.compile(r"^row (\S+) median (\d+) min (\d+) max (\d+) n (\d+)$", re.MULTILINE)
END = re.compile(r"^rows (\d+)$", re.MULTILINE)


def parse(text: str) -> list[Row]:
    """What a program of tests/bench printed."""
    rows = [row(name, *map(int, numbers)) for name, *numbers in ROW.findall(text)]
    end = END.search(text)
    if end is None:
        raise Failure(f"the benchmark did not get to its end; its last words: {text[-500:]!r}")
    if len(rows) != int(end[1]):
        raise Failure(f"the benchmark printed {end[1]} rows, {len(rows)} could be read")
    return rows


def missing(rows: list[Row], parts: Collection[str]) -> list[str]:
    """What should have been measured with these parts, but was not."""
    wanted = {name for part in parts for name in PARTS[part]}
    return sorted(wanted - {measured.name for measured in rows})


def of_parts(rows: list[Row], parts: Collection[str]) -> list[Row]:
    return [one for one in rows if any(one.name in PARTS[part] for part in parts)]


def parts_of(rows: list[Row]) -> list[str]:
    """The parts that at least one of the rows belongs to."""
    return [part for part in PARTS if of_parts(rows, [part])]


def judge(rows: list[Row], recorded: list[Row]) -> list[Verdict]:
    """One verdict for each recorded row, and for each new one. A part of which nothing is recorded
    yet is not judged; where nothing at all is recorded, everything is new."""
    now = {measured.name: measured for measured in rows}
    before = {known.name: known for known in recorded}
    verdicts = []
    for name, known in before.items():
        if name not in now:
            verdicts.append(Verdict(False, f"{name} is recorded, but was not measured"))
            continue
        good = now[name].figure <= known.figure * (1 + TOLERANCE)
        change = (now[name].figure - known.figure) / known.figure
        text = f"{name}: {now[name].figure:,}, recorded {known.figure:,} ({change:+.1%})"
        verdicts.append(Verdict(good, text))
    judged = of_parts(rows, parts_of(recorded) or PARTS)
    for name in sorted({measured.name for measured in judged} - before.keys()):
        verdicts.append(Verdict(False, f"{name} is new: record it"))
    return verdicts


def text_size(elf: pathlib.Path) -> int:
    """Bytes of the section .text of a 64-bit ELF file."""
    data = elf.read_bytes()
    table, entry_size, count, names = struct.unpack_from("<40xQ10xHHH", data)[:4]

    def section(index: int) -> tuple[int, int, int]:
        return struct.unpack_from("<I20xQQ", data, table + index * entry_size)

    _, names_begin, _ = section(names)
    for index in range(count):
        name, _, size = section(index)
        if data[names_begin + name :].startswith(b".text\0"):
            return size
    raise Failure(f"{elf} has no section .text")


def report(board: str, commit: str, rows: list[Row]) -> dict:
    return {"board": board, "commit": commit, "rows": [dataclasses.asdict(r) for r in rows]}


def read_recorded(path: pathlib.Path) -> dict[str, list[Row]]:
    """The rows of each board."""
    try:
        reports = json.loads(path.read_text(encoding="utf-8"))
        return {one["board"]: [Row(**fields) for fields in one["rows"]] for one in reports}
    except OSError as reason:
        raise Failure(f"cannot read {path}: {reason.strerror}") from None
    except (ValueError, TypeError, KeyError) as reason:
        raise Failure(f"{path} is not what tools/bench --json writes: {reason}") from None


def write_reports(path: pathlib.Path, reports: list[dict]) -> None:
    """Always a list, one report for each board; a line for each row, so that changes read well."""
    blocks = []
    for one in reports:
        rows = ",\n".join("   " + json.dumps(fields) for fields in one["rows"])
        head = f' {{"board": {json.dumps(one["board"])}, "commit": {json.dumps(one["commit"])},'
        blocks.append(f'{head}\n  "rows": [\n{rows}\n  ]}}')
    path.write_text("[\n" + ",\n".join(blocks) + "\n]\n", encoding="utf-8")


# A line of docs/performance.md; its last two columns are the boards'.
TABLE_LINE = re.compile(r"^(\| `([a-z0-9_.]+)` \|.*\|) [^|]* \| [^|]* \|$", re.MULTILINE)


def update_tables(page: str, virt: list[Row], rpi4: list[Row]) -> str:
    """The page with these figures in its tables; other lines stay as they are."""
    figures = [{measured.name: measured.figure for measured in rows} for rows in (virt, rpi4)]

    def line(found: re.Match) -> str:
        if any(found[2] not in board for board in figures):
            return found[0]
        columns = [f" {board[found[2]]:,} |" for board in figures]
        return found[1] + "".join(columns)

    return TABLE_LINE.sub(line, page)
