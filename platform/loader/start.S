// SPDX-License-Identifier: BSD-2-Clause
//
// The first instructions: the arm64 Image header, the drop from EL2 to EL1, a stack. Everything is
// addressed relative to the program counter; x20 holds what was in x0 at entry.

#define SCTLR_EL1_OFF     0x30d00800  // what is reserved as one; MMU and caches off
#define HCR_EL2_AARCH64   0x80000000  // EL1 is AArch64, nothing traps
#define CPTR_EL2_NO_TRAPS 0x33ff
#define SCR_EL3_AARCH64   0x430       // EL1 is AArch64, and as secure as EL3 is
#define SPSR_EL1H_MASKED  0x3c5
#define MIDR_PART_A72     0xd08
#define EVENT_INSTRUCTION_RETIRED 0x08

    .section .text.start, "ax"
    .globl _start
_start:
    b       entry
    nop
    .quad   0                           // text offset
    .quad   loader_size                 // make_image adds the archive
    .quad   0xa                         // little endian, 4 KiB pages, anywhere in memory
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0
    .globl  payload_descriptor
payload_descriptor:                     // the rest is filled in by make_image; see payload.hpp
    .ascii  "QuireImg"
    .quad   0, 0, 0

entry:
    msr     daifset, #0xf
    mov     x20, x0
    mrs     x1, mpidr_el1
    and     x1, x1, #0xff
    cbnz    x1, park

    mrs     x1, CurrentEL
    lsr     x1, x1, #2
    adrp    x2, entry_level
    str     w1, [x2, #:lo12:entry_level]
    cmp     x1, #1
    b.eq    at_el1
    cmp     x1, #2
    b.eq    at_el2

    // EL3: nobody should start us there, and EL1 is where we can say so.
    mov     x1, #SCR_EL3_AARCH64
    msr     scr_el3, x1
    msr     cptr_el3, xzr
    msr     mdcr_el3, xzr
    mov     x1, #SPSR_EL1H_MASKED
    msr     spsr_el3, x1
    adr     x1, at_el1
    msr     elr_el3, x1
    eret

at_el2:
    // Erratum 859971 of the Cortex-A72: instruction prefetch off. EL1 may not be allowed to.
    mrs     x1, midr_el1
    ubfx    x1, x1, #4, #12
    mov     x2, #MIDR_PART_A72
    cmp     x1, x2
    b.ne    1f
    mrs     x1, s3_1_c15_c2_0           // CPUACTLR_EL1
    tbnz    x1, #32, 1f                 // firmware did it, and may not let others write here
    orr     x1, x1, #(1 << 32)
    msr     s3_1_c15_c2_0, x1
1:
    mov     x1, #HCR_EL2_AARCH64
    msr     hcr_el2, x1
    mov     x1, #CPTR_EL2_NO_TRAPS
    msr     cptr_el2, x1
    msr     hstr_el2, xzr
    msr     vttbr_el2, xzr
    msr     cntvoff_el2, xzr            // the kernel runs on the virtual timer
    mrs     x1, cnthctl_el2
    orr     x1, x1, #3
    msr     cnthctl_el2, x1
    mrs     x1, midr_el1
    msr     vpidr_el2, x1
    mrs     x1, mpidr_el1
    msr     vmpidr_el2, x1
    mrs     x1, pmcr_el0                // all event counters are EL1's
    ubfx    x1, x1, #11, #5
    msr     mdcr_el2, x1

    mrs     x1, id_aa64pfr0_el1         // GICv3: its system registers are EL1's
    ubfx    x1, x1, #24, #4
    cbz     x1, 2f
    mrs     x1, s3_4_c12_c9_5           // ICC_SRE_EL2
    mov     x2, #0x9                    // SRE, and EL1 may use it
    orr     x1, x1, x2
    msr     s3_4_c12_c9_5, x1
    isb
    msr     s3_4_c12_c11_0, xzr         // ICH_HCR_EL2
2:
    ldr     x1, =SCTLR_EL1_OFF
    msr     sctlr_el1, x1
    mov     x1, #SPSR_EL1H_MASKED
    msr     spsr_el2, x1
    adr     x1, at_el1
    msr     elr_el2, x1
    eret

at_el1:
    ldr     x1, =SCTLR_EL1_OFF
    msr     sctlr_el1, x1
    msr     tpidr_el1, xzr              // this is core 0
    adr     x1, loader_vectors
    msr     vbar_el1, x1
    ic      iallu
    tlbi    vmalle1
    dsb     nsh
    isb

    // Count instructions from here on, for whoever measures the boot.
    mov     x1, #EVENT_INSTRUCTION_RETIRED
    msr     pmevtyper0_el0, x1
    mov     x1, #1
    msr     pmcntenset_el0, x1
    mrs     x1, pmcr_el0
    orr     x1, x1, #1
    msr     pmcr_el0, x1

    // Relocations, all of the kind "base plus addend"; done again after a move.
    adr     x1, _start
    adrp    x2, relocations_begin
    add     x2, x2, #:lo12:relocations_begin
    adrp    x3, relocations_end
    add     x3, x3, #:lo12:relocations_end
3:  cmp     x2, x3
    b.eq    4f
    ldr     x4, [x2], #16               // offset; the kind is skipped
    ldr     x5, [x2], #8                // addend
    add     x5, x5, x1
    str     x5, [x1, x4]
    b       3b
4:
    adrp    x1, boot_stack_top
    add     sp, x1, #:lo12:boot_stack_top
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x20
    bl      loader_main
park:
    wfe
    b       park

// void restart_at(std::uint64_t new_base, std::uint64_t device_tree): the image has been copied
// there, and cleaned out of the cache. Goes on with the MMU and caches off, as after a reset.
    .globl  restart_at
restart_at:
    ldr     x2, =SCTLR_EL1_OFF
    msr     sctlr_el1, x2
    isb
    adr     x2, _start
    adr     x3, at_el1
    sub     x3, x3, x2
    add     x3, x3, x0
    mov     x20, x1
    br      x3

// enter_kernel(KernelArguments const*, entry): the six registers of the contract.
    .globl  enter_kernel
enter_kernel:
    mov     x8, x0
    mov     x9, x1
    ldp     x0, x1, [x8, #0]
    ldp     x2, x3, [x8, #16]
    ldp     x4, x5, [x8, #32]
    dsb     sy
    isb
    br      x9

    .ltorg

    .section .data
    .balign 4
    .globl  entry_level
entry_level:
    .long   0

    .section .stack, "aw"
    .balign 16
    .space  16384
boot_stack_top:
