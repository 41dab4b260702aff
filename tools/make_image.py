#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Joins the loader and a boot archive into one bootable image.

The loader begins with the 64-byte arm64 Image header, whose image_size its linker script fills with
the loader's size in memory; behind it lies the payload descriptor, four little-endian words:

    0x40  magic "QuireImg"
    0x48  offset of the archive from the start of the image, a multiple of 4 KiB
    0x50  size of the archive in bytes
    0x58  CRC-32 of the archive (that of zlib)
"""

import argparse
import pathlib
import struct
import sys
import zlib

PAGE = 4096
IMAGE_SIZE_OFFSET = 16
ARM64_MAGIC_OFFSET = 56
ARM64_MAGIC = b"ARM\x64"
DESCRIPTOR_OFFSET = 64
DESCRIPTOR_MAGIC = b"QuireImg"
DESCRIPTOR = struct.Struct("<8sQQQ")


class BadLoader(Exception):
    pass


def align_up(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment


def join(loader: bytes, archive: bytes) -> bytes:
    if len(loader) < DESCRIPTOR_OFFSET + DESCRIPTOR.size:
        raise BadLoader("the loader is shorter than its own header")
    if loader[ARM64_MAGIC_OFFSET : ARM64_MAGIC_OFFSET + 4] != ARM64_MAGIC:
        raise BadLoader("the loader does not begin with an arm64 Image header")
    magic = DESCRIPTOR.unpack_from(loader, DESCRIPTOR_OFFSET)[0]
    if magic != DESCRIPTOR_MAGIC:
        raise BadLoader("the loader has no payload descriptor behind its header")

    # Not right behind the file: the loader's zeroed memory (.bss) must not overlap the archive.
    (memory_size,) = struct.unpack_from("<Q", loader, IMAGE_SIZE_OFFSET)
    offset = align_up(max(len(loader), memory_size), PAGE)
    image = bytearray(loader.ljust(offset, b"\0") + archive)
    struct.pack_into("<Q", image, IMAGE_SIZE_OFFSET, align_up(len(image), PAGE))
    DESCRIPTOR.pack_into(
        image, DESCRIPTOR_OFFSET, DESCRIPTOR_MAGIC, offset, len(archive), zlib.crc32(archive)
    )
    return bytes(image)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loader", required=True, type=pathlib.Path)
    parser.add_argument("--archive", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        image = join(arguments.loader.read_bytes(), arguments.archive.read_bytes())
    except BadLoader as reason:
        print(f"{arguments.loader}: {reason}", file=sys.stderr)
        return 1
    arguments.output.write_bytes(image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
