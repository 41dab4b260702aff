// SPDX-License-Identifier: BSD-2-Clause
//
// Untyped_Retype: turns memory into kernel objects.
//
// Memory is made zero when an object is made in it, not when the untyped is emptied: nobody pays
// for memory that nobody uses. Large objects take long, so this can be preempted; how far it came
// is kept in the untyped capability.

#include <kernel/cap/derivation.hpp>
#include <kernel/cap/window.hpp>
#include <kernel/invoke/invocation.hpp>
#include <kernel/kernel_state.hpp>
#include <kernel/object/create.hpp>
#include <kernel/sched/preemption.hpp>

#include <algorithm>

namespace kernel {

using api::ObjectType;

namespace {

/// The message of Untyped_Retype, by name.
class RetypeArguments {
public:
    static constexpr std::size_t count = 6;

    explicit RetypeArguments(Arguments const& words) : words_{words} {}

    [[nodiscard]] Word type() const { return words_[0]; }
    [[nodiscard]] Word size_bits() const { return words_[1]; }
    [[nodiscard]] WindowName destination() const {
        return {words_[2], words_[3], words_[4], words_[5]};
    }

private:
    Arguments const& words_;
};

/// A request that has been proven valid.
struct Retype {
    Slot& untyped;
    ObjectType type;
    unsigned size_bits;
    unsigned object_bits;
    Word start; // offset of the first object in the untyped
    std::span<Slot> destination;

    [[nodiscard]] Word end() const { return start + (destination.size() << object_bits); }
};

Result<ObjectType> decode_type(RetypeArguments const& args) {
    if (args.type() >= api::object_type_count) {
        return fail(Failure::invalid_argument(0));
    }
    auto const type = ObjectType{args.type()};
    auto const bits = args.size_bits();
    if (bits >= api::word_bits ||
        api::object_size_bits(type, static_cast<unsigned>(bits)) > api::max_untyped_bits) {
        return fail(Failure::range(0, api::max_untyped_bits));
    }
    bool const too_small = (type == ObjectType::CNode && bits == 0) ||
                           (type == ObjectType::Untyped && bits < api::min_untyped_bits) ||
                           (type == ObjectType::SchedContext && bits < api::min_sched_context_bits);
    if (too_small) {
        return fail(Failure::invalid_argument(1));
    }
    return type;
}

Result<std::span<Slot>> destination_slots(Capability const& root, WindowName const& name) {
    auto const window =
        TRY(lookup_window(root, name, api::retype_fan_out, Failure::Lookup::Target));
    if (!std::ranges::all_of(window, &Slot::empty)) {
        return fail(Failure::delete_first());
    }
    return window;
}

Result<Retype> decode_retype(Invocation const& call) {
    if (!call.is(api::Invocation::UntypedRetype)) {
        return fail(Failure::illegal_operation());
    }
    if (!call.has(RetypeArguments::count, 1)) {
        return fail(Failure::truncated_message());
    }
    RetypeArguments const args{call.args};
    auto const type = TRY(decode_type(args));
    auto const destination = TRY(destination_slots(call.caps[0]->cap, args.destination()));

    auto const& untyped = call.cap();
    auto const size_bits = static_cast<unsigned>(args.size_bits());
    auto const bits = api::object_size_bits(type, size_bits);
    auto const used = has_children(call.slot) ? untyped.watermark() : 0;
    auto const free = base::bit(untyped.size_bits()) - used;
    if ((free >> bits) < destination.size()) {
        return fail(Failure::not_enough_memory(free));
    }
    if (untyped.untyped_is_device() && !is_frame(type) && type != ObjectType::Untyped) {
        return fail(Failure::invalid_argument(1));
    }
    // The end of an untyped is aligned for every object that fits, so aligning up stays inside.
    return Retype{call.slot, type, size_bits, bits, base::align_up(used, bits), destination};
}

bool needs_zeroing(Retype const& op) {
    return op.type != ObjectType::Untyped && !op.untyped.cap.untyped_is_device();
}

/// Makes the memory of all the new objects zero, or as much of it as there is time for. Down to
/// memory, whatever the type: user mappings may be uncached, table walks may be, and who executes
/// the rest of an interrupted Retype may ask for another type.
Result<> zero(KernelState& kernel, Retype const& op) {
    auto& cap = op.untyped.cap;
    if (cap.watermark() != op.start) {
        cap = cap.with_watermark(op.start);
    }
    auto const size = op.end() - op.start;
    for (Word done = cap.zeroed_ahead(); done < size;) {
        auto const step = std::min<Word>(size - done, api::page_size);
        auto* const at = arch::kernel_address(cap.address() + op.start + done).as_pointer<void>();
        arch::zero_to_coherency(at, step);
        kernel.core.counters.bytes_cleared += step;
        done += step;
        if (done == size) {
            break;
        }
        if (auto const result = preemption_point(kernel); !result) {
            cap = cap.with_zeroed_ahead(done);
            return result;
        }
    }
    return {};
}

void commit(KernelState& kernel, Retype const& op) {
    auto const base = op.untyped.cap.address();
    bool const is_device = op.untyped.cap.untyped_is_device();
    op.untyped.cap = op.untyped.cap.with_watermark(op.end());
    kernel.core.counters.objects_made += op.destination.size();
    auto address = base + op.start;
    for (auto& slot : op.destination) {
        insert_child(op.untyped, slot,
                     make_object(kernel, op.type, address, op.size_bits, is_device));
        address = address + base::bit(op.object_bits);
    }
}

} // namespace

Result<> invoke_untyped(KernelState& kernel, Invocation& call, Answer&) {
    auto const op = TRY(decode_retype(call));
    if (needs_zeroing(op)) {
        TRY(zero(kernel, op));
    }
    commit(kernel, op);
    return {};
}

} // namespace kernel
