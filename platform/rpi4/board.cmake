# SPDX-License-Identifier: BSD-2-Clause
set(QUIRE_KERNEL_LOAD_ADDRESS 0x200000)
