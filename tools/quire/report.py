# SPDX-License-Identifier: BSD-2-Clause
"""How the tools speak: one plain sentence, and a clean end when something is wrong."""

import sys


class Failure(Exception):
    """Ends a tool with its text as the one-line reason."""


def say(text: str) -> None:
    print(text, flush=True)


def ends_plainly(tool) -> None:
    """Runs a tool's main function; a Failure or Ctrl-C becomes a sentence and an exit state."""
    try:
        sys.exit(tool())
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
