# SPDX-License-Identifier: BSD-2-Clause
"""What the tools share: boards, QEMU command lines, building, installing, terminals."""
