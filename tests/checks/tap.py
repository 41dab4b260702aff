# SPDX-License-Identifier: BSD-2-Clause
"""How a check reports: TAP, one line for each thing that is wrong, or one that all is well."""


def conclude(what: str, faults: list[str]) -> int:
    """Prints the outcome; the exit state for the script."""
    if not faults:
        print(f"1..1\nok 1 - {what}")
        return 0
    for number, fault in enumerate(faults, start=1):
        print(f"not ok {number} - {fault}")
    print(f"1..{len(faults)}")
    return 1
