# SPDX-License-Identifier: BSD-2-Clause
"""The boards Quire runs on, each described once."""

import dataclasses
import pathlib

from quire.report import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Board:
    name: str  # the value of QUIRE_BOARD
    machine: str  # what QEMU calls it
    device_tree: str | None  # built beside the image, when QEMU makes none itself

    def preset(self, release: bool) -> str:
        return f"{self.name}-{'release' if release else 'debug'}"

    def build_folder(self, release: bool) -> pathlib.Path:
        return ROOT / "build" / self.preset(release)

    def image(self, release: bool) -> pathlib.Path:
        return self.build_folder(release) / f"quire-{self.name}.img"


VIRT = Board(name="qemu-virt", machine="virt", device_tree=None)
RPI4 = Board(name="rpi4", machine="raspi4b", device_tree="rpi4-qemu.dtb")

BOARDS = {"virt": VIRT, "rpi4": RPI4}


def board(name: str) -> Board:
    for short, candidate in BOARDS.items():
        if name in (short, candidate.name):
            return candidate
    raise Failure(f"there is no board '{name}'; the boards are {' and '.join(BOARDS)}")
