# SPDX-License-Identifier: BSD-2-Clause
"""QEMU command lines: every tool and test that starts a machine gets its line here."""

import dataclasses
import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from quire.boards import VIRT, Board
from quire.report import Failure

PROGRAM = "qemu-system-aarch64"

# The user's terminal with QEMU's own keys (Ctrl-A X leaves), or bare pipes for a test.
TERMINAL = ["-nographic", "-serial", "mon:stdio"]
PIPES = ["-display", "none", "-monitor", "none", "-serial", "stdio"]

# Options for every QEMU that a tool or test starts, whatever else it was asked.
EXTRA_VARIABLE = "QUIRE_QEMU_OPTIONS"

# One instruction is one nanosecond of guest time, and sleeping takes none: exact counts.
COUNTED = ["-icount", "shift=0,sleep=off", "-rtc", "base=2020-01-01T00:00:00,clock=vm"]


@dataclasses.dataclass
class Machine:
    """What a person can choose about the machine."""

    board: Board
    image: pathlib.Path
    device_tree: pathlib.Path | None = None
    cores: int = 1
    memory: str | None = None
    gic: int = 2
    hypervisor: bool = False  # virt: enter the image at EL2
    options: str = ""  # for init, see docs/boot-options.md
    chance: bool = False  # virt: no two runs are alike
    serial: list[str] = dataclasses.field(default_factory=lambda: list(TERMINAL))
    extra: list[str] = dataclasses.field(default_factory=list)

    def command(self) -> list[str]:
        line = [PROGRAM, "-nodefaults", *self.serial, *self._hardware(), "-kernel", str(self.image)]
        if self.device_tree is not None:
            line += ["-dtb", str(self.device_tree)]
        if self.options:
            line += ["-append", self.options]
        return line + self.extra + shlex.split(os.environ.get(EXTRA_VARIABLE, ""))

    def _hardware(self) -> list[str]:
        return self._virt() if self.board is VIRT else self._raspberry_pi()

    def _virt(self) -> list[str]:
        # With it QEMU puts seeds into the device tree, and so every run differs.
        randomness = "on" if self.chance else "off"
        options = f"virt,gic-version={self.gic},dtb-randomness={randomness}"
        if self.hypervisor:
            options += ",virtualization=on"
        return [
            *["-M", options, "-cpu", "cortex-a72"],
            *["-smp", str(self.cores), "-m", self.memory or "512M"],
        ]

    def _raspberry_pi(self) -> list[str]:
        if self.memory not in (None, "2G", "2048M", "2048"):
            raise Failure("QEMU's Raspberry Pi 4 always has 2 GiB of memory; leave out --memory")
        if not 1 <= self.cores <= 4:
            raise Failure("the Raspberry Pi 4 has 1 to 4 cores")
        # Parked cores spin in QEMU and would take the host's time from the one that works.
        return ["-M", "raspi4b", "-global", f"bcm2838.enabled-cpus={self.cores}"]


@functools.cache
def machines() -> frozenset[str]:
    """The machines of the installed QEMU; none if there is no QEMU."""
    if shutil.which(PROGRAM) is None:
        return frozenset()
    listing = subprocess.run([PROGRAM, "-M", "help"], capture_output=True, text=True, check=True)
    return frozenset(line.split()[0] for line in listing.stdout.splitlines()[1:] if line.strip())


@functools.cache
def version() -> str:
    listing = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\S+)", listing.stdout)
    return found.group(1) if found else "of unknown version"


def missing_reason(board: Board) -> str | None:
    """Why this board cannot be emulated here, or None if it can."""
    if not machines():
        return f"{PROGRAM} is not installed"
    if board.machine not in machines():
        return f"QEMU {version()} is too old: it has no machine '{board.machine}' (9.0 has)"
    return None
