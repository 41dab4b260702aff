// SPDX-License-Identifier: BSD-2-Clause
//
// CNode invocations: copying, moving, badging, deleting and revoking capabilities.

#include <kernel/cap/deletion.hpp>
#include <kernel/cap/derivation.hpp>
#include <kernel/cap/lookup.hpp>
#include <kernel/cap/transform.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/ipc/cancel.hpp>
#include <kernel/object/endpoint.hpp>

namespace kernel {

namespace {

using Which = Failure::Lookup;

/// The slot that an operation takes a capability from; it must hold one.
Result<Slot*> source_slot(Capability const& root, Word index, Word depth) {
    auto* const slot = TRY(lookup_argument(root, index, depth, Which::Source));
    if (slot->empty()) {
        auto const missing = LookupFault::missing_capability(depth);
        return fail(Failure::failed_lookup(Which::Source, missing));
    }
    return slot;
}

Result<Capability> not_null(Capability const& cap) {
    if (cap.is_null()) {
        return fail(Failure::illegal_operation());
    }
    return cap;
}

/// The common head of Copy, Mint, Move and Mutate.
Result<Slot*> decode_source(Invocation const& call, Slot const& destination) {
    if (!call.has(4, 1)) {
        return fail(Failure::truncated_message());
    }
    if (!destination.empty()) {
        return fail(Failure::delete_first());
    }
    return source_slot(call.caps[0]->cap, call.args[2], call.args[3]);
}

/// Copy, and Mint with new data.
Result<> copy(Invocation const& call, Slot& source, Slot& destination) {
    bool const is_mint = call.is(api::Invocation::CNodeMint);
    if (!call.has(is_mint ? 6 : 5)) {
        return fail(Failure::truncated_message());
    }
    auto made = source.cap.restricted_to(Rights{call.args[4]});
    if (is_mint) {
        made = with_data(made, call.args[5], Badging::Allowed);
    }
    auto const cap = TRY(not_null(TRY(derive(source, made))));
    insert_derived(source, destination, cap);
    return {};
}

Result<> mutate(Invocation const& call, Slot& source, Slot& destination) {
    if (!call.has(5)) {
        return fail(Failure::truncated_message());
    }
    auto const cap = TRY(not_null(with_data(source.cap, call.args[4], Badging::Preserve)));
    move_slot(source, destination, cap);
    return {};
}

Result<> take_over(Invocation const& call, Slot& destination) {
    auto& source = *TRY(decode_source(call, destination));
    switch (api::Invocation{call.label}) {
    case api::Invocation::CNodeMove: move_slot(source, destination, source.cap); return {};
    case api::Invocation::CNodeMutate: return mutate(call, source, destination);
    default: return copy(call, source, destination);
    }
}

/// The message of CNode_Rotate, by name; the data words are named after where they end up.
class RotateArguments {
public:
    static constexpr std::size_t count = 8;

    explicit RotateArguments(Arguments const& words) : words_{words} {}

    [[nodiscard]] Word destination_data() const { return words_[2]; }
    [[nodiscard]] Word pivot_index() const { return words_[3]; }
    [[nodiscard]] Word pivot_depth() const { return words_[4]; }
    [[nodiscard]] Word pivot_data() const { return words_[5]; }
    [[nodiscard]] Word source_index() const { return words_[6]; }
    [[nodiscard]] Word source_depth() const { return words_[7]; }

private:
    Arguments const& words_;
};

/// The capability in `pivot` goes to `destination`, the one in `source` to `pivot`.
struct Rotate {
    Slot& source;
    Slot& pivot;
    Slot& destination;
    Capability into_pivot;
    Capability into_destination;
};

Result<Rotate> decode_rotate(Invocation const& call, Slot& destination) {
    if (!call.has(RotateArguments::count, 2)) {
        return fail(Failure::truncated_message());
    }
    RotateArguments const args{call.args};
    auto& source = *TRY(lookup_argument(call.caps[1]->cap, args.source_index(), args.source_depth(),
                                        Which::Source));
    auto& pivot = *TRY(
        lookup_argument(call.caps[0]->cap, args.pivot_index(), args.pivot_depth(), Which::Source));
    if (&pivot == &source || &pivot == &destination) {
        return fail(Failure::illegal_operation());
    }
    if (&source != &destination && !destination.empty()) {
        return fail(Failure::delete_first());
    }
    if (source.empty()) {
        auto const missing = LookupFault::missing_capability(args.source_depth());
        return fail(Failure::failed_lookup(Which::Source, missing));
    }
    if (pivot.empty()) {
        auto const missing = LookupFault::missing_capability(args.pivot_depth());
        return fail(Failure::failed_lookup(Which::Target, missing));
    }
    auto const into_pivot =
        TRY(not_null(with_data(source.cap, args.pivot_data(), Badging::Preserve)));
    auto const into_destination =
        TRY(not_null(with_data(pivot.cap, args.destination_data(), Badging::Preserve)));
    return Rotate{source, pivot, destination, into_pivot, into_destination};
}

Result<> rotate(Invocation const& call, Slot& destination) {
    auto const op = TRY(decode_rotate(call, destination));
    if (&op.source == &op.destination) {
        swap_slots(op.source, op.into_destination, op.pivot, op.into_pivot);
    } else {
        move_slot(op.pivot, op.destination, op.into_destination);
        move_slot(op.source, op.pivot, op.into_pivot);
    }
    return {};
}

Result<> cancel_badged(KernelState& kernel, Tcb& caller, Slot const& slot) {
    if (!slot.cap.is(CapKind::Endpoint) || !slot.cap.may(Rights::All)) {
        return fail(Failure::illegal_operation());
    }
    if (slot.cap.badge() == Badge{}) {
        return {};
    }
    return cancel_badged_sends(kernel, caller, slot.cap.object<Endpoint>(), slot.cap.badge());
}

} // namespace

Result<> invoke_cnode(KernelState& kernel, Invocation& call, Answer&) {
    if (call.label < std::to_underlying(api::Invocation::CNodeRevoke) ||
        call.label > std::to_underlying(api::Invocation::CNodeRotate)) {
        return fail(Failure::illegal_operation());
    }
    if (!call.has(2)) {
        return fail(Failure::truncated_message());
    }
    auto& slot = *TRY(lookup_argument(call.cap(), call.args[0], call.args[1], Which::Target));
    switch (api::Invocation{call.label}) {
    case api::Invocation::CNodeRevoke: return revoke_slot(kernel, slot);
    case api::Invocation::CNodeDelete: return delete_slot(kernel, slot);
    case api::Invocation::CNodeCancelBadgedSends: return cancel_badged(kernel, call.caller, slot);
    case api::Invocation::CNodeRotate: return rotate(call, slot);
    default: return take_over(call, slot);
    }
}

} // namespace kernel
