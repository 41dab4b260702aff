#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Packs files into a boot archive: cpio in the "newc" format, the same bytes for the same files.

Each file's data begins at a multiple of 4 KiB from the start of the archive, so that a program's
pages can be mapped where they lie. A filler entry called `.pad` in front of a file moves it there.
"""

import argparse
import pathlib
import sys

PAGE = 4096
HEADER_SIZE = 110
REGULAR_FILE = 0o100644
TRAILER = "TRAILER!!!"
FILLER = ".pad"


def align_up(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment


def header_and_name(path: str, size: int, inode: int, mode: int) -> bytes:
    name = path.encode() + b"\0"
    links, time, owner, group = 1, 0, 0, 0
    fields = [inode, mode, owner, group, links, time, size, 0, 0, 0, 0, len(name), 0]
    text = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return text.ljust(align_up(len(text), 4), b"\0")


class Archive:
    def __init__(self) -> None:
        self.bytes = bytearray()
        self.inode = 0

    def append(self, path: str, data: bytes, mode: int = REGULAR_FILE) -> None:
        self.inode += 1
        self.bytes += header_and_name(path, len(data), self.inode, mode)
        self.bytes += data.ljust(align_up(len(data), 4), b"\0")

    def append_aligned(self, path: str, data: bytes) -> None:
        own_header = len(header_and_name(path, len(data), 0, 0))
        if (len(self.bytes) + own_header) % PAGE != 0:
            filler_header = len(header_and_name(FILLER, 0, 0, 0))
            earliest = len(self.bytes) + filler_header + own_header
            self.append(FILLER, bytes(align_up(earliest, PAGE) - earliest))
        self.append(path, data)

    def finish(self) -> bytes:
        self.inode = -1
        self.append(TRAILER, b"", mode=0)
        return bytes(self.bytes)


def pack(files: dict[str, bytes]) -> bytes:
    archive = Archive()
    for path in sorted(files):
        archive.append_aligned(path, files[path])
    return archive.finish()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("entries", nargs="*", metavar="PATH=FILE")
    arguments = parser.parse_args()

    files = {}
    for entry in arguments.entries:
        path, separator, file = entry.partition("=")
        if not separator or path in files:
            parser.error(f"'{entry}' is not PATH=FILE, or names a path twice")
        files[path] = pathlib.Path(file).read_bytes()
    arguments.output.write_bytes(pack(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
