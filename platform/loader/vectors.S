// SPDX-License-Identifier: BSD-2-Clause
//
// Exception vectors of the loader: all sixteen mean that something went wrong.

    .section .text
    .balign 2048
    .globl  loader_vectors
loader_vectors:
    .rept   16
    .balign 128
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    bl      loader_exception
    b       .
    .endr
