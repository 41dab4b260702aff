// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's capability spaces beside the model: after every operation the answer, each
// capability, and who is whose child, in which order, must be the same.
#pragma once

#include "../../unit/kernel/cap/cap_fixture.hpp"
#include "../lab.hpp"
#include "../memory_image.hpp"
#include "capability_model.hpp"

namespace kernel {

using reference::Cap;

/// What the model would call this capability.
inline Cap seen(Capability const& cap) {
    Cap result{.kind = cap.kind(), .object = cap.address().raw()};
    switch (cap.kind()) {
    case CapKind::Endpoint:
    case CapKind::Notification:
        result.rights = cap.rights().bits();
        result.badge = std::to_underlying(cap.badge());
        break;
    case CapKind::Smc: result.badge = std::to_underlying(cap.badge()); break;
    case CapKind::IrqHandler: result.badge = cap.irq(); break;
    case CapKind::Reply: result.rights = cap.reply_can_grant() ? 4 : 0; break;
    case CapKind::Frame: {
        result.rights = cap.frame_rights() == FrameRights::ReadWrite  ? 3
                        : cap.frame_rights() == FrameRights::ReadOnly ? 2
                                                                      : 0;
        break;
    }
    case CapKind::Untyped:
    case CapKind::SchedContext: result.bits = cap.size_bits(); break;
    case CapKind::CNode:
        result.bits = cap.radix();
        result.guard = cap.guard();
        result.guard_bits = cap.guard_size();
        break;
    case CapKind::Zombie:
        result.is_tcb = cap.zombie_of() == CapKind::Tcb;
        result.bits = result.is_tcb ? 0 : cap.radix();
        result.left = cap.zombie_remaining();
        break;
    default: break;
    }
    return result;
}

class CapabilityLab : public CapTest {
public:
    /// Slots are named by their index in the root node.
    using Operation = reference::Request;

    struct State {
        std::vector<std::byte> bytes;
        reference::CapabilityModel model;
    };

    CapabilityLab() { prepare(14, Word{1} << radix); }

    /// A fresh system: what may change is the memory of an untyped and the first slots.
    void prepare(unsigned arena_bits, Word slots) {
        expected = {};
        places = {};
        slot(untyped_slot).cap = Capability::untyped(untyped_at, arena_bits, false);
        insert_root(slot(irq_control), Capability::control(CapKind::IrqControl));
        insert_root(slot(smc), Capability::smc());
        insert_root(slot(domain), Capability::control(CapKind::Domain));
        for (Word i = node_slot; i < first_unused; ++i) {
            expected.plant(address(i), seen(slot(i).cap));
        }
        places.add(&slot(0), slots * sizeof(Slot));
        places.add(arch::kernel_address(untyped_at).as_pointer<void>(), base::bit(arena_bits));
        places.add(&kernel->irqs, sizeof kernel->irqs);
        places.add(&kernel->threads, sizeof kernel->threads);
        fresh = save();
    }

    // ---- what a laboratory offers --------------------------------------------------------------

    void reset() { restore(fresh); }

    State save() { return {places.read(), expected}; }

    void restore(State const& state) {
        places.write(state.bytes);
        expected = state.model;
    }

    [[nodiscard]] std::uint64_t hash() const { return places.hash(); }
    static bool means_something(Operation const&) { return true; }

    [[nodiscard]] std::string describe(Operation const& operation) const {
        auto const list = [](std::vector<Word> const& words) {
            std::string text;
            for (Word const word : words) {
                text += " " + std::to_string(word);
            }
            return text;
        };
        return "invoke " + std::to_string(operation.invoked) + ", label " +
               std::to_string(std::to_underlying(operation.label)) + ", words" +
               list(operation.words) + ", capabilities" + list(operation.caps) +
               (operation.interrupted_at != 0 ? ", interrupted" : "");
    }

    std::string apply(Operation const& operation) {
        auto const& invoked = slot(operation.invoked).cap;
        if (invoked.is(CapKind::Endpoint) || invoked.is(CapKind::Notification) ||
            invoked.is(CapKind::Reply)) {
            return {}; // that would be a message
        }
        auto const got = do_in_kernel(operation);
        auto translated = operation;
        translated.invoked = address(operation.invoked);
        for (auto& cap : translated.caps) {
            cap = address(cap);
        }
        auto const wanted = expected.invoke(translated);
        if (got != wanted) {
            return "the answer is " + std::to_string(got[0]) + " and should be " +
                   std::to_string(wanted[0]) + ", or differs in its words";
        }
        return difference();
    }

