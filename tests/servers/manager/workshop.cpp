// SPDX-License-Identifier: BSD-2-Clause
//
// Workshop: slots, and who hears of what.

#include "workshop.hpp"

#include "actor.hpp"
#include <init/badges.hpp>

namespace test {

namespace {

constexpr Word first_number = 100; // behind the servers'

/// The first place in `list` that holds nothing.
template <typename List>
std::size_t free_place(List const& list) {
    auto const place = std::ranges::find(list, nullptr);
    if (place == list.end()) {
        give_up("the workshop is too small", Location::current());
    }
    return static_cast<std::size_t>(place - list.begin());
}

} // namespace

Workshop::Workshop(init::RootSystem::Parts const& parts)
    : parts_{parts}, inspector_{pager_as(pager::Caller::MayInspect::set(Word{0}, true))} {}

api::CPtr Workshop::take_slot() {
    return free_count_ > 0 ? free_slots_[--free_count_] : must_do(parts_.factory.slots());
}

void Workshop::give_slot(api::CPtr slot_to_empty) {
    must_do(slot(slot_to_empty).remove());
    free_slots_[free_count_++] = slot_to_empty;
}

sys::Endpoint Workshop::pager_as(Word badge) {
    auto const cptr = take_slot();
    must_do(slot(cptr).mint_from(slot(parts_.connections.pager.cptr()), api::Rights::All, badge));
    return sys::Endpoint{cptr};
}

Word Workshop::add(Actor& actor) {
    auto const place = free_place(actors_);
    actors_[place] = &actor;
    return first_number + place;
}

void Workshop::remove(Actor const& actor) {
    std::ranges::replace(actors_, const_cast<Actor*>(&actor), nullptr);
}

void Workshop::add(Space& space) {
    spaces_[free_place(spaces_)] = &space;
}

void Workshop::remove(Space const& space) {
    std::ranges::replace(spaces_, const_cast<Space*>(&space), nullptr);
}

void Workshop::answer(ipc::ReplyObject& caller, Command const& command) {
    parts_.loop.answer(caller, ipc::pack(static_cast<Word>(Error::None), command));
}

std::optional<ipc::Packet> Workshop::on_message(api::Badge badge, ipc::Packet const& packet) {
    Word const number = static_cast<Word>(badge) - first_number;
    auto const ready = ipc::unpack<Ready>(packet);
    if (packet.label != Ready::label || !ready || number >= actors_.size() ||
        actors_[number] == nullptr) {
        return ipc::refusal(Error::BadMessage);
    }
    auto* const caller = parts_.loop.defer();
    if (caller == nullptr) {
        give_up("no memory for a reply object", Location::current());
    }
    actors_[number]->is_ready(*caller, ready->result);
    return std::nullopt;
}

void Workshop::on_signals(Word signals) {
    has_report_ = init::Signals::Report::get(signals);
    if (has_report_ && !leaves_reports_) {
        take_reports();
    }
}

void Workshop::wait_for_report() {
    leaves_reports_ = true;
    for (has_report_ = false; !has_report_;) {
        listen();
    }
    leaves_reports_ = false;
}

void Workshop::take_reports() {
    while (auto const report = manage(pager::TakeReport{})) {
        for (auto* const space : spaces_) {
            if (space != nullptr && space->number() == report->space) {
                space->report = *report;
            }
        }
        for (auto* const actor : actors_) {
            if (actor != nullptr && actor->space().number() == report->space) {
                actor->suspend();
            }
        }
    }
}

} // namespace test
