#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every C++ file is as clang-format would write it."""

import re
import subprocess
import sys

import sources
import tap


def main() -> int:
    command = ["clang-format-19", "--dry-run", *map(str, sources.cxx_files())]
    result = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return tap.conclude("", [result.stderr.strip()])
    wrong = re.findall(r"^([^\s:]+):\d+:\d+: warning", result.stderr, re.MULTILINE)
    faults = [f"{path}: run clang-format-19 -i on it" for path in sorted(set(wrong))]
    return tap.conclude("C++ is formatted as .clang-format says", faults)


if __name__ == "__main__":
    sys.exit(main())
