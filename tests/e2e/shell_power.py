#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How a session ends."""

import session
from session import Suite, Target, check


def poweroff(target: Target) -> None:
    with session.booted(target.machine()) as shell:
        shell.uart.send("poweroff\r")
        check(shell.uart.expect_end() == 0, "QEMU ended with an error")


def reboot(target: Target) -> None:
    with session.booted(target.machine()) as shell:
        shell.run("echo before")
        shell.uart.send("reboot\r")
        shell.uart.expect("^quire> ", session.BOOT_SECONDS)
        shell.at_prompt()
        check(shell.run("echo after") == "after", "no working shell after the reboot")


def cases(suite: Suite, target: Target) -> None:
    suite.case("poweroff switches the machine off", lambda: poweroff(target))
    suite.case("reboot starts it again", lambda: reboot(target))


if __name__ == "__main__":
    session.main(cases)
