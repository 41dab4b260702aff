#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Processes come and go, very many of them: nothing is left of any.

QUIRE_CYCLES=100000 forks as often as that, which takes minutes."""

import os
import re

import session
from session import Shell, Suite, Target, check, check_matches, memory_at_rest

FORKS = int(os.environ.get("QUIRE_CYCLES", "10000"))
SPAWNS = FORKS // 10
SPAWNS_AT_ONCE = 50  # as much text as is quickly looked through
SECONDS_PER_CYCLE = 0.02  # on a busy machine


class Cycles:
    """The cases; a tenth of what each is about happens before, so the books have their size."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def forks_leave_nothing(self) -> None:
        self._leaves_nothing(self._fork, FORKS)

    def spawns_leave_nothing(self) -> None:
        self._leaves_nothing(self._spawn, SPAWNS)

    def _fork(self, count: int) -> None:
        text = self.shell.run(f"spawn forks cycles {count}", 10 + count * SECONDS_PER_CYCLE)
        check_matches(rf"^forks: {count} processes came and went$", text)

    def _spawn(self, count: int) -> None:
        for _ in range(0, count, SPAWNS_AT_ONCE):
            text = self.shell.run(f"repeat {SPAWNS_AT_ONCE} spawn hello")
            ends = len(re.findall(r"hello ended \(exit code 0\)", text))
            check(ends == SPAWNS_AT_ONCE, f"{ends} of {SPAWNS_AT_ONCE} programs ended well")

    def _leaves_nothing(self, cycle, count: int) -> None:
        cycle(count // 10)
        before = self._all_that_is_there()
        cycle(count)
        after = self._all_that_is_there()
        changes = {name: (before[name], after[name]) for name in before}
        changes = {name: change for name, change in changes.items() if change[0] != change[1]}
        check(not changes, f"{count} processes left something: {changes}")

    def _all_that_is_there(self) -> dict[str, object]:
        """To the byte: memory by what it is used for, the pager's books and what is free included;
        numbers of address spaces; processes. And the books must balance."""
        there: dict[str, object] = dict(memory_at_rest(self.shell))
        check_matches("the books balance", self.shell.run("memstat --check"))
        counters = self.shell.run("context --plain")
        there["asids_in_use"] = check_matches(r"^asids_in_use=(\d+)$", counters)[1]
        there["processes"] = self.shell.run("ps --plain")
        return there


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), Cycles)


if __name__ == "__main__":
    session.main(cases)
