// SPDX-License-Identifier: BSD-2-Clause
//
// The first instructions: from EL2 to EL1 with no more than a loader has to do, then a stack. The
// last: every register that the kernel's contract does not name is spoiled.

#define SCTLR_EL1_OFF     0x30d00800
#define HCR_EL2_AARCH64   0x80000000
#define CPTR_EL2_NO_TRAPS 0x33ff
#define SPSR_EL1H_MASKED  0x3c5
#define CPACR_EL1_FPU     (3 << 20)
#define PLACE             0x4000000   // far from the kernel, from the start of RAM on

    .arch_extension fp
    .section .text.start, "ax"
    .globl _start
_start:
    b       entry
    nop
    .quad   PLACE
    .quad   loader_size
    .quad   0x2                         // little endian, 4 KiB pages, near the start of RAM
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0
    .globl  payload_descriptor
payload_descriptor:                     // make_image fills in the rest
    .ascii  "QuireImg"
    .quad   0, 0, 0

entry:
    msr     daifset, #0xf
    mov     x20, x0
    mrs     x1, mpidr_el1
    tst     x1, #0xff
    b.ne    stop
    mrs     x1, CurrentEL
    cmp     x1, #(1 << 2)
    b.eq    at_el1
    ldr     x1, =HCR_EL2_AARCH64
    msr     hcr_el2, x1
    mov     x1, #CPTR_EL2_NO_TRAPS
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    msr     vttbr_el2, xzr
    msr     cntvoff_el2, xzr
    mov     x1, #SPSR_EL1H_MASKED
    msr     spsr_el2, x1
    adr     x1, at_el1
    msr     elr_el2, x1
    eret

at_el1:
    ldr     x1, =SCTLR_EL1_OFF
    msr     sctlr_el1, x1
    isb
    adr     x1, _start                  // relocations, all of the kind "base plus addend"
    adrp    x2, relocations_begin
    add     x2, x2, #:lo12:relocations_begin
    adrp    x3, relocations_end
    add     x3, x3, #:lo12:relocations_end
1:  cmp     x2, x3
    b.eq    2f
    ldr     x4, [x2], #16
    ldr     x5, [x2], #8
    add     x5, x5, x1
    str     x5, [x1, x4]
    b       1b
2:  adrp    x1, stack_top
    add     sp, x1, #:lo12:stack_top
    mov     x0, x20
    bl      load
    .globl  stop
stop:
    wfi
    b       stop

// enter_kernel(KernelArguments const*, entry)
    .globl  enter_kernel
enter_kernel:
    mov     x17, x1
    ldr     x16, =0xdeadbeefdeadb87f

    // Timers that have run out; counters, traps and debug as some firmware might leave them.
    msr     cntv_cval_el0, xzr
    msr     cntp_cval_el0, xzr
    mov     x1, #1
    msr     cntv_ctl_el0, x1
    msr     cntp_ctl_el0, x1
    msr     cntkctl_el1, x16
    msr     pmuserenr_el0, x16
    mov     x1, #0xa000                 // KDE, MDE
    msr     mdscr_el1, x1
    msr     tpidr_el0, x16
    msr     tpidrro_el0, x16
    msr     tpidr_el1, xzr              // the number of this core
    and     x1, x16, #~0x7ff
    msr     vbar_el1, x1
    msr     contextidr_el1, x16
    msr     elr_el1, x16
    msr     far_el1, x16
    msr     esr_el1, x16
    msr     sp_el0, x16

    mov     x1, #CPACR_EL1_FPU
    msr     cpacr_el1, x1
    isb
    .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    fmov    d\n, x16
    .endr
    .irp    n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fmov    d\n, x16
    .endr
    mov     x1, #(3 << 22)              // round towards zero
    msr     fpcr, x1

    mov     x8, x0
    ldp     x0, x1, [x8, #0]
    ldp     x2, x3, [x8, #16]
    ldp     x4, x5, [x8, #32]
    .irp    n, 6,7,8,9,10,11,12,13,14,15
    mov     x\n, x16
    .endr
    .irp    n, 18,19,20,21,22,23,24,25,26,27,28,29,30
    mov     x\n, x16
    .endr
    mov     sp, x16
    dsb     sy
    isb
    br      x17

    .ltorg

    .section .stack, "aw"
    .balign 16
    .space  16384
stack_top:
