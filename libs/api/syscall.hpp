// SPDX-License-Identifier: BSD-2-Clause
//
// System-call numbers, passed in x7 as negative numbers (SVC #0; the immediate is ignored).
#pragma once

#include <cstdint>

namespace api {

enum class Syscall : std::int64_t {
    Call = -1,
    ReplyRecv = -2,
    NBSendRecv = -3,
    NBSendWait = -4,
    Send = -5,
    NBSend = -6,
    Recv = -7,
    NBRecv = -8,
    Wait = -9,
    NBWait = -10,
    Yield = -11,
    DebugPutChar = -12,
    DebugDumpScheduler = -13,
    DebugHalt = -14,
    DebugCapIdentify = -15,
    DebugSnapshot = -16,
    DebugNameThread = -17,
};

} // namespace api
