// SPDX-License-Identifier: BSD-2-Clause
//
// The ways into the kernel and out of it.
//
// While a program runs, SP_EL1 points to the UserContext of its thread, so entry needs no other
// register to save the first one. In the kernel SP_EL1 is the kernel's one stack, which is empty
// at every entry and exit: the kernel never blocks.

#include "offsets.h"

.section .text.vectors, "ax"

.macro vector name
        .balign 128
        b       \name
.endm

// What must not happen: registers go to a frame on a stack of its own, since the kernel's may be
// what went wrong. TPIDR(RO)_EL0 are scratch, as nothing will run any more.
.macro fatal_vector number
        .balign 128
        msr     tpidrro_el0, x0
        mov     x0, sp
        msr     tpidr_el0, x0
        mov     x0, #\number
        b       fatal
.endm

.balign 2048
.global exception_vectors
exception_vectors:
        // from EL1 on SP_EL0, which is never used
        fatal_vector 0
        fatal_vector 1
        fatal_vector 2
        fatal_vector 3
        // from EL1
        fatal_vector 4
        fatal_vector 5
        fatal_vector 6
        fatal_vector 7
        // from EL0
        vector  user_synchronous
        vector  user_interrupt
        fatal_vector 10
        fatal_vector 11
        // from EL0 in AArch32, which is never used
        fatal_vector 12
        fatal_vector 13
        fatal_vector 14
        fatal_vector 15

