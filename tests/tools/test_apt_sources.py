# SPDX-License-Identifier: BSD-2-Clause
"""The package source of another suite is derived from what the machine has."""

import unittest

from quire.apt_sources import derive

SUITE = "bookworm-backports"


def derived(**files: str) -> tuple[str, str] | None:
    named = {name.replace("_", "."): text for name, text in files.items()}
    return derive(named, "bookworm", SUITE)


class DeriveTest(unittest.TestCase):
    def test_takes_the_mirror_of_a_one_line_source(self):
        self.assertEqual(
            derived(sources_list="deb http://mirror/debian bookworm main\n"),
            (f"quire-{SUITE}.list", f"deb http://mirror/debian {SUITE} main\n"),
        )

    def test_keeps_options_and_snapshot_addresses(self):
        line = "deb [check-valid-until=no] http://snap/debian/20250520T000000Z bookworm main # x\n"
        self.assertEqual(
            derived(sources_list=line)[1],
            f"deb [check-valid-until=no] http://snap/debian/20250520T000000Z {SUITE} main\n",
        )

    def test_keeps_the_fields_of_a_stanza(self):
        text = (
            "Types: deb deb-src\n# a comment\nURIs: http://mirror/debian\n"
            "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /key\n\n"
            "Types: deb\nURIs: http://mirror/security\nSuites: bookworm-security\n"
        )
        self.assertEqual(
            derived(debian_sources=text),
            (
                f"quire-{SUITE}.sources",
                f"Types: deb\nURIs: http://mirror/debian\nSuites: {SUITE}\nComponents: main\n"
                "Signed-By: /key\n",
            ),
        )

    def test_adds_nothing_if_the_suite_is_there(self):
        lines = f"deb http://m/debian bookworm main\ndeb http://m/debian {SUITE} main\n"
        self.assertIsNone(derived(sources_list=lines))
        stanza = f"Types: deb\nURIs: http://m/debian\nSuites: bookworm {SUITE}\nComponents: main\n"
        self.assertIsNone(derived(debian_sources=stanza))

    def test_adds_nothing_from_what_is_switched_off(self):
        self.assertIsNone(derived(sources_list="# deb http://mirror/debian bookworm main\n"))
        stanza = "Enabled: no\nTypes: deb\nURIs: http://m/debian\nSuites: bookworm\n"
        self.assertIsNone(derived(debian_sources=stanza))

    def test_passes_over_stanzas_that_name_no_suite(self):
        text = "Types: deb\nURIs: http://broken/\n\nTypes: deb\nURIs: http://m/debian\n"
        self.assertEqual(
            derived(a_sources=text + "Suites: bookworm\nComponents: main\n")[0],
            f"quire-{SUITE}.sources",
        )

    def test_does_not_mistake_security_for_the_archive(self):
        self.assertIsNone(derived(sources_list="deb http://m/security bookworm-security main\n"))
