// SPDX-License-Identifier: BSD-2-Clause
//
// PageTable invocations: putting a table into an address space and taking it out.

#include <arch/memory.hpp>
#include <arch/mmu.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

namespace {

Result<> map(KernelState& kernel, Invocation& call) {
    if (!call.has(2, 1)) {
        return fail(Failure::truncated_message());
    }
    if (call.cap().mapping().exists()) {
        return fail(Failure::invalid_capability(0));
    }
    base::UserAddr const address{call.args[0]};
    auto const& vspace = call.caps[0]->cap;
    if (!vspace.is(CapKind::VSpace) || !vspace.mapping().exists()) {
        return fail(Failure::invalid_capability(1)); // said before anything of the address
    }
    if (address.raw() > api::user_top) {
        return fail(Failure::invalid_argument(0));
    }
    auto const space = TRY(find_address_space(kernel, vspace, 1));
    auto const position = space.vspace.root.walk(address);
    if (position.level == arch::last_level || position.entry.valid()) {
        return fail(Failure::delete_first());
    }

    position.entry = arch::PageTableEntry::table(call.cap().address());
    arch::publish_table_entry(&position.entry);
    call.slot.cap =
        call.cap().with_mapping({space.asid, address.aligned_down(position.bits_left())});
    return {};
}

Result<> unmap(KernelState& kernel, Invocation& call) {
    if (!is_final(call.slot)) {
        return fail(Failure::revoke_first());
    }
    if (call.cap().mapping().exists()) {
        finalise_page_table(kernel, call.cap());
        auto& table = call.cap().object<PageTable>();
        arch::zero_memory(&table, sizeof table);
        call.slot.cap = call.cap().with_mapping({});
    }
    return {};
}

} // namespace

Result<> invoke_page_table(KernelState& kernel, Invocation& call, Answer&) {
    switch (api::Invocation{call.label}) {
    case api::Invocation::PageTableMap: return map(kernel, call);
    case api::Invocation::PageTableUnmap: return unmap(kernel, call);
    default: return fail(Failure::illegal_operation());
    }
}

} // namespace kernel
