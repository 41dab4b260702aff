// SPDX-License-Identifier: BSD-2-Clause
//
// The invocations that move capabilities about, with their checks in the order of the text.

#include "capability_model.hpp"
#include <api/error.hpp>
#include <api/object.hpp>

#include <algorithm>

namespace kernel::reference {

namespace {

using api::Error;
using api::ObjectType;

constexpr Word slot_size = Word{1} << api::slot_bits;
Reply const success{0};

Reply error(Error code, std::vector<Word> const& words = {}) {
    Reply reply{std::to_underlying(code)};
    reply.insert(reply.end(), words.begin(), words.end());
    return reply;
}

Reply empty_slot(Word side, Word depth) {
    constexpr Word missing_capability = 2;
    return error(Error::FailedLookup, {side, missing_capability, depth});
}

/// Bytes of an object, as a power of two; 64 for what is no object.
Word size_of(ObjectType type, Word size_bits) {
    switch (type) {
    case ObjectType::Untyped:
    case ObjectType::SchedContext: return size_bits;
    case ObjectType::CNode: return size_bits + 5;
    case ObjectType::Tcb: return 11;
    case ObjectType::Endpoint: return 4;
    case ObjectType::Notification: return 6;
    case ObjectType::Reply: return 5;
    case ObjectType::HugePage: return 30;
    case ObjectType::LargePage: return 21;
    default: return 12;
    }
}

Cap new_object(ObjectType type, Word at, Word size_bits) {
    auto const bits = static_cast<unsigned>(size_bits);
    switch (type) {
    case ObjectType::Untyped: return {.kind = CapKind::Untyped, .object = at, .bits = bits};
    case ObjectType::Tcb: return {.kind = CapKind::Tcb, .object = at};
    case ObjectType::Endpoint: return {.kind = CapKind::Endpoint, .object = at, .rights = 15};
    case ObjectType::Notification:
        return {.kind = CapKind::Notification, .object = at, .rights = 3};
    case ObjectType::CNode: return {.kind = CapKind::CNode, .object = at, .bits = bits};
    case ObjectType::SchedContext:
        return {.kind = CapKind::SchedContext, .object = at, .bits = bits};
    case ObjectType::Reply: return {.kind = CapKind::Reply, .object = at, .rights = 4};
    case ObjectType::VSpace: return {.kind = CapKind::VSpace, .object = at};
    case ObjectType::PageTable: return {.kind = CapKind::PageTable, .object = at};
    default: return {.kind = CapKind::Frame, .object = at, .rights = 3};
    }
}

bool too_small(ObjectType type, Word size_bits) {
    return (type == ObjectType::CNode && size_bits == 0) ||
           (type == ObjectType::Untyped && size_bits < 4) ||
           (type == ObjectType::SchedContext && size_bits < 7);
}

} // namespace

Cap masked(Cap cap, Word rights) {
    switch (cap.kind) {
    case CapKind::Endpoint:
    case CapKind::Notification:
    case CapKind::Reply: cap.rights &= rights; break;
    case CapKind::Frame: cap.rights = (rights & 2) != 0 ? cap.rights & rights & 3 : 0; break;
    default: break;
    }
    return cap;
}

Cap with_data(Cap cap, Word data, bool preserve) {
    switch (cap.kind) {
    case CapKind::Endpoint:
    case CapKind::Notification:
    case CapKind::Smc:
        if (preserve || cap.badge != 0) {
            return {};
        }
        cap.badge = data;
        return cap;
    case CapKind::CNode: {
        auto const size = static_cast<unsigned>(data & 63);
        if (size + cap.bits > 64) {
            return {};
        }
        cap.guard_bits = size;
        cap.guard = (data >> 6) & ((Word{1} << size) - 1);
        return cap;
    }
    default: return cap;
    }
}

Reply CapabilityModel::invoke(Request const& request) {
    switch (at(request.invoked).kind) {
    case CapKind::Null:
    case CapKind::Zombie: return error(Error::InvalidCapability, {0});
    case CapKind::CNode: return invoke_cnode(request);
    case CapKind::Untyped: return retype(request);
    case CapKind::IrqControl: return issue_irq_handler(request);
    default: return error(Error::IllegalOperation);
    }
}

Reply CapabilityModel::invoke_cnode(Request const& request) {
    using api::Invocation;
    if (request.label < Invocation::CNodeRevoke || request.label > Invocation::CNodeRotate) {
        return error(Error::IllegalOperation);
    }
    if (request.words.size() < 2) {
        return error(Error::TruncatedMessage);
    }
    auto const found =
        lookup(at(request.invoked), request.words[0], request.words[1], Side::Target);
    if (found.slot == 0) {
        return found.failure;
    }
    switch (request.label) {
    case Invocation::CNodeRevoke: revoke(found.slot); return success;
    case Invocation::CNodeDelete: end(found.slot, Reach::Whole); return success;
    case Invocation::CNodeCancelBadgedSends: {
        auto const cap = at(found.slot);
        bool const may = cap.kind == CapKind::Endpoint && cap.rights == 15;
        return may ? success : error(Error::IllegalOperation);
    }
    case Invocation::CNodeCopy:
    case Invocation::CNodeMint: return copy_or_mint(request, found.slot);
    case Invocation::CNodeRotate: return rotate(request, found.slot);
    default: return move_or_mutate(request, found.slot);
    }
}

/// Not empty, named by the third and fourth word.
CapabilityModel::Found CapabilityModel::source_slot(Request const& request,
                                                    Word destination) const {
    if (request.words.size() < 4 || request.caps.empty()) {
        return {.slot = 0, .failure = error(Error::TruncatedMessage)};
    }
    if (find(destination) != none) {
        return {.slot = 0, .failure = error(Error::DeleteFirst)};
    }
    auto found = lookup(at(request.caps[0]), request.words[2], request.words[3], Side::Source);
    if (found.slot != 0 && find(found.slot) == none) {
        return {.slot = 0, .failure = empty_slot(1, request.words[3])};
    }
    return found;
}

Reply CapabilityModel::copy_or_mint(Request const& request, Word destination) {
    auto const found = source_slot(request, destination);
    if (found.slot == 0) {
        return found.failure;
    }
    bool const mints = request.label == api::Invocation::CNodeMint;
    if (request.words.size() < (mints ? 6u : 5u)) {
        return error(Error::TruncatedMessage);
    }
    auto const source = find(found.slot);
    auto cap = masked(node(source).cap, request.words[4]);
    if (mints) {
        cap = with_data(cap, request.words[5], false);
    }
    switch (cap.kind) {
    case CapKind::Untyped:
        if (!node(source).children.empty()) {
            return error(Error::RevokeFirst);
        }
        break;
    case CapKind::Null:
    case CapKind::Zombie:
    case CapKind::IrqControl:
    case CapKind::PageTable: // none of them is ever mapped here
    case CapKind::VSpace: return error(Error::IllegalOperation);
    default: break;
    }
    derive_from(source, destination, cap);
    return success;
}

Reply CapabilityModel::move_or_mutate(Request const& request, Word destination) {
    auto const found = source_slot(request, destination);
    if (found.slot == 0) {
        return found.failure;
    }
    auto const source = find(found.slot);
    if (request.label == api::Invocation::CNodeMutate) {
        if (request.words.size() < 5) {
            return error(Error::TruncatedMessage);
        }
        auto const cap = with_data(node(source).cap, request.words[4], true);
        if (cap.kind == CapKind::Null) {
            return error(Error::IllegalOperation);
        }
        change(source).cap = cap;
    }
    put(destination, source);
    return success;
}

Reply CapabilityModel::rotate(Request const& request, Word destination) {
    auto const& words = request.words;
    if (words.size() < 8 || request.caps.size() < 2) {
        return error(Error::TruncatedMessage);
    }
    auto const source = lookup(at(request.caps[1]), words[6], words[7], Side::Source);
    if (source.slot == 0) {
        return source.failure;
    }
    auto const pivot = lookup(at(request.caps[0]), words[3], words[4], Side::Source);
    if (pivot.slot == 0) {
        return pivot.failure;
    }
    if (pivot.slot == source.slot || pivot.slot == destination) {
        return error(Error::IllegalOperation);
    }
    if (source.slot != destination && find(destination) != none) {
        return error(Error::DeleteFirst);
    }
    if (find(source.slot) == none) {
        return empty_slot(1, words[7]);
    }
    if (find(pivot.slot) == none) {
        return empty_slot(0, words[4]);
    }
    auto const into_pivot = with_data(at(source.slot), words[5], true);
    auto const into_destination = with_data(at(pivot.slot), words[2], true);
    if (into_pivot.kind == CapKind::Null || into_destination.kind == CapKind::Null) {
        return error(Error::IllegalOperation);
    }
    change(find(source.slot)).cap = into_pivot;
    change(find(pivot.slot)).cap = into_destination;
    if (source.slot == destination) {
        exchange(source.slot, pivot.slot);
    } else {
        put(destination, find(pivot.slot));
        put(pivot.slot, find(source.slot));
    }
    return success;
}

namespace {

/// What is wrong with the type and the size; a success if nothing is.
Reply check_type(Word type, Word size_bits) {
    if (type >= api::object_type_count) {
        return error(Error::InvalidArgument, {0});
    }
    if (size_bits >= 64 || size_of(ObjectType{type}, size_bits) > 47) {
        return error(Error::RangeError, {0, 47});
    }
    return too_small(ObjectType{type}, size_bits) ? error(Error::InvalidArgument, {1}) : success;
}

} // namespace

/// The first slot of a window that is free.
CapabilityModel::Found CapabilityModel::window(Request const& request) const {
    auto const& words = request.words;
    auto target = at(request.caps[0]);
    if (words[3] != 0) {
        auto const found = lookup(target, words[2], words[3], Side::Target);
        if (found.slot == 0) {
            return found;
        }
        target = at(found.slot);
    }
    if (target.kind != CapKind::CNode) {
        return {.slot = 0, .failure = empty_slot(0, words[3])};
    }
    auto const slots = Word{1} << target.bits;
    if (words[4] > slots - 1) {
        return {.slot = 0, .failure = error(Error::RangeError, {0, slots - 1})};
    }
    if (words[5] < 1 || words[5] > 256) {
        return {.slot = 0, .failure = error(Error::RangeError, {1, 256})};
    }
    if (words[5] > slots - words[4]) {
        return {.slot = 0, .failure = error(Error::RangeError, {1, slots - words[4]})};
    }
    auto const first = target.object + slot_size * words[4];
    for (Word i = 0; i < words[5]; ++i) {
        if (find(first + slot_size * i) != none) {
            return {.slot = 0, .failure = error(Error::DeleteFirst)};
        }
    }
    return {.slot = first, .failure = {}};
}

Reply CapabilityModel::retype(Request const& request) {
    auto const& words = request.words;
    if (request.label != api::Invocation::UntypedRetype) {
        return error(Error::IllegalOperation);
    }
    if (words.size() < 6 || request.caps.empty()) {
        return error(Error::TruncatedMessage);
    }
    if (auto const wrong = check_type(words[0], words[1]); wrong != success) {
        return wrong;
    }
    auto const first = window(request);
    if (first.slot == 0) {
        return first.failure;
    }
    auto const untyped = find(request.invoked);
    auto const used = node(untyped).children.empty() ? 0 : node(untyped).watermark;
    auto const free = (Word{1} << node(untyped).cap.bits) - used;
    auto const type = ObjectType{words[0]};
    auto const bits = size_of(type, words[1]);
    if ((free >> bits) < words[5]) {
        return error(Error::NotEnoughMemory, {free});
    }
    auto const size = Word{1} << bits;
    auto const start = (used + size - 1) / size * size;
    change(untyped).watermark = start + size * words[5];
    for (Word i = 0; i < words[5]; ++i) {
        add_child(untyped, first.slot + slot_size * i,
                  new_object(type, node(untyped).cap.object + start + size * i, words[1]));
    }
    return success;
}

Reply CapabilityModel::issue_irq_handler(Request const& request) {
    auto const& words = request.words;
    if (request.label != api::Invocation::IrqIssueHandler) {
        return error(Error::IllegalOperation);
    }
    if (words.size() < 3 || request.caps.empty()) {
        return error(Error::TruncatedMessage);
    }
    bool const in_use = std::ranges::any_of(slots_, [&](auto const& entry) {
        auto const& cap = node(entry.second).cap;
        return cap.kind == CapKind::IrqHandler && cap.badge == words[0];
    });
    if (in_use) {
        return error(Error::RevokeFirst);
    }
    auto const found = lookup(at(request.caps[0]), words[1], words[2], Side::Target);
    if (found.slot == 0) {
        return found.failure;
    }
    if (find(found.slot) != none) {
        return error(Error::DeleteFirst);
    }
    derive_from(find(request.invoked), found.slot,
                {.kind = CapKind::IrqHandler, .badge = words[0]});
    return success;
}

} // namespace kernel::reference
