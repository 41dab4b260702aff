# SPDX-License-Identifier: BSD-2-Clause
"""The project's own files: what git tracks or would track."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CXX = {".cpp", ".hpp"}


def tracked() -> list[pathlib.Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (pathlib.Path(name) for name in sorted(set(listing.split("\0"))) if name)
    return [path for path in paths if (ROOT / path).is_file()]


def cxx_files() -> list[pathlib.Path]:
    return [path for path in tracked() if path.suffix in CXX]
