// SPDX-License-Identifier: BSD-2-Clause
//
// Decoding of fault messages: which access to which address, or what else went wrong.

#include <api/fault.hpp>
#include <pager/pager.hpp>

namespace pager {

namespace {

/// The syndrome of a data or instruction abort (ESR_EL1).
struct Syndrome {
    using StatusCode = base::Bits<unsigned, 0, 6>;
    using IsWrite = base::Bits<bool, 6>;
    using IsCacheMaintenance = base::Bits<bool, 8>;
};

/// The kinds of fault that mapping a page can cure: translation, access flag, permission. The two
/// low bits of their codes are the level of the table.
bool is_curable(api::Word syndrome) {
    constexpr unsigned translation = 1;
    constexpr unsigned access_flag = 2;
    constexpr unsigned permission = 3;
    unsigned const code = Syndrome::StatusCode::get(syndrome) / 4;
    return code == translation || code == access_flag || code == permission;
}

FaultKind access_of(api::Word is_prefetch, api::Word syndrome) {
    if (is_prefetch != 0) {
        return FaultKind::Execute;
    }
    // Cache maintenance always claims to write, but needs no more than a readable page.
    bool const writes =
        Syndrome::IsWrite::get(syndrome) && !Syndrome::IsCacheMaintenance::get(syndrome);
    return writes ? FaultKind::Write : FaultKind::Read;
}

FaultMessage decode_vm_fault(std::span<api::Word const> words) {
    api::Word const syndrome = words[api::vm_fault::syndrome];
    FaultMessage fault{.reason = StopReason::NoRegion,
                       .kind = access_of(words[api::vm_fault::is_prefetch], syndrome),
                       .address = words[api::vm_fault::address],
                       .instruction = words[api::vm_fault::ip]};
    if (!is_curable(syndrome)) {
        fault.reason = StopReason::Exception;
        fault.kind = FaultKind::Other;
        fault.address = syndrome;
    }
    return fault;
}

} // namespace

FaultMessage decode_fault(api::Word label, std::span<api::Word const> words) {
    FaultMessage fault{.reason = StopReason::Exception,
                       .kind = FaultKind::Other,
                       .address = 0,
                       .instruction = words[0]};
    switch (static_cast<api::Fault>(label)) {
    case api::Fault::VmFault: return decode_vm_fault(words);
    case api::Fault::UserException: fault.address = words[api::user_exception::number]; break;
    case api::Fault::UnknownSyscall:
        fault.reason = StopReason::BadSyscall;
        fault.address = words[api::unknown_syscall::number];
        fault.instruction = words[api::unknown_syscall::fault_ip];
        break;
    case api::Fault::CapFault:
        fault.reason = StopReason::BadCapability;
        fault.address = words[api::cap_fault::cptr];
        break;
    default: break;
    }
    return fault;
}

} // namespace pager
