// SPDX-License-Identifier: BSD-2-Clause
//
// Clones: what one of them writes no other sees, however many there are and however deep.

#include "actor.hpp"
#include "lists.hpp"

namespace test {

namespace {

constexpr Word pages = 8;

/// A clone, and a thread in it.
struct Family {
    explicit Family(Space const& parent) : space{workshop(), parent}, actor{workshop(), space} {}

    Space space;
    Actor actor;
};

/// Some of them, each in memory of its own, which lasts.
template <std::size_t Most>
class Families {
public:
    Families() = default;
    Families(Families const&) = delete;
    Families& operator=(Families const&) = delete;
    ~Families() {
        for (auto& family : families_) {
            family.reset();
        }
    }

    Family& add(Space const& parent) { return families_[count_++].emplace(parent); }
    [[nodiscard]] Family& operator[](std::size_t index) {
        auto& family = families_[index];
        if (!family) {
            give_up("this clone has ended", Location::current());
        }
        return *family;
    }
    void end(std::size_t index) { families_[index].reset(); }

private:
    std::array<std::optional<Family>, Most> families_{};
    std::size_t count_{0};
};

pager::CopyOnWrite::Reply copies() {
    return must(workshop().inspect(pager::CopyOnWrite{}));
}

Word sum(Actor& actor, Word address) {
    return done(actor.perform(sum_from(address, page_size)));
}

void three_hundred_sharers() {
    constexpr std::size_t count = 300;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(pages);
    done(actor.perform(fill_from(memory, page_size, 1)));
    auto const before = copies();

    static Families<count> sharers;
    for (std::size_t i = 0; i < count; ++i) {
        sharers.add(space);
    }
    expect_equal(copies().clones - before.clones, count);
    expect(copies().saved_now >= count);
    expect_equal(space.page_of(memory).references, count + 1);

    for (std::size_t i = 0; i < count; i += 3) {
        done(sharers[i].actor.perform(fill_from(memory, page_size, i)));
    }
    expect_equal(space.page_of(memory).references, count * 2 / 3 + 1);
    for (std::size_t i = 0; i < count; ++i) {
        Word const seed = i % 3 == 0 ? i : 1;
        expect_equal(sum(sharers[i].actor, memory), expected_sum(page_size, seed));
        expect_equal(sum(sharers[i].actor, memory + page_size), 0);
    }
    for (std::size_t i = count; i-- > 0;) {
        sharers.end(i);
    }
    expect_equal(sum(actor, memory), expected_sum(page_size, 1));
    auto const at_end = space.page_of(memory);
    expect_equal(at_end.references, 1);
    done(actor.perform(fill_from(memory, page_size, 2)));
    expect_equal(sum(actor, memory), expected_sum(page_size, 2));
    expect_equal(copies().saved_now, before.saved_now);
    expect(copies().saved_peak >= count);
}

/// Each is the clone of the one before, and writes one page more.
void clones_of_clones() {
    constexpr std::size_t depth = 40;
    static Families<depth> chain;
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(depth);
    done(actor.perform(fill_from(memory, depth * page_size, 0)));
    Word const untouched = expected_sum(depth * page_size, 0);
    for (std::size_t i = 0; i < depth; ++i) {
        auto& clone = chain.add(i == 0 ? space : chain[i - 1].space);
        done(clone.actor.perform(fill_from(memory + i * page_size, page_size, i + 1)));
    }
    expect_equal(done(actor.perform(sum_from(memory, depth * page_size))), untouched);
    for (std::size_t i = 0; i < depth; i += 2) {
        chain.end(i); // and those between go on without their parents
    }
    for (std::size_t i = 1; i < depth; i += 2) {
        for (Word page = 0; page <= i; ++page) {
            expect_equal(sum(chain[i].actor, memory + page * page_size),
                         expected_sum(page_size, page + 1));
        }
    }
    for (std::size_t i = 1; i < depth; i += 2) {
        chain.end(i);
    }
    expect_equal(done(actor.perform(sum_from(memory, depth * page_size))), untouched);
}

/// Clones of much memory, both sides write to it while it is being cloned, and end.
void a_storm_of_clones() {
    constexpr Word many = 1300; // pages, in more tables than one step clones
    Loaded space{workshop()};
    Actor actor{workshop(), space};
    Word const memory = space.map(many);
    for (Word round = 0; round < 4; ++round) {
        done(actor.perform(fill_from(memory, many * page_size, round)));
        Family clone{space};
        done(clone.actor.perform(fill_from(memory, many / 2 * page_size, round + 100)));
        done(actor.perform(fill_from(memory + many / 4 * page_size, page_size, round + 200)));
        expect_equal(done(clone.actor.perform(sum_from(memory, many / 2 * page_size))),
                     expected_sum(many / 2 * page_size, round + 100));
        Family grandchild{clone.space};
        done(clone.actor.perform(fill_from(memory, page_size, round + 300)));
        expect_equal(sum(grandchild.actor, memory), expected_sum(page_size, round + 100));
        expect_equal(sum(actor, memory + many / 4 * page_size),
                     expected_sum(page_size, round + 200));
    }
}

constexpr Test tests[]{
    {"three hundred sharers of a page", three_hundred_sharers},
    {"clones of clones", clones_of_clones},
    {"a storm of clones", a_storm_of_clones},
};

} // namespace

Tests const clone_tests = tests;

} // namespace test
