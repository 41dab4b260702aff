# SPDX-License-Identifier: BSD-2-Clause
"""What must be installed to build, run and test Quire, and how Debian is asked for it."""

import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable

from quire import apt_sources, qemu
from quire.boards import ROOT, RPI4, VIRT, Board
from quire.report import Failure, say


@dataclasses.dataclass(frozen=True)
class Requirement:
    package: str
    is_there: Callable[[], bool]


def program(package: str, name: str | None = None) -> Requirement:
    return Requirement(package, lambda: shutil.which(name or package) is not None)


def file(package: str, *paths: str) -> Requirement:
    return Requirement(package, lambda: any(pathlib.Path(path).exists() for path in paths))


def emulator(board: Board) -> Requirement:
    return Requirement("qemu-system-arm", lambda: board.machine in qemu.machines())


LLVM = "/usr/lib/llvm-19"

FOR_BUILDING = [
    program("cmake"),
    program("ninja-build", "ninja"),
    program("clang-19"),
    program("lld-19", "ld.lld-19"),
    program("llvm-19", "llvm-objcopy-19"),
    program("device-tree-compiler", "dtc"),
    file("libc++-19-dev", f"{LLVM}/include/c++/v1/expected"),
    file("picolibc-aarch64-linux-gnu", "/usr/lib/picolibc/aarch64-linux-gnu/lib/libc.a"),
]
FOR_RUNNING = FOR_BUILDING + [emulator(VIRT)]
FOR_THE_PI = FOR_BUILDING + [emulator(RPI4)]
FOR_TESTING = FOR_RUNNING + [
    program("clang-format-19"),
    program("clang-tidy-22"),
    file("libclang-rt-19-dev", f"{LLVM}/lib/clang/19/lib/linux"),
    file("libgtest-dev", "/usr/include/gtest/gtest.h"),
]
DEBUGGER = [program("gdb-multiarch")]

# Of Debian 12's backports exactly these packages, not what they depend on: taking that too would
# replace libelf1 and leave gdb-multiarch uninstallable.
QEMU_PACKAGES = ["qemu-system-arm", "qemu-system-common", "qemu-system-data"]
BACKPORTS = "bookworm-backports"

# With which QEMU, that has no Raspberry Pi 4, we have tried in vain to get another.
PI_NOTE = ROOT / "build" / "qemu-without-raspi4b"


def missing(requirements: list[Requirement]) -> list[str]:
    return list(dict.fromkeys(wish.package for wish in requirements if not wish.is_there()))


def install_missing(requirements: list[Requirement]) -> None:
    wanted = missing(requirements)
    if not wanted:
        return
    release = debian_release()
    if release not in ("12", "13"):
        raise Failure(
            "This machine is neither Debian 12 nor Debian 13. Please install what these Debian"
            f" packages hold, then start again: {' '.join(wanted)}"
            "\n(LLVM as these names say, QEMU in version 9.0 or later)"
        )
    say(f"Installing: {' '.join(wanted)}")
    from_backports = []
    if release == "12" and "qemu-system-arm" in wanted:
        from_backports = backports_of_qemu()
        if from_backports:
            wanted.remove("qemu-system-arm")
    else:
        update()
    apt_get("install", "--yes", "--no-install-recommends", *wanted, *from_backports)
    qemu.machines.cache_clear()
    qemu.version.cache_clear()
    still = [package for package in missing(requirements) if package != "qemu-system-arm"]
    if still:
        raise Failure(f"These packages were installed but lack what is needed: {' '.join(still)}")


def wish_for_the_pi() -> None:
    """Tries, once, to get an emulator of the Raspberry Pi 4. Without it the rest still works."""
    if emulator(RPI4).is_there():
        return
    if PI_NOTE.exists() and PI_NOTE.read_text() == qemu.version():
        return
    try:
        install_missing([emulator(RPI4)])
    except Failure as failure:
        say(f"This is needed for the Raspberry Pi 4 only, so we go on without it:\n{failure}")
    if not emulator(RPI4).is_there():
        PI_NOTE.parent.mkdir(exist_ok=True)
        PI_NOTE.write_text(qemu.version())


def debian_release() -> str | None:
    try:
        lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return None
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    if fields.get("ID", "").strip('"') != "debian":
        return None
    return fields.get("VERSION_ID", "").strip('"')


@functools.cache
def backports_of_qemu() -> list[str]:
    """Debian 12's own QEMU knows no Raspberry Pi 4; its backports do. Falls back to its own."""
    added = apt_sources.add_suite("bookworm", BACKPORTS, as_root)
    try:
        update()
        if apt_sources.offers(QEMU_PACKAGES[0], BACKPORTS):
            return [f"{package}/{BACKPORTS}" for package in QEMU_PACKAGES]
    except Failure:
        if added is None:
            raise
    if added is not None:
        as_root(["rm", str(added)])
        update()
    say(
        f"The package source of this machine offers no {BACKPORTS}: taking Debian 12's own QEMU,"
        " which can emulate the virt board but no Raspberry Pi 4."
    )
    return []


def update() -> None:
    apt_get("update")


def apt_get(*arguments: str) -> None:
    as_root(
        ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
        + ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0", *arguments]
    )


def as_root(command: list[str], text: str | None = None) -> None:
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise Failure(
                "Installing needs root, and there is no sudo here. As root: " + " ".join(command)
            )
        command = ["sudo", *command]
    result = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        say(result.stdout.rstrip())
        raise Failure(f"this failed: {' '.join(command)}")


def for_board(board: Board) -> list[Requirement]:
    return FOR_RUNNING if board is VIRT else FOR_THE_PI


def for_debugging(board: Board) -> list[Requirement]:
    return for_board(board) + DEBUGGER
