// SPDX-License-Identifier: BSD-2-Clause
//
// Firmware calls. Older firmware does not preserve x8 to x17; neither does a function call.

.macro firmware_call name, instruction
.section .text.\name, "ax"
.global \name
.type \name, %function
\name:
        stp     x29, x30, [sp, #-32]!
        mov     x29, sp
        stp     x19, x20, [sp, #16]
        mov     x19, x0
        ldp     x6, x7, [x19, #48]
        ldp     x4, x5, [x19, #32]
        ldp     x2, x3, [x19, #16]
        ldp     x0, x1, [x19]
        \instruction
        stp     x0, x1, [x19]
        stp     x2, x3, [x19, #16]
        stp     x4, x5, [x19, #32]
        stp     x6, x7, [x19, #48]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #32
        ret
.size \name, . - \name
.endm

firmware_call call_hypervisor, "hvc #0"
firmware_call call_secure_monitor, "smc #0"

.section .note.GNU-stack, "", %progbits
