// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing is left: whatever takes memory is refused, whatever gives it back works, and afterwards
// all is as it was.

#include "actor.hpp"
#include "lists.hpp"
#include <board.hpp>

namespace test {

namespace {

constexpr Word somewhere = 0x6000'0000'0000;

/// All memory that the pager lends, until the end of the scope.
class Hoard {
public:
    Hoard() {
        for (Word bits = api::large_page_bits; bits >= api::page_bits; --bits) {
            while (take(bits)) {
            }
        }
    }

    Hoard(Hoard const&) = delete;
    Hoard& operator=(Hoard const&) = delete;

    ~Hoard() {
        while (count_ > 0) {
            auto const& loan = loans_[--count_];
            workshop().give_slot(loan.slot);
            must(workshop().manage(pager::ReturnUntyped{.id = loan.id}));
        }
    }

private:
    struct Loan {
        api::CPtr slot;
        Word id;
    };

    bool take(Word bits) {
        if (count_ == loans_.size()) {
            give_up("this machine has too much memory for this test", Location::current());
        }
        auto const slot = workshop().take_slot();
        auto const reply = workshop().manage(pager::TakeUntyped{.size_bits = bits}, slot);
        if (!reply) {
            expect_error(reply, Error::OutOfMemory);
            workshop().give_slot(slot);
            return false;
        }
        loans_[count_++] = {.slot = slot, .id = reply->id};
        return true;
    }

    std::array<Loan, 2048> loans_{};
    std::size_t count_{0};
};

/// What the pager has set aside for a bad day lasts for a while, but not for ever.
template <typename Ask>
void runs_out(Ask const& ask, Location where = Location::current()) {
    constexpr Word most = 20'000;
    for (Word i = 0; i < most; ++i) {
        if (auto const answer = ask(i); !answer) {
            expect_error(answer, Error::OutOfMemory, where);
            return;
        }
    }
    expect(false, where);
}

void clients_are_refused(Space const& space, Word memory, Word shared_memory, Word token) {
    auto const page = [=](Word i) { return memory + (2 * i + 1) * page_size; };
    runs_out([&](Word) {
        return space.ask(pager::Map{.address = 0, .size = page_size, .access = Access::Read});
    });
    runs_out(
        [&](Word i) { return space.ask(pager::Unmap{.address = page(i), .size = page_size}); });
    runs_out([&](Word i) {
        return space.ask(
            pager::Protect{.address = page(1000 + i), .size = page_size, .access = Access::Read});
    });
    for (auto const advice :
         {pager::Advice::Random, pager::Advice::Populate, pager::Advice::Lock}) {
        runs_out([&](Word i) {
            return space.ask(
                pager::Advise{.address = page(2000 + i), .size = page_size, .advice = advice});
        });
    }
    pager::MapShared const shared{.address = 0, .size = page_size, .access = Access::Read};
    runs_out([&](Word) { return space.ask(shared); });
    runs_out([&](Word) {
        return space.ask(
            pager::Share{.address = shared_memory, .size = page_size, .access = Access::Read});
    });
    runs_out([&](Word) {
        return space.ask(pager::Attach{.token = token, .address = 0, .access = Access::Read});
    });
    Word const heap = must(space.ask(pager::Break{.end = 0})).start;
    runs_out([&](Word i) { return space.ask(pager::Break{.end = heap + (i + 1) * page_size}); });
    pager::MapArchiveFile const file{.offset = 0,
                                     .size = 0,
                                     .address = 0,
                                     .access = Access::Read,
                                     .name = ipc::Text<pager::max_file_name>::of("bin/actor")};
    runs_out([&](Word) { return space.ask(file); });
    pager::CloneRange const clone{.address = memory, .size = page_size, .target = 0, .done = 0};
    runs_out([&](Word) { return space.ask(clone); });
    auto const driver = workshop().pager_as(
        pager::Caller::MayUseDma::set(pager::Caller::Space::set(Word{0}, space.number()), true));
    pager::MapContiguous const block{
        .size = page_size, .alignment_bits = 0, .access = Access::ReadWrite};
    runs_out([&](Word) { return ipc::call(driver, block); });
    workshop().give_slot(driver.cptr());
}

/// What a thread wrote deep in its stack, which a clone has, too. The thread sleeps from then on:
/// by writing to its stack it would have an array of pages of its own.
class DeepStack {
public:
    explicit DeepStack(Space& space) : space_{space}, actor_{workshop(), space, top} {
        done(actor_.perform(fill_from(top - 20 * page_size, 10 * page_size, 1)));
        expect_watch(Error::None);
        clone_.emplace(workshop(), space);
    }

