#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image whose root task is a test program, and passes its TAP on.

The program prints its plan (`1..N`) first or last and powers the machine off. One that stops half
way, hangs or prints fewer lines than planned has failed.
"""

import argparse
import pathlib
import re
import sys

import session
from quire import boards, qemu

SECONDS = 300.0
RESULT = re.compile(r"^(?:not )?ok \d+", re.MULTILINE)
FAILURE = re.compile(r"^not ok (?!.*# (?:TODO|SKIP))", re.MULTILINE | re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)$", re.MULTILINE)


def complaint(text: str) -> str | None:
    plan = PLAN.search(text)
    if plan is None:
        return "there is no plan: the tests did not get to their end"
    results = len(RESULT.findall(text))
    if results != int(plan[1]):
        return f"{plan[1]} results were planned, {results} came"
    if results == 0:
        return "nothing was tested"
    return "a test failed" if FAILURE.search(text) else None


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("board")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("image")
    parser.add_argument("--gic", type=int, default=2, help="the version of virt's GIC")
    arguments = parser.parse_args()
    target = session.Target(boards.board(arguments.board), arguments.build.resolve())
    reason = qemu.missing_reason(target.board)
    if reason is not None:
        print(f"1..1\nok 1 - {arguments.image} # SKIP {reason}")
        return 0

    # Time is counted in instructions, so that budgets are exact however busy this computer is.
    image = target.build / f"{arguments.image}.img"
    machine = target.machine(image=image, gic=arguments.gic, extra=list(qemu.COUNTED))
    with session.Uart(machine.command()) as uart:
        try:
            uart.expect_end(SECONDS)
        except session.Unexpected as late:
            print(uart.unread())
            print(f"Bail out! {str(late).splitlines()[0]}")
            return 1
        text = uart.unread()
    print(text)
    reason = complaint(text)
    if reason is not None:
        print(f"Bail out! {reason}")
    return 0 if reason is None else 1


if __name__ == "__main__":
    sys.exit(main())