    static constexpr Word irq_control = 3;
    static constexpr Word smc = 4;
    static constexpr Word domain = 5;
    static constexpr Word first_unused = 6;
    static constexpr Word slots_used = 40;

    static Word address(Word index) { return node_at.raw() + index * sizeof(Slot); }

protected:
    reference::Reply do_in_kernel(Operation const& operation) {
        std::size_t count = 0;
        for (Word const word : operation.words) {
            if (count < api::register_message_words) {
                caller->context.set_message_word(count, word);
            }
            buffer.words[count++] = word;
        }
        std::array<Slot*, api::max_extra_caps> extra{};
        std::ranges::transform(operation.caps, extra.begin(), [](Word cap) { return &slot(cap); });
        kernel::Invocation invocation{.caller = *caller,
                                      .slot = slot(operation.invoked),
                                      .label = std::to_underlying(operation.label),
                                      .args = {*caller, &buffer, count},
                                      .caps = extra,
                                      .cap_count = operation.caps.size(),
                                      .phase = SendPhase::of_call()};
        interrupt_at(operation.interrupted_at);
        Answer answer;
        auto result = invoke(*kernel, invocation, answer);
        while (!result && result.error().is_preempted()) {
            interrupt_at(0);
            result = invoke(*kernel, invocation, answer);
        }
        reference::Reply reply{result ? 0 : std::to_underlying(result.error().code())};
        if (!result) {
            auto const words = result.error().words();
            reply.insert(reply.end(), words.begin(), words.end());
        }
        return reply;
    }

    /// 0: never.
    void interrupt_at(unsigned preemption_point) {
        auto& pending = arch::fake_machine().pending_irqs;
        pending.clear();
        kernel->core.work_units = 0;
        if (preemption_point != 0) {
            pending.push_back(40);
            kernel->core.work_units = config::work_units_per_preemption_check - preemption_point;
        }
    }

    static Slot& slot_at(Word physical) {
        return *arch::kernel_address(PhysAddr{physical}).as_pointer<Slot>();
    }

    /// Each tree's slots, parents first, as the model has them: the kernel's list must be the same,
    /// and so must be its idea of who is whose parent.
    std::string difference() {
        for (auto const& tree : expected.trees()) {
            order.clear();
            for (auto const root : tree) {
                list(root);
            }
            if (auto finding = compare_list(); !finding.empty()) {
                return finding;
            }
        }
        return {};
    }

    // NOLINTNEXTLINE(misc-no-recursion): a tree
    void list(int id) {
        order.push_back(id);
        for (auto const child : expected.node(id).children) {
            list(child);
        }
    }

    std::string compare_list() {
        Slot const* before = nullptr;
        ancestors.clear();
        for (auto const id : order) {
            auto const& node = expected.node(id);
            auto const& here = slot_at(node.slot);
            if (auto finding = compare_slot(id, here, before); !finding.empty()) {
                return finding + " at slot " + std::to_string((node.slot - node_at.raw()) / 32);
            }
            while (!ancestors.empty() &&
                   !is_descendant(slot_at(expected.node(ancestors.back()).slot), here)) {
                ancestors.pop_back();
            }
            if (node.parent !=
                (ancestors.empty() ? reference::CapabilityModel::none : ancestors.back())) {
                return "another parent at slot " + std::to_string((node.slot - node_at.raw()) / 32);
            }
            ancestors.push_back(id);
            before = &here;
        }
        return before != nullptr && before->next() != nullptr ? "something left in a list" : "";
    }

    std::string compare_slot(int id, Slot const& here, Slot const* before) {
        auto const& node = expected.node(id);
        if (seen(here.cap) != node.cap) {
            return "another capability";
        }
        if (here.prev() != before || (before != nullptr && before->next() != &here)) {
            return "another order";
        }
        if (has_children(here) == node.children.empty()) {
            return "children on one side only";
        }
        if (is_final(here) != expected.is_final(id)) {
            return "the last of its object on one side only";
        }
        bool const in_use = !node.children.empty();
        if (in_use && here.cap.is(CapKind::Untyped) && here.cap.watermark() != node.watermark) {
            return "another watermark";
        }
        return {};
    }

    reference::CapabilityModel expected;
    model::Places places;
    State fresh;
    std::vector<int> order;
    std::vector<int> ancestors;
};

} // namespace kernel
