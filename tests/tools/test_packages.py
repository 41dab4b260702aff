# SPDX-License-Identifier: BSD-2-Clause
"""What is required, and what is only wished for."""

import contextlib
import io
import pathlib
import tempfile
import unittest
from unittest import mock

from quire import packages
from quire.report import Failure


class WishTest(unittest.TestCase):
    """On a machine whose QEMU, unless a test says otherwise, has no Raspberry Pi 4."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machines = self.replace(packages.qemu, "machines", {"virt"})
        self.version = self.replace(packages.qemu, "version", "7.2.0")
        self.install = self.replace(packages, "install_missing", None)
        self.install.side_effect = Failure("no way to root")
        note = pathlib.Path(folder.name) / "build" / "note"
        patcher = mock.patch.object(packages, "PI_NOTE", note)
        patcher.start()
        self.addCleanup(patcher.stop)

    def replace(self, where, name: str, value) -> mock.Mock:
        patcher = mock.patch.object(where, name, return_value=value)
        self.addCleanup(patcher.stop)
        return patcher.start()

    @staticmethod
    def wish() -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            packages.wish_for_the_pi()
        return said.getvalue()

    def test_tests_and_gdb_for_one_board_need_no_other(self):
        for requirements in (packages.FOR_TESTING, packages.for_debugging(packages.VIRT)):
            emulators = [wish for wish in requirements if wish.package == "qemu-system-arm"]
            self.assertTrue(emulators)
            self.assertTrue(all(wish.is_there() for wish in emulators))

    def test_a_wish_that_fails_is_a_message(self):
        self.assertIn("no way to root", self.wish())

    def test_a_wish_is_tried_once(self):
        self.wish()
        self.assertEqual(self.wish(), "")
        self.install.assert_called_once()

    def test_another_qemu_is_another_try(self):
        self.wish()
        self.version.return_value = "8.0.0"
        self.wish()
        self.assertEqual(self.install.call_count, 2)

    def test_what_is_there_is_not_wished_for(self):
        self.machines.return_value = {"virt", "raspi4b"}
        self.assertEqual(self.wish(), "")
        self.install.assert_not_called()


class BackportsTest(unittest.TestCase):
    def test_are_looked_for_once(self):
        packages.backports_of_qemu.cache_clear()
        self.addCleanup(packages.backports_of_qemu.cache_clear)
        sources = mock.patch.object(packages.apt_sources, "add_suite", return_value=None)
        offers = mock.patch.object(packages.apt_sources, "offers", return_value=False)
        update = mock.patch.object(packages, "update")
        with sources, offers, update as updates, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(packages.backports_of_qemu(), [])
            self.assertEqual(packages.backports_of_qemu(), [])
        updates.assert_called_once()
