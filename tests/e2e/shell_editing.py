#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The line editor, as fingers know it; and input that nobody types on purpose."""

import random

import session
from session import Shell, Suite, Target, Unexpected, check, check_matches

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
HOME, END, DELETE = "\x1b[H", "\x1b[F", "\x1b[3~"
BACKSPACE, TAB, RETURN = "\x7f", "\t", "\r"
CTRL_A, CTRL_C, CTRL_D, CTRL_E = "\x01", "\x03", "\x04", "\x05"
CTRL_K, CTRL_U, CTRL_W = "\x0b", "\x15", "\x17"


class Editing:
    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def _edits_to(self, keys: str, line: str) -> None:
        """After these keys the line reads so; then it is given up."""
        self.shell.uart.send(keys)
        self.shell.sees(line)
        self.shell.type(CTRL_C)

    def arrows_move_and_keys_insert(self) -> None:
        self._edits_to("eho x" + LEFT * 4 + "c" + RIGHT * 2 + "!", "echo! x")

    def home_and_end(self) -> None:
        self._edits_to("cho" + HOME + "e" + END + "!", "echo!")
        self._edits_to("cho" + CTRL_A + "e" + CTRL_E + "!", "echo!")

    def backspace_and_delete(self) -> None:
        self._edits_to("echoo" + BACKSPACE, "echo")
        self._edits_to("eecho" + HOME + DELETE, "echo")

    def kill_to_the_end_to_the_start_and_a_word(self) -> None:
        self._edits_to("one two" + LEFT * 4 + CTRL_K, "one")
        self._edits_to("one two" + LEFT * 3 + CTRL_U, "two")
        self._edits_to("one two" + CTRL_W, "one")

    def history_goes_back_and_forth(self) -> None:
        self.shell.run("echo first")
        self.shell.run("echo second")
        self._edits_to(UP, "echo second")
        self._edits_to(UP + UP, "echo first")
        self._edits_to("draft" + UP + UP + DOWN + DOWN, "draft")
        check(self.shell.type(UP + UP + RETURN) == "first", "the line from history was not run")

    def tab_completes_commands_and_programs(self) -> None:
        self._edits_to("mems" + TAB, "memstat")
        self._edits_to("spawn mis" + TAB, "spawn misbehave")
        self._edits_to("help page" + TAB, "help pagemap")

    def tab_shows_what_is_possible(self) -> None:
        self.shell.uart.send("p" + TAB + TAB)
        self.shell.uart.expect("pagemap.*ps|ps.*pagemap")
        self.shell.sees("p")  # below the list; it begins like the next prompt
        self.shell.type(CTRL_C)

    def long_lines_scroll(self) -> None:
        words = "word " * 30
        printed = self.shell.run("echo " + words)
        check(printed == words.strip(), f"the line was not taken whole: {printed!r}")

    def control_c_gives_a_line_up(self) -> None:
        check(self.shell.type("echo never" + CTRL_C) == "", "the line was run")

    def control_d_does_not_end_the_shell(self) -> None:
        check_matches("poweroff", self.shell.type(CTRL_D))

    def an_empty_line_is_nothing(self) -> None:
        check(self.shell.type(RETURN) == "", "something was printed")
        check(self.shell.run("   ") == "", "something was printed")

    def an_over_long_line_is_refused(self) -> None:
        # In pieces, each seen before the next: what outruns the console is lost, not refused.
        visible = 72
        for letter in "abc":
            self.shell.uart.send(letter * 300)
            self.shell.sees(letter * visible)
        check_matches("line refused: it is longer than", self.shell.type("d" * 1000 + RETURN))
        check(self.shell.run("echo fine") == "fine", "the shell did not recover")

    def binary_input_does_no_harm(self) -> None:
        noise = random.Random(1).randbytes(4000)
        # Not the keys that end a line, and no escape: a sequence would eat the next keys.
        noise = bytes(byte for byte in noise if byte not in b"\r\n\x03\x04\x1b")
        self.shell.uart.send(noise)
        self.shell.type(CTRL_C)
        check(self.shell.run("echo fine") == "fine", "the shell did not recover")

    def unknown_escapes_do_no_harm(self) -> None:
        for keys in ("\x1b[99~", "\x1b[1;5Z", "\x1bOx", "\x1b\x1b\x1b[", "\x1b[" + "1" * 200 + "~"):
            self.shell.uart.send(keys)
        self.shell.type("q" + CTRL_C)
        check(self.shell.run("echo fine") == "fine", "the shell did not recover")

    def a_flood_of_input_does_no_harm(self) -> None:
        """Faster than anyone reads: what is lost is said to be lost; the shell goes on."""
        self.shell.uart.send("spawn touch 8\r" + "echo flood\r" * 3000, seconds=120)
        # Silence need not mean that the flood is over, and what is typed before that may be lost
        # with it: then it is typed again.
        for _ in range(20):
            self.shell.uart.settle(2.0)
            self.shell.uart.send("\r\recho after the flood\r", seconds=60)
            if self._is_answered("^after the flood$"):
                break
        else:
            raise Unexpected("no answer after the flood")
        self.shell.uart.expect("quire> ")
        self.shell.at_prompt()

        check(self.shell.run("echo fine") == "fine", "the shell did not recover")

    def _is_answered(self, pattern: str) -> bool:
        try:
            self.shell.uart.expect(pattern, 10.0)
        except Unexpected:
            return False
        return True


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), Editing)


if __name__ == "__main__":
    session.main(cases)
