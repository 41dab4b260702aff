#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Programs that fork: each has the memory it should have, and nothing is left of any."""

import session
from quire.uart import Unexpected
from session import Shell, Suite, Target, check, check_matches, memory_at_rest, memory_states


class Forks:
    """The cases; each begins and ends at a prompt, with no program but the shell."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.shell.run("spawn hello")
        memory_states(shell)  # the first memstat writes to a page of the shell that was untouched

    def _states(self) -> dict[str, int]:
        """Where all memory is. The pager's books take of what is free, and keep some for later."""
        states = memory_at_rest(self.shell)
        states["free"] += states.pop("pager")
        return states

    def _run(self, what: str, processes: int, seconds: float = 120) -> None:
        """The experiment succeeds, and leaves nothing behind."""
        before = self._states()
        text = self.shell.run(f"spawn forks {what}", seconds)
        check_matches(rf"^forks: {processes} processes found all memory as they left it$", text)
        check_matches(r"forks ended \(exit code 0\)", text)
        self._check_nothing_is_left(before)

    def _check_nothing_is_left(self, before: dict[str, int]) -> None:
        after = self._states()
        changes = {name: (before[name], after[name]) for name in before}
        changes = {name: change for name, change in changes.items() if change[0] != change[1]}
        check(not changes, f"not the same memory before and after: {changes}")
        check("forks" not in self.shell.run("ps"), "a process is left")

    def a_tree_of_forks(self) -> None:
        self._run("tree 5", 63)

    def one_child_after_the_other(self) -> None:
        self._run("storm 300", 300)

    def three_hundred_share_their_memory(self) -> None:
        self._run("share 300", 300)

    def again_the_books_do_not_grow(self) -> None:
        before = memory_at_rest(self.shell)["pager"]
        for _ in range(3):
            self._run("storm 50", 50)
        after = memory_at_rest(self.shell)["pager"]
        check(after <= before, f"the pager's books have grown from {before} to {after}")

    def whoever_is_killed_leaves_nothing(self) -> None:
        before = self._states()
        for what in ("storm 1000000", "tree 6", "share 200", "storm 1000000", "tree 7"):
            text = self.shell.run(f"spawn forks {what} &")
            number = check_matches(r"\[(\d+)\] forks started", text)[1]
            self.shell.uart.settle(0.05)
            self.shell.run(f"kill {number}")
            self._wait_for_orphans()
        self._check_nothing_is_left(before)

    def _wait_for_orphans(self) -> None:
        """What is left of a family goes on, without anybody who asks how it ends."""
        for _ in range(100):
            if "forks" not in self.shell.run("ps"):
                return
            self.shell.uart.settle(0.3)
        raise Unexpected("orphans do not end")

    def control_c_ends_a_parent(self) -> None:
        before = self._states()
        self.shell.uart.send("spawn forks storm 1000000\r")
        self.shell.uart.expect(r"storm 1000000\n")
        self.shell.uart.settle(1.0)
        check_matches("forks was killed", self.shell.type("\x03"))
        self._wait_for_orphans()
        self._check_nothing_is_left(before)

    def what_is_no_experiment_is_refused(self) -> None:
        for what in ("", "tree", "tree 0", "tree 10", "storm -1", "nonsense 3"):
            text = self.shell.run(f"spawn forks {what}")
            check_matches("^usage: forks tree N", text)
            check_matches(r"exit code 2", text)


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), Forks)


if __name__ == "__main__":
    session.main(cases)
