# SPDX-License-Identifier: BSD-2-Clause
"""Building a preset: quiet when it works, everything the tools said when it does not."""

import subprocess
from collections.abc import Sequence

from quire.boards import ROOT
from quire.report import Failure, say


def run_quietly(command: list[str], what: str) -> None:
    result = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode != 0:
        say(result.stdout.rstrip())
        raise Failure(f"{what} failed: {' '.join(command)}")


def configure(preset: str) -> None:
    if not (ROOT / "build" / preset / "build.ninja").exists():
        run_quietly(["cmake", "--preset", preset], f"configuring {preset}")


def build(preset: str, targets: Sequence[str] = ()) -> None:
    """All of it, or only these targets."""
    configure(preset)
    only = ["--target", *targets] if targets else []
    run_quietly(["cmake", "--build", "--preset", preset, *only], f"building {preset}")
