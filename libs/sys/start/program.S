/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first instructions of a program whose creator gave it a stack: x0 is its IPC buffer, x1 what
 * its creator has to tell it. */

.section .text._start, "ax"
.global _start
_start:
    mov     x29, xzr                /* a backtrace ends here */
    mov     x30, xzr
    bl      start_program           /* does not return */
    brk     #0
