# SPDX-License-Identifier: BSD-2-Clause
"""What tests print is counted as a person would count it."""

import unittest
import xml.etree.ElementTree

from quire import results


def suite(status: str, output: str):
    element = xml.etree.ElementTree.Element("testcase", name="x", status=status)
    xml.etree.ElementTree.SubElement(element, "system-out").text = output
    if status == "fail":
        xml.etree.ElementTree.SubElement(element, "failure", message="Timeout")
    return results.suite_of(element, "preset")


class ResultsTest(unittest.TestCase):
    def test_counts_google_tests(self):
        output = "[ RUN      ] A.b\n[       OK ] A.b (0 ms)\n[  FAILED  ] A.c (12 ms)\n"
        output += "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.c\n"
        found = suite("fail", output)
        self.assertEqual((found.passed, found.failed), (1, ["A.c"]))

    def test_counts_tap(self):
        output = "ok 1 - one\r\nnot ok 2 - two\nok 3 - three # SKIP no board\n1..3\n"
        found = suite("fail", output)
        self.assertEqual(found.passed, 1)
        self.assertEqual(found.failed, ["two"])
        self.assertEqual(found.skipped, ["three # SKIP no board"])

    def test_a_crash_after_good_lines_is_a_failure(self):
        found = suite("fail", "ok 1 - one\n")
        self.assertEqual(found.passed, 1)
        self.assertEqual(found.failed, ["ended before its time: Timeout"])

    def test_a_silent_program_counts_by_its_exit_state(self):
        self.assertEqual(suite("run", "").passed, 1)
        self.assertEqual(len(suite("fail", "").failed), 1)
