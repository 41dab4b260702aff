#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""clang-tidy, as .clang-tidy says, over every C++ file that a build compiles."""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import sources
import tap


# Precompiled headers would hide that a file does not include what it uses, and there is more in
# them to look at than in what it does include.
PRECOMPILED = re.compile(r"-Winvalid-pch .*cmake_pch\.hxx ")


def database(build: pathlib.Path) -> tuple[pathlib.Path, list[dict]]:
    """How the build compiles each file, as clang-tidy wants to know it, and the folder it is in."""
    commands = json.loads((build / "compile_commands.json").read_text())
    for command in commands:
        command["command"] = PRECOMPILED.sub("", command["command"])
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    return folder, commands


def compiled_files(build: pathlib.Path, commands: list[dict]) -> list[pathlib.Path]:
    files = {pathlib.Path(command["file"]) for command in commands}
    own = {path for path in files if path.suffix == ".cpp" and build not in path.parents}
    return sorted(own)


def tidy(folder: pathlib.Path, path: pathlib.Path) -> str:
    command = ["clang-tidy-22", "--quiet", "-p", str(folder), str(path)]
    result = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode != 0 else ""


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    folder, commands = database(build)
    chosen = [path.resolve() for path in map(pathlib.Path, sys.argv[2:])]
    chosen = chosen or compiled_files(build, commands)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = list(pool.map(lambda path: tidy(folder, path), chosen))
    # A header's complaint appears with each file that includes it: once is enough.
    seen: dict[str, None] = {}
    for line in "\n".join(complaints).splitlines():
        if ": error: " in line or ": warning: " in line:
            seen[line.replace(f"{sources.ROOT}/", "")] = None
    faults = list(seen)
    if any(complaints) and not faults:
        faults = [complaint for complaint in complaints if complaint]
    return tap.conclude(f"clang-tidy has no complaint about {len(chosen)} files", faults)


if __name__ == "__main__":
    sys.exit(main())
