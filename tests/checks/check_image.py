#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""No linked program has a segment that is writable and executable, and pages do not mix rights."""

import pathlib
import struct
import sys

import tap

FILE_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
EM_AARCH64 = 183
PT_LOAD = 1
EXECUTE, WRITE = 1, 2
PAGE = 4096


def load_segments(data: bytes) -> list[tuple[int, int, int]]:
    """Flags, address and size in memory of each loadable segment."""
    ident, _, machine, _, _, table, _, _, _, entry_size, count, *_ = FILE_HEADER.unpack_from(data)
    if not ident.startswith(b"\x7fELF\x02\x01") or machine != EM_AARCH64:
        raise ValueError("not an AArch64 ELF file")
    segments = []
    for index in range(count):
        header = PROGRAM_HEADER.unpack_from(data, table + index * entry_size)
        kind, flags, _, address, _, _, size, _ = header
        if kind == PT_LOAD and size > 0:
            segments.append((flags, address, size))
    return segments


def faults_of(name: str, segments: list[tuple[int, int, int]]) -> list[str]:
    faults = []
    if not any(flags & EXECUTE for flags, _, _ in segments):
        faults.append(f"{name}: no executable segment")
    owner: dict[int, int] = {}
    for flags, address, size in segments:
        if flags & WRITE and flags & EXECUTE:
            faults.append(f"{name}: the segment at {address:#x} is writable and executable")
        for page in range(address // PAGE, (address + size - 1) // PAGE + 1):
            if owner.setdefault(page, flags) != flags:
                faults.append(f"{name}: page {page * PAGE:#x} belongs to segments of other rights")
    return faults


def main() -> int:
    programs = sorted((pathlib.Path(sys.argv[1]) / "elf").glob("*.elf"))
    faults = [] if programs else ["there are no linked programs to look at"]
    for program in programs:
        try:
            faults += faults_of(program.name, load_segments(program.read_bytes()))
        except (ValueError, struct.error) as reason:
            faults.append(f"{program.name}: {reason}")
    return tap.conclude(f"{len(programs)} programs: no page is writable and executable", faults)


if __name__ == "__main__":
    sys.exit(main())
