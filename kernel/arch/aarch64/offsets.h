// SPDX-License-Identifier: BSD-2-Clause
//
// Offsets that assembly code uses; exception.cpp asserts that each is what the compiler says.
#pragma once

// UserContext
#define CONTEXT_X 0
#define CONTEXT_SP 248
#define CONTEXT_NEXT_IP 256
#define CONTEXT_SPSR 264
#define CONTEXT_FAULT_IP 272
#define CONTEXT_TPIDR_EL0 280
#define CONTEXT_TPIDRRO_EL0 288

// ExceptionFrame
#define FRAME_X 0
#define FRAME_SP 248
#define FRAME_ELR 256
#define FRAME_SPSR 264
#define FRAME_ESR 272
#define FRAME_FAR 280
#define FRAME_VECTOR 288
#define FRAME_SIZE 304

// FpuContext
#define FPU_V 0
#define FPU_FPCR 512
