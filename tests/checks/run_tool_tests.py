#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the unit tests of the tools, as TAP."""

import sys
import unittest

import sources

sys.path.insert(0, str(sources.ROOT / "tools"))


class Tap(unittest.TestResult):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def report(self, word: str, test: unittest.TestCase, details: str = "") -> None:
        self.count += 1
        print(f"{word} {self.count} - {test.id()}")
        print("".join(f"# {line}\n" for line in details.splitlines()), end="")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.report("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report("not ok", test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.report("not ok", test, self.errors[-1][1])


def main() -> int:
    result = Tap()
    unittest.defaultTestLoader.discover(str(sources.ROOT / "tests" / "tools")).run(result)
    print(f"1..{result.count}")
    return 0 if result.wasSuccessful() and result.count > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
