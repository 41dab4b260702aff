# SPDX-License-Identifier: BSD-2-Clause
set(QUIRE_KERNEL_LOAD_ADDRESS 0x200000)

# QEMU's raspi4b brings no device tree; tools/run gives it this one.
add_device_tree(rpi4-qemu SOURCE ${CMAKE_CURRENT_LIST_DIR}/rpi4-qemu.dts)