// `instruction_size`: how far the saved address lies behind what the thread tried to do.
.macro enter handler, instruction_size
        stp     x0, x1, [sp, #CONTEXT_X + 16 * 0]
        stp     x2, x3, [sp, #CONTEXT_X + 16 * 1]
        stp     x4, x5, [sp, #CONTEXT_X + 16 * 2]
        stp     x6, x7, [sp, #CONTEXT_X + 16 * 3]
        stp     x8, x9, [sp, #CONTEXT_X + 16 * 4]
        stp     x10, x11, [sp, #CONTEXT_X + 16 * 5]
        stp     x12, x13, [sp, #CONTEXT_X + 16 * 6]
        stp     x14, x15, [sp, #CONTEXT_X + 16 * 7]
        stp     x16, x17, [sp, #CONTEXT_X + 16 * 8]
        stp     x18, x19, [sp, #CONTEXT_X + 16 * 9]
        stp     x20, x21, [sp, #CONTEXT_X + 16 * 10]
        stp     x22, x23, [sp, #CONTEXT_X + 16 * 11]
        stp     x24, x25, [sp, #CONTEXT_X + 16 * 12]
        stp     x26, x27, [sp, #CONTEXT_X + 16 * 13]
        stp     x28, x29, [sp, #CONTEXT_X + 16 * 14]
        mrs     x0, sp_el0
        stp     x30, x0, [sp, #CONTEXT_X + 16 * 15]
        mrs     x1, elr_el1
        mrs     x2, spsr_el1
        stp     x1, x2, [sp, #CONTEXT_NEXT_IP]
        mrs     x3, tpidr_el0           // its sister is read-only there
        sub     x4, x1, #\instruction_size
        stp     x4, x3, [sp, #CONTEXT_FAULT_IP]

        ldr     x5, =kernel_stack_top
        mov     sp, x5
        mov     x29, xzr                // backtraces end here
        mrs     x20, tpidr_el1          // the KernelState
        bl      \handler
        b       resume
.endm

.type user_synchronous, %function
user_synchronous:
        enter   handle_user_synchronous, 4
.size user_synchronous, . - user_synchronous

.type user_interrupt, %function
user_interrupt:
        enter   handle_user_interrupt, 0
.size user_interrupt, . - user_interrupt

// [[noreturn]] void resume(UserContext&)
.global resume
.type resume, %function
resume:
        mov     sp, x0
        ldp     x3, x4, [sp, #CONTEXT_TPIDR_EL0]
        msr     tpidr_el0, x3
        msr     tpidrro_el0, x4
        ldp     x1, x2, [sp, #CONTEXT_NEXT_IP]
        msr     elr_el1, x1
        msr     spsr_el1, x2
        ldp     x30, x0, [sp, #CONTEXT_X + 16 * 15]
        msr     sp_el0, x0
        ldp     x28, x29, [sp, #CONTEXT_X + 16 * 14]
        ldp     x26, x27, [sp, #CONTEXT_X + 16 * 13]
        ldp     x24, x25, [sp, #CONTEXT_X + 16 * 12]
        ldp     x22, x23, [sp, #CONTEXT_X + 16 * 11]
        ldp     x20, x21, [sp, #CONTEXT_X + 16 * 10]
        ldp     x18, x19, [sp, #CONTEXT_X + 16 * 9]
        ldp     x16, x17, [sp, #CONTEXT_X + 16 * 8]
        ldp     x14, x15, [sp, #CONTEXT_X + 16 * 7]
        ldp     x12, x13, [sp, #CONTEXT_X + 16 * 6]
        ldp     x10, x11, [sp, #CONTEXT_X + 16 * 5]
        ldp     x8, x9, [sp, #CONTEXT_X + 16 * 4]
        ldp     x6, x7, [sp, #CONTEXT_X + 16 * 3]
        ldp     x4, x5, [sp, #CONTEXT_X + 16 * 2]
        ldp     x2, x3, [sp, #CONTEXT_X + 16 * 1]
        ldp     x0, x1, [sp, #CONTEXT_X + 16 * 0]
        eret
        // Nothing behind the return is executed speculatively.
        dsb     nsh
        isb
.size resume, . - resume

.type fatal, %function
fatal:
        msr     sp_el0, x1
        ldr     x1, =panic_stack_top
        mov     sp, x1
        sub     sp, sp, #FRAME_SIZE
        mrs     x1, sp_el0
        str     x0, [sp, #FRAME_VECTOR]
        stp     x2, x3, [sp, #FRAME_X + 16 * 1]
        stp     x4, x5, [sp, #FRAME_X + 16 * 2]
        stp     x6, x7, [sp, #FRAME_X + 16 * 3]
        stp     x8, x9, [sp, #FRAME_X + 16 * 4]
        stp     x10, x11, [sp, #FRAME_X + 16 * 5]
        stp     x12, x13, [sp, #FRAME_X + 16 * 6]
        stp     x14, x15, [sp, #FRAME_X + 16 * 7]
        stp     x16, x17, [sp, #FRAME_X + 16 * 8]
        stp     x18, x19, [sp, #FRAME_X + 16 * 9]
        stp     x20, x21, [sp, #FRAME_X + 16 * 10]
        stp     x22, x23, [sp, #FRAME_X + 16 * 11]
        stp     x24, x25, [sp, #FRAME_X + 16 * 12]
        stp     x26, x27, [sp, #FRAME_X + 16 * 13]
        stp     x28, x29, [sp, #FRAME_X + 16 * 14]
        mrs     x0, tpidrro_el0
        stp     x0, x1, [sp, #FRAME_X + 16 * 0]
        mrs     x1, tpidr_el0
        stp     x30, x1, [sp, #FRAME_X + 16 * 15]
        mrs     x0, elr_el1
        mrs     x1, spsr_el1
        stp     x0, x1, [sp, #FRAME_ELR]
        mrs     x0, esr_el1
        mrs     x1, far_el1
        stp     x0, x1, [sp, #FRAME_ESR]
        mov     x0, sp
        mov     x29, xzr
        mov     x30, xzr
        bl      handle_fatal_exception
        b       .
.size fatal, . - fatal

.section .stack, "aw", %nobits
.balign 4096
.global kernel_stack_guard
kernel_stack_guard:
        .skip   4096                    // not mapped: an overflow faults
.global kernel_stack
kernel_stack:
        .skip   16384
.global kernel_stack_top
kernel_stack_top:
.global panic_stack_guard
panic_stack_guard:
        .skip   4096
        .skip   8192
.global panic_stack_top
panic_stack_top:

.section .note.GNU-stack, "", %progbits