    /// To take some pages out of an array that two have, and to keep a thread in mind, takes
    /// memory.
    void is_refused_everything() const {
        expect_error(space_.ask(pager::TrimStack{}), Error::OutOfMemory);
        expect_watch(Error::OutOfMemory);
    }

    void is_trimmed() const {
        Word pages = 0;
        for (bool is_done = false; !is_done;) {
            auto const step = must(space_.ask(pager::TrimStack{}));
            pages += step.pages;
            is_done = step.done != 0;
        }
        expect(pages >= 10);
    }

private:
    static constexpr Word top = Space::second_stack_top;

    void expect_watch(Error error, Location where = Location::current()) const {
        sys::GivingCall const call{workshop().manager(), sys::Tcb{actor_.thread()}};
        expect_error(ipc::call(call, pager::WatchStack{.space = space_.number(), .top = top}),
                     error, where);
    }

    Space& space_;
    Actor actor_;
    std::optional<Space> clone_;
};

void managers_are_refused(Space const& space, Word memory) {
    auto const slot = workshop().take_slot();
    runs_out([&](Word i) {
        return workshop().manage(pager::MapFile{.space = space.number(),
                                                .file_offset = 0,
                                                .file_size = page_size,
                                                .address = somewhere + i * 2 * page_size,
                                                .memory_size = page_size,
                                                .access = Access::Read});
    });
    runs_out([&](Word i) {
        return workshop().manage(
            pager::MapStack{.space = space.number(),
                            .top = somewhere + (i + 1) * 0x1000'0000 + 0x10'0000'0000,
                            .size = page_size});
    });
    expect_error(workshop().manage(
                     pager::MapBuffer{.space = space.number(), .address = 0x5000'0000'0000}, slot),
                 Error::OutOfMemory);
    expect_error(workshop().inspect(
                     pager::ProtectPage{.pid = Space::some_pid, .address = memory, .protect = 1}),
                 Error::OutOfMemory);
    auto const clock = must_do(workshop().parts().devices.lend(Board::clock, api::page_bits));
    expect_error(ipc::call(sys::GivingCall{workshop().manager(), clock},
                           pager::MapDevice{.space = space.number(), .size = page_size}),
                 Error::OutOfMemory);
    expect_error(workshop().inspect(pager::SetTracing{.tracing = pager::Tracing::On}),
                 Error::OutOfMemory);
    expect_error(workshop().manage(pager::CreateSpace{}, slot), Error::OutOfMemory);
    expect_error(
        workshop().manage(
            pager::CloneSpace{.source = space.number(), .target = 0, .pid = 1, .name = {}}, slot),
        Error::OutOfMemory);
    workshop().give_slot(slot);
}

void nothing_is_left() {
    constexpr Word many = 8000;
    auto const before = must(workshop().inspect(pager::Statistics{}));
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(many);
    Word const shared =
        must(space.ask(pager::MapShared{.address = 0, .size = page_size, .access = Access::Read}))
            .address;
    Word const token =
        must(space.ask(pager::Share{.address = shared, .size = page_size, .access = Access::Read}))
            .token;
    Word const whole = space.map(10, Access::Read);
    done(actor.perform(fill_from(memory, page_size, 1)));
    DeepStack const stack{space};
    done(actor.perform(read_at(memory))); // the tables went with the clone, and come back
    {
        static std::optional<Hoard> hoard;
        hoard.emplace();
        auto const now = must(workshop().inspect(pager::Statistics{}));
        expect(now.free < before.total / 100);
        clients_are_refused(space, memory, shared, token);
        managers_are_refused(space, memory);
        stack.is_refused_everything();
        stopped(actor.perform(write_at(memory + (many - 2) * page_size)),
                pager::StopReason::OutOfMemory, memory + (many - 2) * page_size);
        expect_success(space.ask(pager::Unmap{.address = whole, .size = 10 * page_size}));
        expect_success(space.ask(pager::Query{.address = memory}));
        expect(must(workshop().inspect(pager::Check{})).discrepancy.view().empty());
        hoard.reset();
    }
    actor.restart();
    stack.is_trimmed();
    expect_equal(done(actor.perform(sum_from(memory, page_size))), expected_sum(page_size, 1));
    done(actor.perform(write_at(memory + (many - 2) * page_size)));
    expect_success(space.ask(pager::Map{.address = 0, .size = page_size, .access = Access::Read}));
}

constexpr Test tests[]{
    {"nothing is left", nothing_is_left},
};

} // namespace

Tests const exhaustion_tests = tests;

} // namespace test
