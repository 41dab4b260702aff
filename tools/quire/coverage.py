# SPDX-License-Identifier: BSD-2-Clause
"""Which lines of the kernel were reached: read from what the tools say, joined, and judged.

A line is known by what has code on it, on the host or on a board; it is reached if any run came to
any of that code.
"""

import dataclasses
import fnmatch
import json
import pathlib
import posixpath
import re
from collections.abc import Iterable, Iterator

from quire.report import Failure

# What is measured, and what of it is no part of a kernel.
FOLDER = "kernel/"
PRETENDED = "kernel/arch/host/"

INSTRUCTION = re.compile(r"^0x([0-9a-f]+): ", re.MULTILINE)


class Lines:
    """Per file: lines with code and whether they were reached, and the functions they are in."""

    def __init__(self) -> None:
        self.reached: dict[str, dict[int, bool]] = {}
        self.functions: dict[str, dict[int, str]] = {}  # from the line on

    def see(self, path: str, line: int, reached: bool) -> None:
        lines = self.reached.setdefault(path, {})
        lines[line] = lines.get(line, False) or reached

    def name(self, path: str, line: int, function: str) -> None:
        """A line of this function; the first one that is told counts."""
        self.functions.setdefault(path, {}).setdefault(line, function)

    def add(self, other: "Lines") -> None:
        for path, lines in other.reached.items():
            for line, reached in lines.items():
                self.see(path, line, reached)
        for path, names in other.functions.items():
            for line, function in names.items():
                self.name(path, line, function)

    def function_at(self, path: str, line: int) -> str:
        names = self.functions.get(path, {})
        before = [start for start in names if start <= line]
        return names[max(before)] if before else "?"

    def gaps(self) -> dict[tuple[str, str], list[int]]:
        """Lines that were not reached, by file and function, in the order of the source."""
        found: dict[tuple[str, str], list[int]] = {}
        for path in sorted(self.reached):
            for line, reached in sorted(self.reached[path].items()):
                if not reached:
                    found.setdefault((path, self.function_at(path, line)), []).append(line)
        return found


def within(path: str, root: pathlib.Path) -> str | None:
    """The path from the root of the tree on, if it is the kernel's. Compilers are told to name
    the tree `.`, which some tools understand as the folder that it was built in."""
    path = posixpath.normpath(path).removeprefix(f"{root}/")
    path = re.sub(r"^build/[^/]+/", "", path)
    return path if path.startswith(FOLDER) and not path.startswith(PRETENDED) else None


def plain_name(function: str) -> str:
    """Without namespaces, template arguments, parameters; a lambda is of its function."""
    name = function.replace("(anonymous namespace)::", "")
    name = re.sub(r"\boperator(\(\)|[-<>=!]+)", "operator", name)
    outside, depth = "", 0
    for letter in name:
        if letter == "(" and depth == 0:
            break
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if depth == 0 and letter != ">":
            outside += letter
    words = outside.split()
    parts = (words[-1] if words else "?").split("::")
    return "::".join(part for part in parts if part[:1].isupper() or part is parts[-1])


def parse_host(export: str, root: pathlib.Path) -> Lines:
    """llvm-cov's lcov format; the names of functions have been demangled."""
    lines = Lines()
    path = None
    for row in export.splitlines():
        kind, _, rest = row.partition(":")
        if kind == "SF":
            path = within(rest, root)
        elif path is not None and kind == "DA":
            line, count = rest.split(",")[:2]
            lines.see(path, int(line), int(count) > 0)
        elif path is not None and kind == "FN":
            line, name = rest.split(",", 1)
            # Of a function in an unnamed namespace, llvm-cov also says the file.
            lines.name(path, int(line), plain_name(re.sub(r"^[^ :(<]+\.[ch]pp[:;]", "", name)))
    return lines


def executed(log: str) -> set[int]:
    """Addresses of QEMU's `-d in_asm`: of each block that was reached, every instruction."""
    return {int(address, 16) for address in INSTRUCTION.findall(log)}


def parse_board(symbols: str, executed_at: set[int], root: pathlib.Path) -> Lines:
    """llvm-symbolizer's JSON, a line for each address: what code is there, inlined calls too."""
    lines = Lines()
    for row in symbols.splitlines():
        found = json.loads(row)
        address = int(found["Address"], 16)
        for frame in found.get("Symbol", []):
            path = within(frame["FileName"], root)
            if path is None or frame["Line"] == 0:
                continue
            lines.see(path, frame["Line"], address in executed_at)
            if not path.endswith(".S"):
                lines.name(path, frame["Line"], plain_name(frame["FunctionName"]))
            else:
                lines.name(path, frame["Line"], frame["FunctionName"])
    return lines


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why some functions of some files are not reached; both are patterns as of a shell."""

    path: str
    function: str
    text: str

    def explains(self, path: str, function: str) -> bool:
        return fnmatch.fnmatchcase(path, self.path) and fnmatch.fnmatchcase(
            function, self.function
        )


def parse_reasons(text: str) -> list[Reason]:
    """A line each, `path function: reason`; a line that is indented goes on with the one above."""
    reasons: list[Reason] = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        if row[0].isspace() and reasons:
            longer = f"{reasons[-1].text} {row.strip()}"
            reasons[-1] = dataclasses.replace(reasons[-1], text=longer)
            continue
        found = re.fullmatch(r"(\S+) (\S+): +(\S.*)", row)
        if found is None:
            raise Failure(f"line {number} of the reasons is not `path function: reason`: {row}")
        reasons.append(Reason(*found.groups()))
    return reasons


def unexplained(lines: Lines, reasons: list[Reason]) -> list[tuple[str, str, list[int]]]:
    return [
        (path, function, numbers)
        for (path, function), numbers in lines.gaps().items()
        if not any(reason.explains(path, function) for reason in reasons)
    ]


def needless(lines: Lines, reasons: list[Reason]) -> list[Reason]:
    """Reasons for what is reached by now."""
    gaps = lines.gaps()
    return [reason for reason in reasons if not any(reason.explains(*gap) for gap in gaps)]


def ranges(numbers: Iterable[int]) -> str:
    """`3, 7-9`: neighbours are joined."""
    joined: list[list[int]] = []
    for number in sorted(numbers):
        if joined and joined[-1][1] == number - 1:
            joined[-1][1] = number
        else:
            joined.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in joined)


def table(lines: Lines, parts: dict[str, Lines]) -> Iterator[str]:
    """Per folder, and for all: lines with code, and how many of them who reached."""
    folders: dict[str, list[str]] = {}
    for path in lines.reached:
        folders.setdefault(str(pathlib.PurePosixPath(path).parent), []).append(path)
    heads = "".join(f"{name:>10}" for name in parts)
    yield f"  {'folder':<32}{'lines':>8}{heads}{'together':>10}{'':>8}"
    for name, paths in [*sorted(folders.items()), ("all", list(lines.reached))]:
        known = sum(len(lines.reached[path]) for path in paths)
        counts = [count(part, paths) for part in [*parts.values(), lines]]
        cells = "".join(f"{number:>10,}" for number in counts)
        yield f"  {name:<32}{known:>8,}{cells}{100 * counts[-1] / known:>7.1f}%"


def count(lines: Lines, paths: list[str]) -> int:
    return sum(sum(lines.reached.get(path, {}).values()) for path in paths)
