# SPDX-License-Identifier: BSD-2-Clause
"""Adds a suite to the machine's package sources, from where the machine gets Debian already.

Both formats are understood: `deb http://host/debian bookworm main` in a .list file, and stanzas of
`Types: deb`, `URIs: ...`, `Suites: ...` in a .sources file. Everything but the suite is kept, so
mirrors, snapshots and their options (signing key, validity) work as they do for the machine.
"""

import pathlib
import re
import subprocess
from collections.abc import Callable, Iterator

APT = pathlib.Path("/etc/apt")
ONE_LINE = re.compile(
    r"^\s*deb\s+(?P<options>\[[^]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<rest>.+)$"
)


def one_line_sources(text: str) -> Iterator[re.Match]:
    for line in text.splitlines():
        found = ONE_LINE.match(line.split("#", 1)[0])
        if found:
            yield found


def stanzas(text: str) -> Iterator[dict[str, str]]:
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        enabled = fields.get("Enabled", "yes").lower() not in ("no", "false")
        if enabled and "deb" in fields.get("Types", "").split():
            yield fields


def derive(files: dict[str, str], known_suite: str, suite: str) -> tuple[str, str] | None:
    """The name and text of a source file for `suite`; None if it is there or nothing to go by.

    `files` maps the names of the machine's source files to their texts.
    """
    derived = None
    for name, text in sorted(files.items()):
        if name.endswith(".sources"):
            for fields in stanzas(text):
                if suite in fields.get("Suites", "").split():
                    return None
                if known_suite in fields.get("Suites", "").split():
                    derived = derived or ("sources", stanza_for(fields, suite))
        else:
            for found in one_line_sources(text):
                if found["suite"] == suite:
                    return None
                if found["suite"] == known_suite:
                    options = found["options"] or ""
                    line = f"deb {options}{found['uri']} {suite} {found['rest'].strip()}\n"
                    derived = derived or ("list", line)
    return derived and (f"quire-{suite}.{derived[0]}", derived[1])


def stanza_for(fields: dict[str, str], suite: str) -> str:
    changed = fields | {"Types": "deb", "Suites": suite}
    return "".join(f"{name}: {value}\n" for name, value in changed.items())


def source_files() -> dict[str, str]:
    paths = [APT / "sources.list", *APT.glob("sources.list.d/*")]
    wanted = [path for path in paths if path.suffix in (".list", ".sources") and path.is_file()]
    return {path.name: path.read_text() for path in wanted}


def add_suite(known_suite: str, suite: str, as_root: Callable) -> pathlib.Path | None:
    """Adds a source file for the suite, if none names it yet; the new file's path if it did."""
    derived = derive(source_files(), known_suite, suite)
    if derived is None:
        return None
    path = APT / "sources.list.d" / derived[0]
    as_root(["tee", str(path)], derived[1])
    return path


def offers(package: str, suite: str) -> bool:
    listing = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False
    )
    return f"{suite}/" in listing.stdout


def mirror() -> str | None:
    """Where this machine gets the main archive of its own Debian release."""
    codename = subprocess.run(
        ["sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"'],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    for name, text in sorted(source_files().items()):
        if name.endswith(".sources"):
            for fields in stanzas(text):
                if codename in fields.get("Suites", "").split() and fields.get("URIs"):
                    return fields["URIs"].split()[0]
        else:
            for found in one_line_sources(text):
                if found["suite"] == codename:
                    return found["uri"]
    return None
