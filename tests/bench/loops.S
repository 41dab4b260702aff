/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The threads that are measured against: as lean as a program can be that does something useful
 * between its system calls. */

#define CALL        -1
#define REPLY_RECV  -2

#define READ_WRITE              3
#define CACHED_NEVER_EXECUTED   5

.text

.global answer_calls
answer_calls:
    mov     x19, x0
    mov     x20, x2
    mov     x6, x1
    mov     x7, #REPLY_RECV
1:  mov     x0, x19
    mov     x1, x20
    svc     #0
    b       1b

.global map_faulting_pages
map_faulting_pages:
    mov     x19, x0
    mov     x20, x2
    mov     x21, x3
    mov     x6, x1
1:  mov     x0, x19
    mov     x1, xzr                     // the answer: go on where you were
    mov     x7, #REPLY_RECV
    svc     #0
    and     x2, x3, #~0xfff             // word 1 of a VM fault is the address
    mov     x0, x20
    mov     x1, x21
    mov     x3, #READ_WRITE
    mov     x4, #CACHED_NEVER_EXECUTED
    mov     x7, #CALL
    svc     #0
    b       1b

.global mark_after_each
mark_after_each:
    mov     x7, x0
    mov     x19, x1
    mov     x20, x2
1:  mov     x0, x19
    svc     #0
    mrs     x1, pmevcntr0_el0
    str     w1, [x20]
    b       1b
