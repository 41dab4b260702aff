// SPDX-License-Identifier: BSD-2-Clause
//
// Frame invocations: mapping, unmapping, cache maintenance.

#include "cache_request.hpp"
#include "map_request.hpp"
#include <arch/mmu.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/frame.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

namespace {

/// As one piece: most of what it calls is short.
[[gnu::flatten]] Result<> map(KernelState& kernel, Invocation& call) {
    using Request = MapRequest<0>;
    if (!call.has(Request::end, 1)) {
        return fail(Failure::truncated_message());
    }
    Request const request{call.args};
    auto const& frame = call.cap();
    auto const space = TRY(find_address_space(kernel, call.caps[0]->cap, 1));
    Mapping const where{space.asid, request.address()};
    TRY(Request::check(frame, where));
    auto const position = space.vspace.root.walk(where.address);
    TRY(check_level(position, frame_bits(frame.frame_size())));
    auto const rights = frame.frame_rights(request.rights());
    map_frame(kernel, position, call.slot, where, rights, request.attributes());
    arch::publish_table_entry(&position.entry);
    return {};
}

void unmap(KernelState& kernel, Slot& slot) {
    unmap_frame(kernel, slot.cap);
    slot.cap = slot.cap.with_mapping({});
}

Result<> maintain(KernelState& kernel, Invocation const& call, arch::CacheOperation operation) {
    if (!call.has(CacheRequest::count)) {
        return fail(Failure::truncated_message());
    }
    CacheRequest const request{call.args};
    auto const& frame = call.cap();
    if (!frame.mapping().exists()) {
        return fail(Failure::illegal_operation());
    }
    auto const root = TRY(kernel.asids.find(frame.mapping().asid));
    if (request.end() <= request.start()) {
        return fail(Failure::invalid_argument(1));
    }
    auto const size = base::bit(frame_bits(frame.frame_size()));
    if (request.start() >= size || request.end() > size) {
        return fail(Failure::invalid_argument(0));
    }
    auto& table = *arch::kernel_address(root).as_pointer<PageTable>();
    auto const* const entry = find_mapping(table, frame);
    if (entry == nullptr) {
        return fail(Failure::invalid_capability(0));
    }
    TRY(check_permission(operation, *entry));
    return maintain_range(kernel, call.caller, operation,
                          {.root = root,
                           .asid = frame.mapping().asid,
                           .begin = frame.mapping().address + request.start(),
                           .size = request.size()});
}

} // namespace

Result<> invoke_frame(KernelState& kernel, Invocation& call, Answer& answer) {
    switch (api::Invocation{call.label}) {
    case api::Invocation::PageMap: return map(kernel, call);
    case api::Invocation::PageUnmap: unmap(kernel, call.slot); return {};
    case api::Invocation::PageGetAddress: answer.add(call.cap().address().raw()); return {};
    case api::Invocation::PageCleanData: return maintain(kernel, call, arch::CacheOperation::Clean);
    case api::Invocation::PageInvalidateData:
        return maintain(kernel, call, arch::CacheOperation::Invalidate);
    case api::Invocation::PageCleanInvalidateData:
        return maintain(kernel, call, arch::CacheOperation::CleanInvalidate);
    case api::Invocation::PageUnifyInstruction:
        return maintain(kernel, call, arch::CacheOperation::Unify);
    default: return fail(Failure::illegal_operation());
    }
}

} // namespace kernel
