// SPDX-License-Identifier: BSD-2-Clause
//
// The first instructions of the kernel, and the step from the loader's translation tables to ours.

.section .text.start, "ax"

// The loader enters here, at EL1 with the MMU on, all exceptions masked, and six arguments:
// x0 root image, x1 its end, x2 physical minus virtual address of it, x3 its entry point,
// x4 device tree, x5 its size.
.global _start
.type _start, %function
_start:
        msr     daifset, #15
        ldr     x9, =kernel_stack_top
        mov     sp, x9
        mov     x29, xzr
        mov     x30, xzr
        b       kernel_start
.size _start, . - _start

// void switch_translation(identity_root, kernel_root, empty_root, mair, tcr, sctlr, offset)
//
// Tables, memory types and table format all change here, and none of them may while it is in use.
// So the MMU is off in between: the code runs at its physical address, x6 = virtual - physical.
// No memory is accessed while caches and MMU are off.
.global switch_translation
.type switch_translation, %function
switch_translation:
        // Nothing of the loader's lower half may be remembered when ours is used.
        msr     ttbr0_el1, x2
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        msr     ttbr0_el1, x0
        isb

        adr     x9, switch_begin
        sub     x9, x9, x6
        br      x9

.balign 64
switch_begin:
        mrs     x9, sctlr_el1
        bic     x9, x9, #1              // M: translation
        bic     x9, x9, #4              // C: data cache
        msr     sctlr_el1, x9
        isb

        msr     mair_el1, x3
        msr     tcr_el1, x4
        msr     ttbr1_el1, x1
        isb
        tlbi    vmalle1
        ic      iallu
        dsb     nsh
        isb

        msr     sctlr_el1, x5
        isb

        adr     x9, switch_end
        add     x9, x9, x6
        br      x9
switch_end:
        msr     ttbr0_el1, x2
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        ret
.size switch_translation, . - switch_translation

.section .rodata.start, "a"
.balign 8
// A word in memory: code at the top of the address space cannot name a low address by distance.
.global kernel_physical_base
kernel_physical_base:
        .quad   kernel_load_address

.section .note.GNU-stack, "", %progbits
