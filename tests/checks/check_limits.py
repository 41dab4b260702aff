#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sizes and other things that can be counted about a source file."""

import pathlib
import re
import sys

import sources
import tap

MAX_LINES = 400
MAX_COLUMNS = 100
LICENCE = "SPDX-License-Identifier: BSD-2-Clause"
CODE = {".cpp", ".hpp", ".S", ".ld", ".py", ".cmake", ".dts", ".sh"}
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b", re.MULTILINE)
CONDITIONALS_ALLOWED = {pathlib.Path("kernel/config.hpp")}
LAYERS_WITH_README = ("libs", "kernel", "platform", "servers", "tests")
# Tests lie as what they test does; <arch/...> is explained beside its two versions.
MIRROR = re.compile(r"tests/(unit|model)/|kernel/arch/(\w+/)?include/")


def is_code(path: pathlib.Path, text: str) -> bool:
    return path.suffix in CODE or path.name == "CMakeLists.txt" or text.startswith("#!")


def faults_of(path: pathlib.Path, text: str) -> list[str]:
    faults = []
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        faults.append(f"{path}: {len(lines)} lines, more than {MAX_LINES}")
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_COLUMNS:
            faults.append(f"{path}:{number}: {len(line)} columns, more than {MAX_COLUMNS}")
    if not any(LICENCE in line for line in lines[:3]):
        faults.append(f"{path}: no licence line at its top")
    if path.suffix in sources.CXX:
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            faults.append(f"{path}: no #pragma once")
        if CONDITIONAL.search(text) and path not in CONDITIONALS_ALLOWED:
            faults.append(f"{path}: #if belongs into kernel/config.hpp only")
    return faults


def folders_without_readme(paths: list[pathlib.Path]) -> list[str]:
    """Of all folders that hold files, however deep. Those that mirror others need none."""
    folders = {path.parent for path in paths if path.parts[0] in LAYERS_WITH_README}
    known = set(paths)
    bare = [
        folder
        for folder in sorted(folders)
        if folder / "README.md" not in known and not MIRROR.match(folder.as_posix())
    ]
    return [f"{folder}: no README.md" for folder in bare]


def main() -> int:
    paths = sources.tracked()
    faults = folders_without_readme(paths)
    for path in paths:
        try:
            text = (sources.ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if is_code(path, text):
            faults += faults_of(path, text)
    return tap.conclude("files, lines and headers keep their limits", faults)


if __name__ == "__main__":
    sys.exit(main())
