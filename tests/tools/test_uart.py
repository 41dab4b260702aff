# SPDX-License-Identifier: BSD-2-Clause
"""The serial line's reader: deadlines, escapes, ends. A shell script plays the machine."""

import unittest

from quire.uart import Uart, Unexpected


def script(text: str) -> Uart:
    return Uart(["sh", "-c", text])


class UartTest(unittest.TestCase):
    def test_finds_what_is_said_and_moves_on(self):
        with script("printf 'one\\r\\ntwo\\r\\none\\r\\n'") as uart:
            uart.expect("one$")
            self.assertEqual(uart.expect("(?s)(.*)one").group(1), "\ntwo\n")

    def test_colours_are_not_part_of_the_text(self):
        with script("printf 'a \\033[1;32mgreen\\033[0m word\\nnext\\n'") as uart:
            uart.expect("a green word\n")
            uart.expect("^next$")

    def test_types_and_reads_the_echo(self):
        with script("read line; echo got $line; read line; echo got $line") as uart:
            uart.send("x\n")
            uart.expect("got x")
            uart.send("y\n")
            uart.expect("got y")
            self.assertEqual(uart.expect_end(), 0)

    def test_gives_up_in_time(self):
        with script("echo hello; exec sleep 60") as uart:
            with self.assertRaisesRegex(Unexpected, "0.2 seconds without.*\n.*hello"):
                uart.expect("bye", seconds=0.2)

    def test_says_when_the_machine_ended(self):
        with script("echo hello; exit 3") as uart:
            with self.assertRaisesRegex(Unexpected, "ended before"):
                uart.expect("bye")
            self.assertEqual(uart.expect_end(), 3)

    def test_typing_a_lot_to_a_machine_that_answers_a_lot_does_not_stall(self):
        with script("exec cat") as uart:
            uart.send("x" * 1_000_000 + "\nend\n")
            uart.expect("^end$")
