#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the kernel's table of function names, as an assembly file in the section `.symbols`.

    quire_symbol_count     u32     how many
    quire_symbol_offsets   u32[]   offset of each function from the kernel's link base, ascending
    quire_symbol_names     u32[]   where its name begins in quire_symbol_strings
    quire_symbol_strings   char[]  names without parameters, each ended by a zero byte

Without --elf the table is empty: that is what the first of the kernel's two links uses. --check
proves that the functions of the second link lie where the table made from the first one says.
"""

import argparse
import pathlib
import subprocess
import sys

LINK_BASE = 0xFFFF_FFFF_C000_0000
FUNCTION_TYPES = "tTwW"


def functions(nm: str, elf: pathlib.Path) -> list[tuple[int, str]]:
    command = [nm, "--defined-only", "--format=posix", str(elf)]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[int, str] = {}
    for line in listing.splitlines():
        name, kind, address, *_ = line.split()
        offset = int(address, 16) - LINK_BASE
        if kind in FUNCTION_TYPES and offset >= 0 and not name.startswith(("$", ".")):
            # Of two names for one address take the first in alphabetical order: any, but always it.
            found[offset] = min(name, found.get(offset, name))
    return sorted(found.items())


def demangle(cxxfilt: str, names: list[str]) -> list[str]:
    text = "\n".join(names)
    result = subprocess.run(
        [cxxfilt, "--no-params"], input=text, check=True, capture_output=True, text=True
    )
    return result.stdout.splitlines()


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(offsets: list[int], names: list[str]) -> str:
    starts, position = [], 0
    for name in names:
        starts.append(position)
        position += len(name.encode()) + 1
    lines = ['.section .symbols, "a"', ".balign 4"]
    for symbol, rows in (
        ("quire_symbol_count", [f".word {len(offsets)}"]),
        ("quire_symbol_offsets", [f".word {offset:#x}" for offset in offsets]),
        ("quire_symbol_names", [f".word {start}" for start in starts]),
        ("quire_symbol_strings", [f".asciz {quoted(name)}" for name in names]),
    ):
        lines += [f".global {symbol}", f"{symbol}:"] + rows
    lines.append('.section .note.GNU-stack, "", @progbits')
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nm")
    parser.add_argument("--cxxfilt")
    parser.add_argument("--elf", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    arguments = parser.parse_args()

    found = functions(arguments.nm, arguments.elf) if arguments.elf else []
    names = demangle(arguments.cxxfilt, [name for _, name in found]) if found else []
    text = table([offset for offset, _ in found], names)
    if arguments.check:
        if arguments.check.read_text() != text:
            print(
                f"{arguments.elf}: functions moved between the two links; the linker script must"
                " place .symbols behind all code",
                file=sys.stderr,
            )
            return 1
        return 0
    arguments.output.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
