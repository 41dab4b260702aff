#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A loader that is not ours starts the kernel: the system tests must not see a difference."""

import pathlib
import struct
import tempfile

import session
from images import Elf, Image
from quire import boards, qemu
from root_task_tap import FAILURE, PLAN, RESULT, complaint
from session import Suite, Target, check

# Where the kernel goes, and the end of the RAM it assumes when nobody describes the machine.
KERNEL = {"qemu-virt": 0x4000_0000, "rpi4": 0x0020_0000}
ASSUMED_END = {"qemu-virt": 0x4800_0000, "rpi4": 0x3B40_0000}
RAM_END = {"qemu-virt": 0x1_4000_0000, "rpi4": 0x3C00_0000}

PAGE = 0x1000
BLOCK = 0x20_0000
NO_TREE = 0
SECONDS = 120.0
ENOUGH = 60  # results: those of boot come first


def ended(text: str) -> bool:
    plan = PLAN.search(text)
    return plan is not None and len(RESULT.findall(text)) == int(plan[1])


def is_fine(text: str) -> bool:
    return len(RESULT.findall(text)) >= ENOUGH


class Bench:
    """Boots the system tests with the foreign loader."""

    def __init__(self, target: Target, folder: pathlib.Path) -> None:
        self.target = target
        self.folder = folder
        self.image = Image(target.build / "kernel_foreign_test.img")
        files = self.image.files()
        begin, end = Elf(files["boot/init"]).pages()
        self.root_task_size = end - begin
        begin, end = Elf(files["boot/kernel"]).pages()
        self.kernel_end = KERNEL[target.board.name] + end - begin

    def runs(self, root_task: int, device_tree: int, **choices) -> None:
        """All tests, to their end."""
        text = self._text_of(root_task, device_tree, ended, **choices)
        reason = complaint(text)
        check(reason is None, f"{reason}; the machine said:\n{text}")

    def starts(self, root_task: int, device_tree: int, **choices) -> None:
        """Where things are does not matter any more after the first tests."""
        text = self._text_of(root_task, device_tree, is_fine, **choices)
        check(FAILURE.search(text) is None, f"a test failed; the machine said:\n{text}")

    def _text_of(self, root_task: int, device_tree: int, is_enough, **choices) -> str:
        def change(files: dict[str, bytes]) -> None:
            files["boot/places"] = struct.pack("<2Q", root_task, device_tree)

        path = self.folder / "foreign.img"
        path.write_bytes(self.image.with_files(change))
        machine = self.target.machine(image=path, extra=list(qemu.COUNTED), **choices)
        with session.Uart(machine.command()) as uart:
            # Without a device tree nobody knows how to turn the machine off.
            uart.wait_until(lambda: is_enough(uart.unread()), "results of tests", SECONDS)
            return uart.unread()


def cases(suite: Suite, target: Target) -> None:
    with tempfile.TemporaryDirectory(prefix="quire-e2e-") as folder:
        bench = Bench(target, pathlib.Path(folder))
        board = target.board.name
        behind = bench.kernel_end
        tree_room = 0x10_0000

        def case(name: str, root_task: int, device_tree: int, **choices) -> None:
            suite.case(name, lambda: bench.starts(root_task, device_tree, **choices))

        suite.case(
            "one behind the other, as usual loaders do",
            lambda: bench.runs(behind + tree_room, behind),
        )
        if target.build.name.endswith("release"):
            return  # what follows is code of boot, which is the same
        tree = KERNEL[board] + 9 * BLOCK - 0x808  # in two pages, and in two blocks
        case("a device tree that begins and ends in pages", tree + 5 * BLOCK + 0x808 + PAGE, tree)
        case("no device tree", behind + 3 * PAGE, NO_TREE)
        case("no device tree, root task in unknown RAM", ASSUMED_END[board] + PAGE, NO_TREE)
        memory = "4G" if target.board is boards.VIRT else None
        last = RAM_END[board] - bench.root_task_size
        case("root task at the end of RAM", last, behind, memory=memory)
        if target.board is boards.VIRT:
            case("entered at EL2", behind + tree_room, behind, hypervisor=True)


if __name__ == "__main__":
    session.main(cases)
