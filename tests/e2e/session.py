# SPDX-License-Identifier: BSD-2-Clause
"""What every end-to-end suite shares: the image under test, a booted shell, TAP."""

import argparse
import contextlib
import dataclasses
import pathlib
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from quire import boards, qemu  # noqa: E402
from quire.qemu import Machine  # noqa: E402
from quire.uart import Uart, Unexpected  # noqa: E402
from screen import Screen  # noqa: E402

PROMPT = "quire> "
BOOT_SECONDS = 60.0
SECONDS = 30.0


class Target:
    """A board and the build whose images are tested."""

    def __init__(self, board: boards.Board, build: pathlib.Path) -> None:
        self.board = board
        self.build = build

    @property
    def image(self) -> pathlib.Path:
        return self.build / f"quire-{self.board.name}.img"

    @property
    def device_tree(self) -> pathlib.Path | None:
        return self.build / self.board.device_tree if self.board.device_tree else None

    @property
    def ram(self) -> int:
        """Bytes of RAM, as the device tree says: QEMU's virt as asked, the Pi without its GPU's."""
        return 512 << 20 if self.board is boards.VIRT else 0x3C000000

    def machine(self, **choices) -> Machine:
        settings = {"image": self.image, "device_tree": self.device_tree} | choices
        return Machine(board=self.board, serial=list(qemu.PIPES), **settings)


class Shell:
    """A machine at its prompt, seen as a person sees it: through a terminal."""

    def __init__(self, uart: Uart) -> None:
        self.uart = uart
        self.at_prompt()

    def screen(self) -> Screen:
        """From the latest prompt on."""
        text = bytes(self.uart.transcript[self.start :]).decode("utf-8", errors="replace")
        return Screen(PROMPT + text)

    def run(self, line: str, seconds: float = SECONDS) -> str:
        """Types a line and the return key; what was printed before the next prompt."""
        return self.type(line + "\r", seconds)

    def type(self, keys: str | bytes, seconds: float = SECONDS) -> str:
        """Types keys, the last of which ends a line; what was printed before the next prompt."""
        self.uart.send(keys, seconds)
        self.uart.wait_until(self._at_next_prompt, "a prompt", seconds)
        answer = "\n".join(self.screen().lines()[1:-1])
        self.at_prompt()
        return answer

    def at_prompt(self) -> None:
        """What has been said until now is history; the screen begins at a prompt."""
        self.start = self.uart.position = len(self.uart.transcript)

    def sees(self, line: str, seconds: float = SECONDS) -> None:
        """Waits until the line with the cursor reads as given, behind the prompt."""
        wanted = (PROMPT + line).rstrip()
        self.uart.wait_until(
            lambda: self.screen().current.rstrip() == wanted, f"the line '{wanted}'", seconds
        )

    def _at_next_prompt(self) -> bool:
        screen = self.screen()
        return screen.row > 0 and screen.current == PROMPT


@contextlib.contextmanager
def booted(machine: Machine) -> Iterator[Shell]:
    with Uart(machine.command()) as uart:
        uart.expect("^" + re.escape(PROMPT), BOOT_SECONDS)
        yield Shell(uart)


def check(condition: object, complaint: str) -> None:
    if not condition:
        raise Unexpected(complaint)


def check_matches(pattern: str, text: str) -> re.Match:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise Unexpected(f"expected /{pattern}/ in:\n{text}")
    return found


def memory_states(shell: Shell) -> dict[str, int]:
    """Where every byte of RAM is, as `memstat --plain` says first; and the sum."""
    text = shell.run("memstat --plain")
    rows = re.findall(r"^(\w+)=(\d+)$", text.partition("\nram=")[0], re.MULTILINE)
    check(rows and rows[-1][0] == "sum", f"no states in:\n{text}")
    return {name: int(size) for name, size in rows}


def free_memory(shell: Shell) -> int:
    return memory_at_rest(shell)["free"]


def memory_at_rest(shell: Shell) -> dict[str, int]:
    """Where all memory is, once the pager has prepared what it prepares when nobody asks."""
    states: dict[str, int] = {}
    for _ in range(60):
        before, states = states, memory_states(shell)
        if states == before:
            return states
        shell.uart.settle(0.3)
    raise Unexpected("memory does not come to rest while nothing runs")


class Suite:
    """Runs cases one after the other and reports each as a line of TAP."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def cases_of(self, machine: Machine, make: Callable[[Shell], object]) -> None:
        """Every public method is a case. All share one machine; after a failure, a new one."""
        # Where programs lie decides how many pages the books about them take: alike in each run.
        machine = dataclasses.replace(machine, options=machine.options or "quire.seed=1")
        names: list[str] = []
        while True:
            with booted(machine) as shell:
                cases = make(shell)
                names = names or [name for name in vars(type(cases)) if not name.startswith("_")]
                good = True
                while names and good:
                    name = names.pop(0)
                    good = self.case(name.replace("_", " "), getattr(cases, name))
            if not names:
                return

    def case(self, name: str, body: Callable[[], None]) -> bool:
        self.count += 1
        started = time.monotonic()
        try:
            body()
        except Exception as reason:  # a broken case must not hide the ones behind it
            self.failed += 1
            known = isinstance(reason, Unexpected)
            details = str(reason) if known else traceback.format_exc()
            print(f"not ok {self.count} - {name}")
            print("\n".join(f"# {row}" for row in details.splitlines()), flush=True)
            return False
        print(f"ok {self.count} - {name} ({time.monotonic() - started:.1f} s)", flush=True)
        return True

    def skip(self, name: str, reason: str) -> None:
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def finish(self) -> int:
        print(f"1..{self.count}")
        return 1 if self.failed or not self.count else 0


def main(cases: Callable[[Suite, Target], None]) -> None:
    """The main function of a suite: `suite.py BOARD BUILD_FOLDER`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("board")
    parser.add_argument("build", type=pathlib.Path)
    arguments = parser.parse_args()
    target = Target(boards.board(arguments.board), arguments.build.resolve())
    suite = Suite()
    reason = qemu.missing_reason(target.board)
    if reason is not None:
        suite.skip(f"everything on {target.board.name}", reason)
    else:
        cases(suite, target)
    sys.exit(suite.finish())
