#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The same sources in another folder give the same system image, byte for byte."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import sources
import tap


def build_elsewhere(preset: str, image: str, folder: pathlib.Path) -> pathlib.Path:
    for path in sources.tracked():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(sources.ROOT / path, folder / path)
    build = ["cmake", "--build", "--preset", preset, "--target", f"{image}_image"]
    for command in (["cmake", "--preset", preset], build):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return folder / "build" / preset / f"{image}.img"


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    name = f"quire-{build.name.removesuffix('-release')}"
    with tempfile.TemporaryDirectory(prefix="another-place-") as folder:
        try:
            again = build_elsewhere(build.name, name, pathlib.Path(folder)).read_bytes()
        except subprocess.CalledProcessError as failure:
            return tap.conclude("", [f"the second build failed:\n{failure.stdout}{failure.stderr}"])
    faults = []
    if again != (build / f"{name}.img").read_bytes():
        faults.append(f"{name}.img differs between two builds of the same sources")
    return tap.conclude(f"{name}.img is the same when built elsewhere", faults)


if __name__ == "__main__":
    sys.exit(main())
