# SPDX-License-Identifier: BSD-2-Clause
"""Takes an image apart and puts it together again with something wrong in it."""

import pathlib
import struct
import zlib
from collections.abc import Callable

import session  # noqa: F401  (finds the tools)
from make_archive import FILLER, TRAILER, align_up, pack
from make_image import DESCRIPTOR, DESCRIPTOR_OFFSET, PAGE

NAME_OFFSET = 110


class Image:
    """A bootable image: its loader, and the files of its archive."""

    def __init__(self, path: pathlib.Path) -> None:
        self.bytes = bytearray(path.read_bytes())
        _, self.archive_offset, self.archive_size, _ = DESCRIPTOR.unpack_from(
            self.bytes, DESCRIPTOR_OFFSET
        )

    @property
    def archive(self) -> bytes:
        return bytes(self.bytes[self.archive_offset :][: self.archive_size])

    def files(self) -> dict[str, bytes]:
        archive, position, found = self.archive, 0, {}
        while True:
            field = lambda index: int(archive[position + 6 + 8 * index :][:8], 16)  # noqa: E731
            size, name_size = field(6), field(11)
            name = archive[position + NAME_OFFSET :][: name_size - 1].decode()
            data = align_up(position + NAME_OFFSET + name_size, 4)
            if name == TRAILER:
                return found
            if name != FILLER:
                found[name] = archive[data : data + size]
            position = align_up(data + size, 4)

    def with_archive(self, archive: bytes, checksum: int | None = None) -> bytes:
        """The image with another archive, truly described unless a wrong checksum is given."""
        image = self.bytes[: self.archive_offset] + archive
        if checksum is None:
            checksum = zlib.crc32(archive)
        magic = DESCRIPTOR.unpack_from(image, DESCRIPTOR_OFFSET)[0]
        DESCRIPTOR.pack_into(
            image, DESCRIPTOR_OFFSET, magic, self.archive_offset, len(archive), checksum
        )
        return bytes(image)

    def said_to_be_elsewhere(self, distance: int) -> bytes:
        """The image, whose archive is where it was, and is looked for a little further on."""
        image = bytearray(self.bytes)
        magic, offset, size, checksum = DESCRIPTOR.unpack_from(image, DESCRIPTOR_OFFSET)
        DESCRIPTOR.pack_into(
            image, DESCRIPTOR_OFFSET, magic, offset + distance, size - distance, checksum
        )
        return bytes(image)

    def with_files(self, change: Callable[[dict[str, bytes]], None]) -> bytes:
        files = self.files()
        change(files)
        return self.with_archive(pack(files))


class Elf:
    """The fields of an ELF file that a test wants to be wrong."""

    PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
    FIELDS = (
        *("kind", "flags", "offset", "address"),
        *("physical", "file_size", "memory_size", "align"),
    )
    LOAD = 1
    SECTION = struct.Struct("<IIQQQQIIQQ")
    SYMBOL = struct.Struct("<IBBHQQ")

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self.table = struct.unpack_from("<Q", self.data, 0x20)[0]
        self.count = struct.unpack_from("<H", self.data, 0x38)[0]

    def set_machine(self, machine: int) -> "Elf":
        struct.pack_into("<H", self.data, 0x12, machine)
        return self

    def set_entry(self, address: int) -> "Elf":
        struct.pack_into("<Q", self.data, 0x18, address)
        return self

    def change_segment(self, index: int, **fields: int) -> "Elf":
        """Sets some FIELDS of the index-th loadable segment."""
        loads = [row for row in range(self.count) if self._row(row)[0] == self.LOAD]
        where = self.table + loads[index] * self.PROGRAM_HEADER.size
        values = dict(zip(self.FIELDS, self._row(loads[index]))) | fields
        self.PROGRAM_HEADER.pack_into(self.data, where, *(values[name] for name in self.FIELDS))
        return self

    def symbol(self, name: str) -> int:
        """Its address; of a file that still has a table of symbols."""
        for kind, offset, size, link in self._sections():
            for position in range(offset, offset + size, self.SYMBOL.size) if kind == 2 else ():
                name_at, _, _, _, address, _ = self.SYMBOL.unpack_from(self.data, position)
                begin = self._sections()[link][1] + name_at
                if self.data[begin : self.data.index(0, begin)].decode() == name:
                    return address
        raise KeyError(name)

    def code(self, address: int) -> int:
        """Where in the file the byte of this address is."""
        for index in range(self.count):
            row = dict(zip(self.FIELDS, self._row(index)))
            if row["kind"] == self.LOAD and 0 <= address - row["address"] < row["file_size"]:
                return row["offset"] + address - row["address"]
        raise KeyError(hex(address))

    def _sections(self) -> list[tuple[int, int, int, int]]:
        """Of each section its kind, offset, size and the section that belongs to it."""
        table = struct.unpack_from("<Q", self.data, 0x28)[0]
        count = struct.unpack_from("<H", self.data, 0x3C)[0]
        rows = (self.SECTION.unpack_from(self.data, table + 64 * row) for row in range(count))
        return [(kind, offset, size, link) for _, kind, _, _, offset, size, link, *_ in rows]

    def segment(self, index: int) -> dict[str, int]:
        loads = [row for row in map(self._row, range(self.count)) if row[0] == self.LOAD]
        return dict(zip(self.FIELDS, loads[index]))

    def pages(self) -> tuple[int, int]:
        """The first address of its memory and the end of it, as whole pages."""
        rows = [dict(zip(self.FIELDS, self._row(row))) for row in range(self.count)]
        loads = [row for row in rows if row["kind"] == self.LOAD]
        end = max(row["address"] + row["memory_size"] for row in loads)
        return min(row["address"] for row in loads) & -PAGE, align_up(end, PAGE)

    def _row(self, index: int) -> tuple[int, ...]:
        where = self.table + index * self.PROGRAM_HEADER.size
        return self.PROGRAM_HEADER.unpack_from(self.data, where)

    def encoded(self) -> bytes:
        return bytes(self.data)


def springboard(entry: int, device_tree: int) -> bytes:
    """Code that jumps to `entry` with x0 = `device_tree`: QEMU itself never passes a bad one."""
    load_x0, load_x1, branch_x1, nothing = 0x58000080, 0x580000A1, 0xD61F0020, 0xD503201F
    return struct.pack("<4I2Q", load_x0, load_x1, branch_x1, nothing, device_tree, entry)
