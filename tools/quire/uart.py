# SPDX-License-Identifier: BSD-2-Clause
"""A machine and its serial line: what a person would see and type, with deadlines.

Nothing waits for ever: expect() gives up after its time, and close() always ends QEMU.
"""

import os
import re
import selectors
import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEFAULT_SECONDS = 30.0
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Unexpected(Exception):
    """The line did not say what it should have; the text holds what it said instead."""


class Uart:
    def __init__(self, command: list[str]) -> None:
        self.transcript = bytearray()
        self.position = 0  # how much of the transcript has been matched
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def __enter__(self) -> "Uart":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def send(self, text: str | bytes, seconds: float = DEFAULT_SECONDS) -> None:
        """Types text. While the machine takes no more, its output is read: neither side stalls."""
        left = memoryview(text.encode() if isinstance(text, str) else text)
        deadline = time.monotonic() + seconds
        while left:
            try:
                written = os.write(self.process.stdin.fileno(), left)
            except BlockingIOError:
                written = 0
            except BrokenPipeError:
                raise Unexpected("QEMU ended while it was being typed to" + self.tail()) from None
            left = left[written:]
            self._receive(0.0 if written else 0.05)
            if time.monotonic() > deadline:
                raise Unexpected(f"took no input for {seconds:g} seconds" + self.tail())

    def expect(self, pattern: str, seconds: float = DEFAULT_SECONDS) -> re.Match:
        """Waits for the pattern behind what was matched before; the match, escapes removed."""
        wanted = re.compile(pattern, re.MULTILINE)
        found = self.wait_until(lambda: wanted.search(self.unread()), f"/{pattern}/", seconds)
        self._consume(found.string[: found.end()])
        return found

    def wait_until(
        self, condition: Callable[[], T | None], what: str, seconds: float = DEFAULT_SECONDS
    ) -> T:
        """Receives until the condition holds; what it gave."""
        deadline = time.monotonic() + seconds
        while True:
            ended = self.process.poll() is not None
            if ended:
                self._receive(0.0)
            found = condition()
            if found:
                return found
            left = deadline - time.monotonic()
            if ended or left <= 0:
                why = "QEMU ended before" if ended else f"{seconds:g} seconds without"
                raise Unexpected(f"{why} {what}" + self.tail())
            self._receive(min(left, 0.5))

    def settle(self, seconds: float) -> None:
        """Waits until nothing more has been said for so long."""
        while self._receive(seconds):
            pass

    def expect_silence(self, seconds: float) -> None:
        """Nothing more may be said for so long."""
        before = len(self.transcript)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._receive(left)
        if len(self.transcript) != before:
            raise Unexpected("expected silence" + self.tail())

    def expect_end(self, seconds: float = DEFAULT_SECONDS) -> int:
        """Waits until the machine is off; QEMU's exit state."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unexpected(f"still running after {seconds:g} seconds" + self.tail())
            self._receive(min(left, 0.1))
        self._receive(0.0)
        return self.process.returncode

    def unread(self) -> str:
        return plain(self.transcript[self.position :])

    def tail(self, characters: int = 1500) -> str:
        text = plain(self.transcript)[-characters:]
        return "; the line's last words:\n" + "".join(f"    | {row}\n" for row in text.splitlines())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.selector.close()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def _receive(self, seconds: float) -> bool:
        if not self.selector.select(seconds):
            return False
        data = self.process.stdout.read()
        if not data:
            time.sleep(min(seconds, 0.02))  # QEMU has closed its end: do not spin
            return False
        self.transcript += data
        return True

    def _consume(self, matched: str) -> None:
        """Moves on by as many raw bytes as give the matched plain text."""
        low, high = self.position, len(self.transcript)
        while low < high:
            middle = (low + high) // 2
            if len(plain(self.transcript[self.position : middle])) < len(matched):
                low = middle + 1
            else:
                high = middle
        self.position = low


def plain(data: bytes) -> str:
    """What a person reads: no colours or cursor movements, one kind of line end."""
    text = ESCAPES.sub(b"", data).decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n")
