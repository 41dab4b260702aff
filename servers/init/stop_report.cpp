// SPDX-License-Identifier: BSD-2-Clause
//
// Layout of the report, in lines of at most 80 columns.

#include <init/stop_report.hpp>

#include <array>

namespace init {

using ipc::pager::Access;
using ipc::pager::FaultKind;
using ipc::pager::RegionKind;
using ipc::pager::StopReason;

std::string_view describe(StopReason reason) {
    switch (reason) {
    case StopReason::NoRegion: return "nothing is mapped there";
    case StopReason::GuardHit: return "stack overflow: the guard below the stack was hit";
    case StopReason::StackLimit: return "stack overflow: the stack is as long as it may be";
    case StopReason::BelowStack: return "access to the unused part of a stack";
    case StopReason::Forbidden: return "the memory there does not allow it";
    case StopReason::OutOfMemory: return "out of memory: a page was due and none was free";
    case StopReason::Exception: return "an instruction that the processor refused";
    case StopReason::BadSyscall: return "a system call that does not exist";
    case StopReason::BadCapability: return "a capability that does not exist";
    case StopReason::QuotaExceeded: return "a page was due, and it has as many as it may";
    }
    return "unknown reason";
}

std::string_view describe(FaultKind kind) {
    switch (kind) {
    case FaultKind::Read: return "read";
    case FaultKind::Write: return "write";
    case FaultKind::Execute: return "execute";
    case FaultKind::Other: return "other";
    }
    return "unknown";
}

std::string_view describe(RegionKind kind) {
    switch (kind) {
    case RegionKind::Anonymous: return "anonymous";
    case RegionKind::File: return "file";
    case RegionKind::Stack: return "stack";
    case RegionKind::Guard: return "guard";
    case RegionKind::Buffer: return "IPC buffer";
    case RegionKind::Heap: return "heap";
    case RegionKind::Shared: return "shared";
    case RegionKind::Code: return "code";
    case RegionKind::Data: return "data";
    case RegionKind::Device: return "device";
    }
    return "none";
}

std::string_view describe(Access access) {
    switch (access) {
    case Access::None: return "no access";
    case Access::Read: return "read only";
    case Access::ReadWrite: return "read and write";
    case Access::ReadExecute: return "read and execute";
    }
    return "unknown access";
}

namespace {

constexpr unsigned address_digits = 16;
constexpr std::size_t label_width = 12;

base::Hex address(api::Word value) {
    return {.value = value, .digits = address_digits};
}

base::Writer& label(base::Writer& out, std::string_view name) {
    return out.put("    ").put(base::Left{name, label_width});
}

/// What `report.address` is depends on the reason.
void write_cause(base::Writer& out, ipc::pager::TakeReport::Reply const& report) {
    switch (report.reason) {
    case StopReason::Exception: label(out, "syndrome").put(address(report.address)); break;
    case StopReason::BadSyscall:
        label(out, "call number").put(static_cast<std::int64_t>(report.address));
        break;
    case StopReason::BadCapability: label(out, "capability").put(address(report.address)); break;
    case StopReason::NoRegion:
    case StopReason::GuardHit:
    case StopReason::StackLimit:
    case StopReason::BelowStack:
    case StopReason::Forbidden:
    case StopReason::OutOfMemory:
    case StopReason::QuotaExceeded:
        label(out, "access").put(describe(report.kind)).put(" at ").put(address(report.address));
        break;
    }
    out.put('\n');
}

void write_region(base::Writer& out, ipc::pager::TakeReport::Reply const& report) {
    label(out, "region").put(describe(report.region_kind));
    if (report.region_kind != RegionKind{}) {
        out.put(" [").put(address(report.region_start)).put(", ");
        out.put(address(report.region_end)).put("), ").put(describe(report.region_access));
    }
    out.put('\n');
}

} // namespace

void write_reason(base::Writer& out, std::string_view program,
                  ipc::pager::TakeReport::Reply const& report) {
    out.put("\n*** ").put(program).put(" (process ").put(report.pid).put(", thread 1) stopped: ");
    out.put(describe(report.reason)).put('\n');
    write_cause(out, report);
    label(out, "instruction").put(address(report.instruction)).put('\n');
    write_region(out, report);
}

void write_registers(base::Writer& out, api::UserRegisters const& r) {
    constexpr std::size_t per_line = 3;
    std::array const general{r.x0,  r.x1,  r.x2,  r.x3,  r.x4,  r.x5,  r.x6,  r.x7,
                             r.x8,  r.x9,  r.x10, r.x11, r.x12, r.x13, r.x14, r.x15,
                             r.x16, r.x17, r.x18, r.x19, r.x20, r.x21, r.x22, r.x23,
                             r.x24, r.x25, r.x26, r.x27, r.x28, r.x29, r.x30};
    for (std::size_t i = 0; i < general.size(); ++i) {
        out.put(i % per_line == 0 ? "    x" : "  x").put(i).put(i < 10 ? "  " : " ");
        out.put(address(general[i]));
        if (i % per_line == per_line - 1) {
            out.put('\n');
        }
    }
    out.put("  sp  ").put(address(r.sp)).put('\n');
    out.put("    pc  ").put(address(r.pc)).put("  psr ").put(address(r.spsr)).put('\n');
}

} // namespace init
