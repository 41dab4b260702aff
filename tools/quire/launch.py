# SPDX-License-Identifier: BSD-2-Clause
"""The options that choose a machine, the same for every tool that starts one."""

import argparse
import sys

from quire import boards
from quire.qemu import Machine


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("board", nargs="?", default="virt", help="virt (default) or rpi4")
    parser.add_argument("--release", action="store_true", help="the optimised build")
    parser.add_argument("--smp", type=int, default=1, metavar="N", help="how many cores")
    parser.add_argument("--memory", metavar="SIZE", help="virt: how much memory, as 512M or 2G")
    parser.add_argument("--gic", type=int, choices=(2, 3), default=2, help="virt: GIC version")
    parser.add_argument("--el2", action="store_true", help="virt: enter the image at EL2")
    parser.add_argument("--options", metavar="WORDS", default="", help="as quire.aslr=off")
    parser.epilog = "What follows -- is handed to QEMU as it is."


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    given = sys.argv[1:]
    extra: list[str] = []
    if "--" in given:
        split = given.index("--")
        given, extra = given[:split], given[split + 1 :]
    arguments = parser.parse_args(given)
    arguments.extra = extra
    return arguments


def machine(arguments: argparse.Namespace) -> Machine:
    board = boards.board(arguments.board)
    folder = board.build_folder(arguments.release)
    return Machine(
        board=board,
        image=board.image(arguments.release),
        device_tree=folder / board.device_tree if board.device_tree else None,
        cores=arguments.smp,
        memory=arguments.memory,
        gic=arguments.gic,
        hypervisor=arguments.el2,
        options=arguments.options,
        chance=True,
        extra=arguments.extra,
    )
