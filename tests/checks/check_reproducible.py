#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The same sources in another folder give the same image, byte for byte."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import sources
import tap


def build_elsewhere(preset: str, folder: pathlib.Path) -> pathlib.Path:
    for path in sources.tracked():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(sources.ROOT / path, folder / path)
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset]):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return folder / "build" / preset


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    images = sorted(build.glob("*.img"))
    faults = [] if images else ["there is no image to compare"]
    with tempfile.TemporaryDirectory(prefix="another-place-") as folder:
        try:
            other = build_elsewhere(build.name, pathlib.Path(folder))
        except subprocess.CalledProcessError as failure:
            return tap.conclude("", [f"the second build failed:\n{failure.stdout}{failure.stderr}"])
        for image in images:
            again = other / image.name
            if not again.exists() or again.read_bytes() != image.read_bytes():
                faults.append(f"{image.name} differs between two builds of the same sources")
    return tap.conclude(f"{len(images)} images are the same when built elsewhere", faults)


if __name__ == "__main__":
    sys.exit(main())
