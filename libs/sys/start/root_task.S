/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first instructions of the root task: the kernel gives it the boot information in x0 and no
 * stack. */

.section .text._start, "ax"
.global _start
_start:
    adrp    x1, root_stack_top
    add     sp, x1, :lo12:root_stack_top
    mov     x29, xzr                /* a backtrace ends here */
    mov     x30, xzr
    bl      start_root_task         /* does not return */
    brk     #0

.section .bss.root_stack, "aw", @nobits
.balign 4096
    .skip   64 * 1024
root_stack_top:
