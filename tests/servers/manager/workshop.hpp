// SPDX-License-Identifier: BSD-2-Clause
//
// Workshop: what init has, for tests: the right to manage, slots, processor time, and ears for
// clients and for the pager's reports.
#pragma once

#include "actor_protocol.hpp"
#include <init/root_system.hpp>
#include <ipc/protocol/pager_inspection.hpp>
#include <ipc/protocol/pager_management.hpp>

namespace test {

using api::Word;

class Actor;
class Space;

class Workshop {
public:
    explicit Workshop(init::RootSystem::Parts const& parts);

    [[nodiscard]] init::RootSystem::Parts const& parts() const { return parts_; }
    [[nodiscard]] sys::Endpoint manager() const { return parts_.connections.manage; }
    [[nodiscard]] sys::Endpoint inspector() const { return inspector_; }

    // Slots of this program, which come back.
    [[nodiscard]] api::CPtr take_slot();
    void give_slot(api::CPtr slot); // empties it
    [[nodiscard]] sys::Slot slot(api::CPtr cptr) const { return parts_.factory.slot(cptr); }

    /// The pager's endpoint with any badge, in a slot that has been taken.
    [[nodiscard]] sys::Endpoint pager_as(Word badge);

    /// A request whose reply brings a capability, which lands in `to`, an empty slot.
    template <ipc::Request R>
    ipc::Result<typename R::Reply> manage(R const& request, api::CPtr to) {
        sys::ReceivingCall call{manager(), slot(to)};
        auto const reply = TRY(ipc::call(call, request));
        if (!call.capability_arrived()) {
            return base::fail(ipc::Error::NotFound);
        }
        return reply;
    }

    template <ipc::Request R>
    ipc::Result<typename R::Reply> manage(R const& request) {
        return ipc::call(manager(), request);
    }

    template <ipc::Request R>
    ipc::Result<typename R::Reply> inspect(R const& request) {
        return ipc::call(inspector_, request);
    }

    // Who is to hear of what comes. An actor is known by its number, which is its badge.
    [[nodiscard]] Word add(Actor& actor);
    void remove(Actor const& actor);
    void add(Space& space);
    void remove(Space const& space);

    /// Waits until something has come from somebody, and lets them know.
    void listen() { parts_.loop.run_once(*this); }
    void answer(ipc::ReplyObject& caller, Command const& command);
    void forget(ipc::ReplyObject& caller) { parts_.loop.forget(caller); }

    /// Until the pager has something to report, which is then left to lie there.
    void wait_for_report();

    // What the loop calls.
    std::optional<ipc::Packet> on_message(api::Badge badge, ipc::Packet const& packet);
    void on_signals(Word signals);

    /// More than any test has at a time.
    static constexpr std::size_t most_slots = 4096;
    static constexpr std::size_t most_actors = 400;

private:
    void take_reports();

    init::RootSystem::Parts parts_;
    sys::Endpoint inspector_;
    std::array<api::CPtr, most_slots> free_slots_{};
    std::size_t free_count_{0};
    std::array<Actor*, most_actors> actors_{};
    std::array<Space*, most_actors> spaces_{};
    bool leaves_reports_{false};
    bool has_report_{false};
};

} // namespace test
