/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fork(): calls request_fork() with everything on the stack that a function has to preserve and a
 * thread's registers, as init can copy them, do not include. The child finds it on its own stack.
 * What the function is given and returns stays in the registers where it is. */

.arch_extension fp

.section .text.client_fork, "ax"
.global client_fork
client_fork:
    stp     x29, x30, [sp, #-96]!
    mov     x29, sp
    stp     d8, d9, [sp, #16]
    stp     d10, d11, [sp, #32]
    stp     d12, d13, [sp, #48]
    stp     d14, d15, [sp, #64]
    mrs     x9, fpcr                /* how results are rounded */
    str     x9, [sp, #80]
    bl      client_request_fork
    ldr     x9, [sp, #80]
    msr     fpcr, x9
    ldp     d14, d15, [sp, #64]
    ldp     d12, d13, [sp, #48]
    ldp     d10, d11, [sp, #32]
    ldp     d8, d9, [sp, #16]
    ldp     x29, x30, [sp], #96
    ret
