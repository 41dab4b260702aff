#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures a release build, and says for each row whether it is as good as the recorded one."""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from quire import boards, measuring, performance, qemu  # noqa: E402
from quire.report import Failure  # noqa: E402

RECORDED = pathlib.Path(__file__).with_name("recorded.json")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("board")
    parser.add_argument("build", type=pathlib.Path)
    arguments = parser.parse_args()
    board = boards.board(arguments.board)
    reason = qemu.missing_reason(board)
    if reason is not None:
        print(f"1..1\nok 1 - everything on {board.name} # SKIP {reason}")
        return 0
    name = next(short for short, known in boards.BOARDS.items() if known is board)
    try:
        recorded = performance.read_recorded(RECORDED).get(name, [])
        parts = performance.parts_of(recorded) or performance.PARTS
        rows = measuring.measure(board, arguments.build.resolve(), parts)
    except Failure as failure:
        print(f"Bail out! {failure}")
        return 1
    verdicts = performance.judge(rows, recorded)
    for number, verdict in enumerate(verdicts, start=1):
        print(f"{'ok' if verdict.good else 'not ok'} {number} - {verdict.text}")
    print(f"1..{len(verdicts)}")
    return 0 if all(verdict.good for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
