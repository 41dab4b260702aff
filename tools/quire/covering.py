# SPDX-License-Identifier: BSD-2-Clause
"""Runs the tests that reach the kernel, and asks the tools which lines that were."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

from quire import build, coverage
from quire.boards import BOARDS, ROOT
from quire.coverage import Lines
from quire.report import Failure, say

FOLDER = ROOT / "build/coverage"
HOST_TESTS = "^(unit|fuzz)/kernel_"
MODEL_STEPS = 100_000
FUZZ_RUNS = 1_000

# Where the kernel is linked; what runs elsewhere is not the kernel.
LINKED = (0xFFFF_FFFF_C000_0000, 0xFFFF_FFFF_C01F_FFFF)
INSTRUCTION = 4


@dataclasses.dataclass(frozen=True)
class Suite:
    """A suite of ctest, and the kernel that it boots."""

    name: str
    kernel: str


SUITES = {
    "virt": [
        Suite("system/kernel_system_test", "kernel_checked"),
        Suite("system/kernel_system_test_gic3", "kernel_checked"),
        Suite("system/kernel_domains_test", "kernel_domains"),
        Suite("system/kernel_fuzz", "kernel_sampled"),
        Suite("e2e/boot_foreign", "kernel"),
        Suite("e2e/boot_refusals", "kernel"),
        Suite("e2e/boot_variants", "kernel"),
        Suite("e2e/shell_commands", "kernel"),
    ],
    "rpi4": [
        Suite("system/kernel_system_test", "kernel_checked"),
        Suite("e2e/boot_variants", "kernel"),
    ],
}


def run(command: list[str | pathlib.Path], what: str, **environment: str) -> str:
    """What the command printed."""
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        say((result.stdout + result.stderr).rstrip()[-4000:])
        raise Failure(f"{what} failed: {command[0]}")
    return result.stdout


def empty_folder(name: str) -> pathlib.Path:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def host_tests() -> list[dict]:
    command = ["ctest", "--test-dir", FOLDER, "-R", HOST_TESTS, "--show-only=json-v1"]
    return json.loads(run(command, "listing the host's tests"))["tests"]


def host_lines() -> Lines:
    """Of the kernel's unit tests, and of its models and fuzz test with fewer steps than in CI."""
    build.configure("coverage")
    targets = [test["name"].partition("/")[2] for test in host_tests()]
    run(["cmake", "--build", FOLDER, "--target", *targets], "building the host's tests")
    commands = [test["command"] for test in host_tests()]  # of what is built, ctest knows where
    programs = [pathlib.Path(command[0]) for command in commands]

    profiles = empty_folder("profiles")
    for command in commands:
        say(f"host {pathlib.Path(command[0]).name} ...")
        few = [f"-runs={FUZZ_RUNS}"] if "-seed=1" in command else []
        run(
            [*command, *few],
            "testing on the host",
            LLVM_PROFILE_FILE=str(profiles / "%p%c.profraw"),
            QUIRE_MODEL_STEPS=str(MODEL_STEPS),
        )
    merged = profiles / "merged.profdata"
    run(["llvm-profdata-19", "merge", "-o", merged, *profiles.glob("*.profraw")], "merging")
    objects = [part for program in programs[1:] for part in ("-object", program)]
    command = ["llvm-cov-19", "export", "-format=lcov", "-instr-profile", merged, programs[0]]
    export = run([*command, *objects], "reading the counts")
    return coverage.parse_host(demangled(export), ROOT)


def demangled(text: str) -> str:
    result = subprocess.run(
        ["llvm-cxxfilt-19"], input=text, capture_output=True, text=True, check=True
    )
    return result.stdout


def board_lines(short: str) -> Lines:
    """Of the suites that boot on this board, in its debug build."""
    board = BOARDS[short]
    build.build(board.preset(release=False))
    reached: dict[str, set[int]] = {}
    for suite in SUITES[short]:
        say(f"{board.name} {suite.name} ...")
        reached.setdefault(suite.kernel, set()).update(addresses(board, suite))
    lines = Lines()
    for kernel, executed in reached.items():
        elf = board.build_folder(release=False) / "elf" / f"{kernel}.elf"
        lines.add(coverage.parse_board(symbols(elf), executed, ROOT))
    return lines


def addresses(board, suite: Suite) -> set[int]:
    """Where the suite's machines executed the kernel. QEMU logs each block it translates."""
    logs = empty_folder(f"{board.name}-{suite.name.replace('/', '-')}")
    options = f"-d in_asm -D {logs}/%d.log -dfilter {LINKED[0]:#x}..{LINKED[1]:#x}"
    folder = board.build_folder(release=False)
    run(
        ["ctest", "--test-dir", folder, "-R", f"^{suite.name}$", "--output-on-failure"],
        f"{board.name} {suite.name}",
        QUIRE_QEMU_OPTIONS=options,
    )
    found: set[int] = set()
    for log in logs.iterdir():
        found |= coverage.executed(log.read_text(encoding="utf-8", errors="replace"))
        log.unlink()
    if not found:
        raise Failure(f"QEMU logged nothing of {suite.name}")
    return found


def symbols(elf: pathlib.Path) -> str:
    """What code each instruction of the kernel belongs to."""
    begin, end = LINKED[0], address_of(elf, "ki_text_end")
    numbers = "\n".join(hex(address) for address in range(begin, end, INSTRUCTION))
    result = subprocess.run(
        ["llvm-symbolizer-19", "--output-style=JSON", "--relativenames", "-e", elf],
        input=numbers,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def address_of(elf: pathlib.Path, symbol: str) -> int:
    for row in run(["llvm-nm-19", "--format=posix", elf], "reading symbols").splitlines():
        name, _, address, *_ = row.split()
        if name == symbol:
            return int(address, 16)
    raise Failure(f"{elf} has no {symbol}")
