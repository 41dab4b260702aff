// SPDX-License-Identifier: BSD-2-Clause
//
// Frame invocations: mapping, unmapping, cache maintenance.

#include "cache_request.hpp"
#include <arch/mmu.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/finalise.hpp>
#include <kernel/object/frame.hpp>
#include <kernel/object/vspace.hpp>

namespace kernel {

namespace {

/// The message of Page_Map, by name.
class MapArguments {
public:
    static constexpr std::size_t count = 3;

    explicit MapArguments(Arguments const& words) : words_{words} {}

    [[nodiscard]] base::UserAddr address() const { return base::UserAddr{words_[0]}; }
    [[nodiscard]] Rights rights() const { return Rights{words_[1]}; }

    [[nodiscard]] MapAttributes attributes() const {
        return {.cacheable = (words_[2] & api::page_cacheable) != 0,
                .execute_never = (words_[2] & api::page_execute_never) != 0};
    }

private:
    Arguments const& words_;
};

/// Where the frame may go: aligned, inside the user half, and where it already is if it is mapped.
Result<> check_address(Capability const& frame, Mapping const& where) {
    auto const bits = frame_bits(frame.frame_size());
    if (!where.address.is_aligned(bits)) {
        return fail(Failure::alignment());
    }
    auto const present = frame.mapping();
    if (present.exists() && present.asid != where.asid) {
        return fail(Failure::invalid_capability(1));
    }
    // The user half ends at a multiple of all sizes: an aligned frame that begins there ends there.
    bool const wrong_place =
        present.exists() ? present.address != where.address : where.address.raw() > api::user_top;
    if (wrong_place) {
        return fail(Failure::invalid_argument(0));
    }
    return {};
}

/// As one piece: most of what it calls is short.
[[gnu::flatten]] Result<> map(KernelState& kernel, Invocation& call) {
    if (!call.has(MapArguments::count, 1)) {
        return fail(Failure::truncated_message());
    }
    MapArguments const args{call.args};
    auto const& frame = call.cap();
    auto const space = TRY(find_address_space(kernel, call.caps[0]->cap, 1));
    Mapping const where{space.asid, args.address()};
    TRY(check_address(frame, where));
    auto const position = space.vspace.root.walk(where.address);
    if (position.bits_left() != frame_bits(frame.frame_size())) {
        auto const missing = LookupFault::missing_capability(position.bits_left());
        return fail(Failure::failed_lookup(Failure::Lookup::Target, missing));
    }
    auto const rights = frame.frame_rights(args.rights());
    map_frame(kernel, position, call.slot, where, rights, args.attributes());
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
