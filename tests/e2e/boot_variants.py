#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The ways a machine may start the image: each ends in a shell that works."""

import re

import session
from quire import boards
from session import Suite, Target, check, check_matches, memory_at_rest


def reaches_the_shell(
    target: Target, ram: int | None = None, described: bool = True, says: str = "", **choices
) -> None:
    with session.booted(target.machine(**choices)) as shell:
        if says:
            text = bytes(shell.uart.transcript).decode(errors="replace")
            check_matches(says, text)
        check_matches("^Hello", shell.run("spawn hello"))
        if ram is not None:
            text = shell.run("memstat")
            origin = "of the device tree" if described else "this board must have"
            check(re.search(rf"= RAM {origin}, {ram} bytes: complete", text), text)


def memory_runs_out(target: Target) -> None:
    """Nothing is lost. Which pages of the books stay depends on where those of programs lay, but
    they do not become more and more."""
    with session.booted(target.machine(memory="24M")) as shell:
        states = []
        for _ in range(4):
            for greedy in ("touch 32", "misbehave greedy"):
                check_matches(r"no memory|out of memory", shell.run(f"spawn {greedy}", 120))
                check_matches("^Hello", shell.run("spawn hello"))
            states.append(memory_at_rest(shell))
        # The shell's stack is given back below its stack pointer while there is need.
        known = {state["free"] + state["pager"] + state["private"] for state in states}
        check(len(known) == 1, f"free, the books and the shell together were {known}")
        shells = [state["private"] for state in states]
        check(max(shells) - min(shells) <= 16 << 10, f"the shell had {shells} bytes")
        books = [state["pager"] for state in states]
        check(max(books[1:]) <= books[0] + (128 << 10), f"the books were {books} bytes")


def shells_stack(shell: session.Shell) -> int:
    text = shell.run("pagemap --plain 4")
    return int(check_matches(r"^end=0x(\w+)\naccess=rw-\nregion=stack$", text).group(1), 16)


def options_are_heard(target: Target) -> None:
    usual = 0x7FFF_F000_0000
    with session.booted(target.machine(options="quire.aslr=off quire.colour=red")) as shell:
        text = bytes(shell.uart.transcript).decode(errors="replace")
        check_matches("^init: there is no boot option 'quire.colour=red'$", text.replace("\r", ""))
        check(shells_stack(shell) == usual, "the stack is not where it always is")
    with session.booted(target.machine(options="console=ttyS0 quire.seed=5")) as shell:
        check(b"no boot option" not in shell.uart.transcript, "a word for others is criticised")
        check(shells_stack(shell) < usual, "the stack is where it always is")


def cases(suite: Suite, target: Target) -> None:
    def case(name: str, **choices) -> None:
        suite.case(name, lambda: reaches_the_shell(target, **choices))

    case("as usual", ram=target.ram)
    suite.case("with options", lambda: options_are_heard(target))
    if target.board is boards.VIRT:
        case("entered at EL2", hypervisor=True, says="entered at EL2")
        case("with a GIC of version 3", gic=3)
        case("with a GIC of version 3, entered at EL2", gic=3, hypervisor=True)
        suite.case("with 24 MiB, and a program wants more", lambda: memory_runs_out(target))
        case("with 128 MiB", memory="128M", ram=128 << 20)
        case("with 129 MiB, not a whole number of blocks", memory="129M", ram=129 << 20)
        case("with 4 GiB", memory="4G", ram=4 << 30)
        secure = ["-machine", "secure=on"]
        case("with memory that is not for us", ram=target.ram, extra=secure)
        case("with four cores, of which three stay off", cores=4)
    else:
        case(
            "without a device tree",
            device_tree=None,
            says="no device tree: assuming",
            ram=0x3B40_0000,
            described=False,
        )
        case("with four cores, of which three wait", cores=4)


if __name__ == "__main__":
    session.main(cases)
