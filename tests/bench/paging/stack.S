// SPDX-License-Identifier: BSD-2-Clause
//
// write_stack(pages): goes down the stack as a program does that calls deeper and deeper: takes a
// page, writes to it. What the loop cost, between two marks.

.text
.global write_stack
write_stack:
    mov     x9, sp
    mrs     x10, pmevcntr0_el0
1:  sub     sp, sp, #4096
    str     xzr, [sp]
    subs    x0, x0, #1
    b.ne    1b
    mrs     x11, pmevcntr0_el0
    mov     sp, x9
    sub     w0, w11, w10
    sub     w0, w0, #1                  // the first mark itself
    ret
