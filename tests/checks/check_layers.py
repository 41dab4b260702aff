#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Includes point down only, and never in a circle."""

import pathlib
import re
import sys

import sources
import tap

# Each layer, and what it may include besides itself and the standard library. `arch` and `board`
# are what kernel/arch/<architecture> and platform/<board> supply under those names; `startup` is
# servers/*/startup.hpp, what init hands to a server when it starts it.
LAYERS = {
    "base": [],
    "api": ["base"],
    "formats": ["base"],
    "drivers": ["base"],
    "heap": ["base"],
    "ipc": ["base", "api"],
    "platform": ["base", "drivers"],
    "loader": ["base", "api", "formats", "drivers", "platform", "board"],
    "kernel": ["base", "api", "formats", "drivers", "platform", "arch", "board"],
    "sys": ["base", "api", "ipc"],
    "client": ["base", "api", "ipc", "sys", "heap"],
    "startup": ["base", "api"],
    "init": ["base", "api", "formats", "drivers", "ipc", "sys", "client", "startup", "board"],
    "console": ["base", "api", "drivers", "ipc", "sys", "client", "startup"],
    "pager": ["base", "api", "formats", "ipc", "sys", "startup"],
    "shell": ["base", "api", "ipc", "sys", "heap", "client"],
    "programs": ["base", "api", "drivers", "ipc", "sys", "heap", "client"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)

# Where `#include <first/...>` is looked for, in the order of the compiler's include roots.
ROOTS = [
    pathlib.Path("."),
    pathlib.Path("libs"),
    pathlib.Path("servers"),
    pathlib.Path("tests/support"),
    pathlib.Path("kernel/arch/include"),
    *(pathlib.Path("kernel/arch") / name / "include" for name in ("aarch64", "host")),
    *(pathlib.Path("platform") / name for name in ("qemu-virt", "rpi4", "host")),
]


def layer_of(path: pathlib.Path) -> str | None:
    parts = path.parts
    if path.name == "startup.hpp":
        return "startup"
    if parts[0] in ("libs", "servers"):
        return parts[1]
    if parts[0] == "platform":
        return "loader" if parts[1] == "loader" else "platform"
    if parts[0] == "kernel":
        return "kernel"
    return None  # tests may include everything


def layer_of_include(name: str) -> str | None:
    first, _, rest = name.partition("/")
    if name == "board.hpp":
        return "board"
    if rest == "startup.hpp":
        return "startup"
    if first == "platform" and rest.startswith("loader/"):
        return "loader"
    return first if first in LAYERS or first == "arch" else None


def resolve(name: str, includer: pathlib.Path, files: set[pathlib.Path]) -> list[pathlib.Path]:
    candidates = [includer.parent / name, *(root / name for root in ROOTS)]
    return [path for path in candidates if path in files]


def upward_includes(includes: dict[pathlib.Path, list[str]]) -> list[str]:
    faults = []
    for path, names in includes.items():
        layer = layer_of(path)
        if layer is None:
            continue
        if layer not in LAYERS:
            faults.append(f"{path}: the layer '{layer}' is not in the table of check_layers.py")
            continue
        for name in names:
            target = layer_of_include(name)
            if target not in (None, layer, *LAYERS[layer]):
                faults.append(f"{path}: '{layer}' must not include <{name}>")
    return faults


def circles(graph: dict[pathlib.Path, list[pathlib.Path]]) -> list[str]:
    """Depth-first search; a file met again while it is still being followed closes a circle."""
    faults, finished, following = [], set(), []

    def follow(path: pathlib.Path) -> None:
        if path in following:
            circle = following[following.index(path) :] + [path]
            faults.append("includes in a circle: " + " -> ".join(map(str, circle)))
            return
        if path in finished:
            return
        following.append(path)
        for target in graph[path]:
            follow(target)
        following.pop()
        finished.add(path)

    for path in graph:
        follow(path)
    return faults


def main() -> int:
    paths = sources.cxx_files()
    files = set(paths)
    includes = {
        path: INCLUDE.findall((sources.ROOT / path).read_text(encoding="utf-8")) for path in paths
    }
    graph = {
        path: [target for name in names for target in resolve(name, path, files)]
        for path, names in includes.items()
    }
    faults = upward_includes(includes) + circles(graph)
    return tap.conclude("includes point down only, and never in a circle", faults)


if __name__ == "__main__":
    sys.exit(main())
