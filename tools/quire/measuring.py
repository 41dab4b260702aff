# SPDX-License-Identifier: BSD-2-Clause
"""Measures a build: boots its images on a machine that counts instructions, and asks."""

import pathlib
import re
import subprocess
from collections.abc import Collection

from quire import performance, qemu
from quire.boards import ROOT, Board
from quire.performance import Row
from quire.qemu import Machine
from quire.report import Failure
from quire.uart import Uart, Unexpected

PROMPT = "quire> "
SECONDS = 120.0

# Row, shell command, how many of the thing the command does. When the keys of the command arrive
# decides what else the machine does meanwhile, so each is done some times.
TIMES = 5
COMMANDS = [
    ("spawn.hello", "time spawn hello", 1),
    ("touch.page", "time spawn touch 64", 64 << 20 >> 12),
]


# Enough for the longest run of pages; what QEMU's Raspberry Pi has anyway.
PAGING_MEMORY = "2G"


def images(board: Board) -> dict[str, str]:
    """What each part is measured with."""
    return {"kernel": "kernel_bench", "paging": "paging_bench", "system": f"quire-{board.name}"}


def targets(board: Board, parts: Collection[str]) -> list[str]:
    """What the build must make for these parts."""
    device_tree = [board.device_tree] if board.device_tree else []
    return [f"{images(board)[part]}.img" for part in parts] + device_tree


def measure(board: Board, folder: pathlib.Path, parts: Collection[str]) -> list[Row]:
    """The rows of these parts, of what is built in the folder."""
    image = images(board)
    rows = []
    try:
        if "kernel" in parts:
            rows += printed_rows(machine(board, folder, image["kernel"]))
            text = performance.text_size(folder / "elf/kernel.elf")
            rows.append(performance.single("kernel.text", text))
        if "paging" in parts:
            rows += printed_rows(machine(board, folder, image["paging"], PAGING_MEMORY))
        if "system" in parts:
            rows += system_rows(machine(board, folder, image["system"]))
    except Unexpected as late:
        raise Failure(str(late)) from None
    missing = performance.missing(rows, parts)
    if missing:
        raise Failure(f"not measured: {', '.join(missing)}")
    return rows


def machine(board: Board, folder: pathlib.Path, image: str, memory: str | None = None) -> Machine:
    return Machine(
        board=board,
        image=folder / f"{image}.img",
        device_tree=folder / board.device_tree if board.device_tree else None,
        memory=memory,
        serial=list(qemu.PIPES),
        options="quire.aslr=off",  # the same pages in the same tables at each run
        extra=list(qemu.COUNTED),
    )


def printed_rows(choices: Machine) -> list[Row]:
    with Uart(choices.command()) as uart:
        uart.expect_end(SECONDS)
        return performance.parse(uart.unread())


def system_rows(choices: Machine) -> list[Row]:
    with Uart(choices.command()) as uart:
        uart.expect(PROMPT, SECONDS)
        rows = boot_rows(ask(uart, "uptime"))
        for row, command, divisor in COMMANDS:
            counts = [instructions(ask(uart, command)) // divisor for _ in range(TIMES)]
            rows.append(performance.several(row, counts))
    return rows


def ask(uart: Uart, command: str) -> str:
    start = len(uart.transcript)
    uart.send(command + "\r", SECONDS)
    uart.expect("\n" + PROMPT, SECONDS)
    return bytes(uart.transcript[start:]).decode(errors="replace")


def boot_rows(answer: str) -> list[Row]:
    found = re.search(r"before the first program (\d+), before the first prompt (\d+)", answer)
    if found is None:
        raise Failure(f"the shell told no counts: {answer!r}")
    return [
        performance.single("boot.first_program", int(found[1])),
        performance.single("boot.prompt", int(found[2])),
    ]


def instructions(answer: str) -> int:
    found = re.search(r"(\d+) instructions", answer)
    if found is None:
        raise Failure(f"the shell told no count: {answer!r}")
    return int(found[1])


def commit() -> str:
    """Of the tree that is measured; `-dirty` behind it if that has changes."""
    command = ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else "unknown"
