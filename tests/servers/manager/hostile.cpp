// SPDX-License-Identifier: BSD-2-Clause
//
// Clients that mean ill: messages of anything, from anybody, and as many as there is time for.
// Nobody else may notice.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

constexpr Word highest_label = 64;

/// xorshift64*: the same numbers each time.
class Random {
public:
    Word operator()() {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545'f491'4f6c'dd1d;
    }

    Word below(Word limit) { return (*this)() % limit; }

private:
    Word state_{0x9e37'79b9'7f4a'7c15};
};

/// Numbers that mean something as often as not: addresses, sizes, small numbers, garbage.
Word garbage(Random& random, Word memory) {
    switch (random.below(6)) {
    case 0: return random.below(10);
    case 1: return memory + random.below(64) * page_size;
    case 2: return random.below(64) * page_size;
    case 3: return random() & ~(page_size - 1);
    case 4: return ~Word{0} - random.below(2 * page_size);
    default: return random();
    }
}

ipc::Packet garbage_message(Random& random, Word label, Word memory) {
    ipc::Packet packet{label};
    packet.length =
        random.below(4) == 0 ? random.below(api::max_message_words + 1) : random.below(8);
    for (std::size_t i = 0; i < packet.length; ++i) {
        packet.words[i] = garbage(random, memory);
    }
    return packet;
}

/// With a capability every now and then, which nobody asked for.
void send(sys::Endpoint endpoint, ipc::Packet const& packet, bool with_capability) {
    auto const capability = with_capability ? workshop().inspector().cptr() : api::null_cptr;
    static_cast<void>(sys::call(endpoint.cptr(), sys::store(packet, capability)));
}

/// Who would notice: memory that must stay what it is.
class Bystander {
public:
    Bystander() { done(actor_.perform(fill_from(memory_, pages * page_size, 1))); }

    void look() {
        expect_equal(done(actor_.perform(sum_from(memory_, pages * page_size))),
                     expected_sum(pages * page_size, 1));
    }

    [[nodiscard]] Actor& actor() { return actor_; }
    [[nodiscard]] Space& space() { return space_; }

private:
    static constexpr Word pages = 16;
    Loaded space_{workshop()};
    Actor actor_{workshop(), space_};
    Word memory_{space_.map(pages)};
};

void messages_of_anything() {
    constexpr Word rounds = 60;
    Random random;
    Bystander bystander;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(64);
    for (Word round = 0; round < rounds; ++round) {
        for (Word label = 0; label <= highest_label; ++label) {
            send(space.client(), garbage_message(random, label, memory), random.below(8) == 0);
        }
        static_cast<void>(space.ask(
            pager::Map{.address = memory, .size = 64 * page_size, .access = Access::ReadWrite}));
        if (actor.perform(write_at(memory + random.below(64) * page_size)).report) {
            actor.restart();
        }
    }
    bystander.look();
}

/// Numbers of nobody, of the dead, and a space's number with bits that mean nothing.
void badges_of_nobody() {
    Word dead = 0;
    {
        Space const space{workshop()};
        dead = space.number();
    }
    Random random;
    Bystander bystander;
    Word const number = bystander.space().number();
    using Caller = pager::Caller;
    for (Word const badge : {Word{0}, dead, Word{0xffff'ffff}, number + 1000}) {
        auto const endpoint = workshop().pager_as(badge);
        auto const denied = [&](auto const& request) {
            expect_error(ipc::call(endpoint, request), Error::PermissionDenied);
        };
        denied(pager::Map{.address = 0, .size = page_size, .access = Access::Read});
        denied(pager::Unmap{});
        denied(pager::Protect{});
        denied(pager::Advise{});
        denied(pager::Break{});
        denied(pager::Query{});
        denied(pager::Written{});
        denied(pager::MapShared{});
        denied(pager::Share{});
        denied(pager::Attach{});
        denied(pager::Revoke{});
        denied(pager::TrimStack{});
        denied(pager::MapArchiveFile{});
        denied(pager::CloneRange{});
        denied(pager::MapContiguous{});
        for (Word label = 0; label <= highest_label; ++label) {
            auto const answer = endpoint.call(garbage_message(random, label, 0));
            expect(answer.label != static_cast<Word>(Error::None));
        }
        workshop().give_slot(endpoint.cptr());
    }
    bystander.look();

    auto const both = workshop().pager_as(Caller::MayInspect::set(
        Caller::Space::set(Word{0}, dead), true)); // a right is one, whoever has it
    expect_success(ipc::call(both, pager::Statistics{}));
    expect_error(ipc::call(both, pager::Break{.end = 0}), Error::PermissionDenied);
    workshop().give_slot(both.cptr());
}

/// One thread asks for ever; another one, its equal or above it, gets all of its work done.
void one_floods_another_works(Word priority) {
    constexpr Word size = 256 * page_size;
    constexpr int rounds = 60;
    Bystander bystander;
    Loaded space{workshop()};
    Actor flood{workshop(), space, Space::stack_top, {.priority = priority}};
    flood.begin({.act = Act::Flood, .address = 0, .size = 0, .value = 0});
    Word const memory = bystander.space().map(256);
    done(bystander.actor().perform(fill_from(memory, size, 2)));
    for (int round = 0; round < rounds; ++round) {
        expect_equal(done(bystander.actor().perform(sum_from(memory, size))),
                     expected_sum(size, 2));
    }
    bystander.look();
    expect(!space.report);
}

void a_lower_one_floods() {
    one_floods_another_works(Turns{}.priority - 1);
}

void an_equal_floods() {
    one_floods_another_works(Turns{}.priority);
}

constexpr Test tests[]{
    {"messages of anything", messages_of_anything},
    {"badges of nobody", badges_of_nobody},
    {"one floods, another one above it works", a_lower_one_floods},
    {"one floods, its equal works", an_equal_floods},
};

} // namespace

Tests const hostile_tests = tests;

} // namespace test
