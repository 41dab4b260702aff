#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands that test memory: what they say, that they find faults, that they leave nothing."""

import re
from collections.abc import Callable

import session
from session import Shell, Suite, Target, check, check_matches, memory_at_rest, memory_states

MEMORY_TESTS = (
    *("solid patterns", "address in address", "walking bits"),
    *("moving inversions", "random patterns"),
)


class MemoryTests:
    """The cases; each begins and ends at a prompt."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        memory_at_rest(shell)  # the stock is full, and what memstat touches first is there

    def _leaves_nothing(self, action: Callable[[], str]) -> str:
        """What the action answers. The pager's books grow the first time: the second time tells."""
        states = []
        for _ in range(2):
            text = action()
            states.append(memory_at_rest(self.shell))
        before, after = states
        changes = {name: (before[name], after[name]) for name in before}
        changes = {name: change for name, change in changes.items() if change[0] != change[1]}
        check(not changes, f"not the same memory before and after: {changes}")
        return text

    def memtest_passes_and_leaves_nothing(self) -> None:
        text = self._leaves_nothing(lambda: self.shell.run("memtest --plain --seed=5 2", 120))
        check_matches(r"^memtest: 2 MiB at 0x[0-9a-f]+, seed 5$", text)
        for name in MEMORY_TESTS:
            check_matches(rf"^{name}: ok$", text)
        check_matches(r"^memtest: passed: 2 MiB without an error$", text)

    def memtest_shows_how_far_it_is(self) -> None:
        text = self.shell.run("memtest 1", 120)
        for name in MEMORY_TESTS:
            check_matches(rf"^  {name} +\[#{{20}}\] ok$", text)
        shown = bytes(self.shell.uart.transcript).decode(errors="replace")
        check_matches(r"\r  walking bits +\[#+\.+\]", shown)

    def memtest_finds_faults(self) -> None:
        text = self.shell.run("memtest --self-test", 120)
        found = r"( +found)"
        check_matches(r"^  no fault( +clean){5}$", text)
        check_matches(rf"^  bit stuck at 0{found}{{5}}$", text)
        check_matches(rf"^  bit stuck at 1{found}{{5}}$", text)
        check_matches(rf"^  bit inverted by another +\S+{found}{{4}}$", text)
        check_matches(rf"^  bit forced by another +\S+{found}{{4}}$", text)
        check_matches(rf"^  bits joined in a word +\S+ +\S+{found}{{2}} +\S+$", text)
        check_matches(rf"^  address line stuck +\S+{found}{{4}}$", text)
        check_matches(r"^memtest: passed: every test finds", text)
        text = self.shell.run("memtest --plain --self-test", 120)
        check(text.count(": clean\n") == 5 and ": found\n" in text, "not a line for each")

    def memtest_refuses_what_it_cannot_do(self) -> None:
        for words in ("nonsense", "0", "-4", "4 5", "--fast"):
            refusal = self.shell.run("memtest " + words)
            check_matches(r"is no option, nor 1 to 16777216 MiB", refusal)
        text = self.shell.run("memtest 100000")
        check_matches(r"^memtest: not enough memory for 100000 MiB: at most \d+ can be had", text)
        check_matches(r"^repeat: stopped in round 1 of 2", self.shell.run("repeat 2 memtest 0"))

    def control_c_ends_memtest(self) -> None:
        def interrupted() -> str:
            self.shell.uart.send("memtest 32\r")
            self.shell.uart.expect(r"solid patterns +\[#+\] ok", 120)  # all of it has been touched
            return self.shell.type("\x03")

        check_matches(r"memtest was killed", self._leaves_nothing(interrupted))

    def fragtest_loses_little_and_leaves_nothing(self) -> None:
        text = self._leaves_nothing(lambda: self.shell.run("fragtest --plain", 120))
        rows = re.findall(r"^(\d: [^:]+): blocks (\d+), .* lost (\d+) %,", text, re.MULTILINE)
        check([row[0][:2] for row in rows] == [f"{n}:" for n in range(1, 9)], text)
        busy, shrinking = rows[:5], rows[5:]
        check(all(int(blocks) > 100 and 0 < int(lost) < 25 for _, blocks, lost in busy), text)
        check(all(0 < int(lost) < 50 for _, _, lost in shrinking), text)
        check("half" in shrinking[0][0] and int(shrinking[0][2]) < 25, text)
        check_matches(r"unmapped \d+ KiB, 0 bytes are left over$", text)
        check_matches(r"^fragtest: passed: at most \d+ % lost, \d+ % with half of it left", text)

    def fragtest_shows_a_map(self) -> None:
        text = self.shell.run("fragtest --seed=2", 120)
        check_matches(r"^ +blocks +in use +held +lost +hole$", text)
        check_matches(r"^  5: up to 128 KiB +\[#{20}\]( +\d+){3} +\d+% +\d+$", text)
        check_matches(r"^  8: a tenth left +\[#{20}\]( +\d+){3} +\d+% +\d+$", text)
        check_matches(r"^    [#+.-]{64}$", text)
        check(all(len(line) < 80 for line in text.splitlines()), "a line is too long")
        check_matches("'nonsense' is no option", self.shell.run("fragtest nonsense"))


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), MemoryTests)


if __name__ == "__main__":
    session.main(cases)
