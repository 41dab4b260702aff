# SPDX-License-Identifier: BSD-2-Clause
"""A bare Debian in a folder, and commands run inside it.

Mounts are made in a mount namespace of the command's own, so that nothing is left mounted.
"""

import pathlib
import shutil
import subprocess

from quire import apt_sources
from quire.report import Failure

CODENAMES = {"12": "bookworm", "13": "trixie"}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENTER = """
set -e
mount --bind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t sysfs sysfs "$1/sys"
root="$1"
shift
exec chroot "$root" "$@"
"""


def bootstrap(release: str, folder: pathlib.Path) -> None:
    """The smallest Debian that debootstrap makes, plus python3 and git."""
    mirror = apt_sources.mirror()
    if mirror is None:
        raise Failure("this machine's package sources name no Debian mirror to take")
    run(
        ["debootstrap", "--variant=minbase", "--include=python3,git,ca-certificates"]
        + [CODENAMES[release], str(folder), mirror]
    )
    for name in ("/etc/resolv.conf", "/etc/hosts"):
        if pathlib.Path(name).exists():
            shutil.copyfile(name, f"{folder}{name}")
    proxies = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    lines = [line for line in proxies.stdout.splitlines() if "::Proxy" in line]
    (folder / "etc/apt/apt.conf.d/90proxy").write_text("\n".join(lines) + "\n")


def enter(folder: pathlib.Path, command: list[str]) -> list[str]:
    """The command line that runs a command inside the root, from the clone's folder."""
    inside = ["env", "-i", f"PATH={PATH}", "HOME=/root", "TERM=dumb", "LANG=C.UTF-8", *command]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER] + [
        *["sh", str(folder)],
        *inside,
    ]


def run(command: list[str]) -> None:
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode != 0:
        raise Failure(f"{result.stdout[-4000:]}\nthis failed: {' '.join(command)}")
