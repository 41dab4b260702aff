# SPDX-License-Identifier: BSD-2-Clause
"""Counts what tests say: GoogleTest's and TAP's lines, inside the report that ctest writes."""

import dataclasses
import pathlib
import re
import xml.etree.ElementTree

GOOGLE_TEST = re.compile(r"^\[ *(OK|FAILED|SKIPPED) *\] (\S+) \(\d+ ms\)$", re.MULTILINE)
TAP = re.compile(r"^(ok|not ok)\b[ \d]*(?:- )?(.*)$", re.MULTILINE)
SKIP = re.compile(r"#\s*skip\b", re.IGNORECASE)


@dataclasses.dataclass
class Suite:
    """One program of tests."""

    name: str
    passed: int = 0
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[str] = dataclasses.field(default_factory=list)
    output: str = ""

    def line(self) -> str:
        text = f"{'FAILED' if self.failed else 'passed'}  {self.name}: {self.passed} passed"
        if self.failed:
            text += f", {len(self.failed)} failed"
        if self.skipped:
            text += f", {len(self.skipped)} skipped"
        return text


def suites(report: pathlib.Path, preset: str) -> list[Suite]:
    """The suites of a JUnit report of ctest, in its order."""
    tests = xml.etree.ElementTree.parse(report).getroot().iter("testcase")
    return [suite_of(test, preset) for test in tests]


def suite_of(test: xml.etree.ElementTree.Element, preset: str) -> Suite:
    output = test.findtext("system-out") or ""
    suite = Suite(f"{preset} {test.get('name')}", output=output)
    for state, name in GOOGLE_TEST.findall(output):
        count(suite, state == "OK", state == "SKIPPED", name)
    for state, name in TAP.findall(output):
        count(suite, state == "ok", SKIP.search(name) is not None, name.strip())
    good = test.get("status") == "run"
    if not good and not suite.failed:
        failure = test.find("failure")
        reason = failure.get("message", "") if failure is not None else test.get("status")
        suite.failed.append(f"ended before its time: {reason or 'crashed'}")
    if good and suite.passed + len(suite.skipped) == 0 and not suite.failed:
        suite.passed = 1  # a test that only has an exit state
    return suite


def count(suite: Suite, passed: bool, skipped: bool, name: str) -> None:
    if skipped:
        suite.skipped.append(name)
    elif passed:
        suite.passed += 1
    else:
        suite.failed.append(name)
