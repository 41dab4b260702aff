# SPDX-License-Identifier: BSD-2-Clause
"""Boot archives are aligned and deterministic; images carry a true description of theirs."""

import struct
import unittest
import zlib

import make_archive
import make_image


def entries(archive: bytes) -> list[tuple[str, int, bytes]]:
    """Name, offset of the data, and data of each entry."""
    found, position = [], 0
    while True:
        fields = [int(archive[position + 6 + 8 * i : position + 14 + 8 * i], 16) for i in range(13)]
        size, name_size = fields[6], fields[11]
        name = archive[position + 110 : position + 110 + name_size - 1].decode()
        data = make_archive.align_up(position + 110 + name_size, 4)
        found.append((name, data, archive[data : data + size]))
        if name == "TRAILER!!!":
            return found
        position = make_archive.align_up(data + size, 4)


class ArchiveTest(unittest.TestCase):
    FILES = {
        "boot/kernel": b"k" * 5000,
        "bin/hello": b"h" * 3,
        "boot/init": b"",
        "bin/x": b"x" * 3980,
    }

    def test_data_is_whole_and_page_aligned(self):
        found = entries(make_archive.pack(self.FILES))
        files = {name: data for name, _, data in found if name not in (".pad", "TRAILER!!!")}
        self.assertEqual(files, self.FILES)
        for name, offset, _ in found:
            if name in self.FILES:
                self.assertEqual(offset % 4096, 0, name)

    def test_is_sorted_and_does_not_depend_on_the_order_given(self):
        backwards = dict(reversed(list(self.FILES.items())))
        self.assertEqual(make_archive.pack(self.FILES), make_archive.pack(backwards))
        names = [name for name, _, _ in entries(make_archive.pack(self.FILES))]
        names = [name for name in names if name in self.FILES]
        self.assertEqual(names, sorted(names))

    def test_alignment_holds_for_every_remainder(self):
        for size in range(0, 4200, 13):
            files = {"a": b"a" * size, "b": b"b"}
            offsets = [o for name, o, _ in entries(make_archive.pack(files)) if name in files]
            self.assertTrue(all(offset % 4096 == 0 for offset in offsets), size)


class ImageTest(unittest.TestCase):
    def loader(self, memory_size: int, magic: bytes = b"QuireImg") -> bytes:
        header = bytearray(200)
        struct.pack_into("<Q", header, 16, memory_size)
        header[56:60] = b"ARM\x64"
        header[64:72] = magic
        return bytes(header)

    def test_describes_the_archive(self):
        archive = b"archive" * 1000
        image = make_image.join(self.loader(memory_size=10000), archive)
        offset, size, checksum = struct.unpack_from("<QQQ", image, 72)
        self.assertEqual(offset, 12288)
        self.assertEqual(image[offset : offset + size], archive)
        self.assertEqual(checksum, zlib.crc32(archive))
        self.assertGreaterEqual(struct.unpack_from("<Q", image, 16)[0], len(image))

    def test_refuses_what_is_no_loader(self):
        for loader in (b"", bytes(200), self.loader(0, magic=b"QuireXXX")):
            with self.assertRaises(make_image.BadLoader):
                make_image.join(loader, b"")
