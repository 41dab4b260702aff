# SPDX-License-Identifier: BSD-2-Clause
"""What a person sees: the little of a terminal that a line editor and a console need."""

import re

CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


class Screen:
    """Rows of text as they stand after everything written; rows are as long as they need."""

    def __init__(self, text: str = "") -> None:
        self.rows: list[list[str]] = [[]]
        self.row = 0
        self.column = 0
        self.write(text)

    def lines(self) -> list[str]:
        return ["".join(row).rstrip(" ") for row in self.rows]

    @property
    def current(self) -> str:
        """The row of the cursor, blanks at its end included."""
        return "".join(self.rows[self.row])

    def write(self, text: str) -> None:
        position = 0
        while position < len(text):
            control = CONTROL.match(text, position)
            if control:
                self._control(control[1], control[2])
                position = control.end()
            else:
                self._character(text[position])
                position += 1

    def _character(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.rows):
                self.rows.append([])
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            row = self.rows[self.row]
            row.extend(" " * (self.column + 1 - len(row)))
            row[self.column] = character
            self.column += 1

    def _control(self, parameters: str, final: str) -> None:
        number = int(parameters) if parameters.isdigit() else 0
        if final == "K":
            del self.rows[self.row][self.column :]
        elif final == "C":
            self.column += number or 1
        elif final == "D":
            self.column = max(0, self.column - (number or 1))
        elif final == "H":
            self.row = self.column = 0
        elif final == "J" and number == 2:
            self.rows = [[] for _ in range(self.row + 1)]
