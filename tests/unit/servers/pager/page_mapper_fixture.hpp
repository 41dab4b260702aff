// SPDX-License-Identifier: BSD-2-Clause
//
// Two spaces without regions, made of a PageMapper each, over all that a pager's memory is.
// Whatever a test does, the translation tables are what the books say when it ends.
#pragma once

#include "pager_fixture.hpp"

namespace pager::test {

inline constexpr UserAddr start{0x4000'0000};
inline constexpr std::uint64_t span = std::uint64_t{1} << Leaf::span_bits;

constexpr UserAddr page(std::uint64_t leaf, std::uint64_t entry) {
    return start + leaf * span + entry * page_size;
}

constexpr UserAddr end_of(std::uint64_t leaves) {
    return start + leaves * span;
}

/// Spaces without regions. All that is done to them the pager does, so it draws from its books.
class PageMapperFixture : public PagerFixture {
protected:
    struct Space {
        Frame vspace;
        std::unique_ptr<PageMapper> pages;
    };

    auto in_pager(auto operation) {
        AllocateFrom const scope{&books->heap()};
        EXPECT_TRUE(memory->reserve());
        return operation();
    }

    PageMapperFixture() {
        for (Space& owner : spaces) {
            in_pager([&] { make(owner); });
        }
    }

    ~PageMapperFixture() override {
        for (Space& owner : spaces) {
            expect_tables_agree(owner);
            in_pager([&] { owner.pages.reset(); });
            memory->objects.destroy(owner.vspace);
        }
    }

    void make(Space& owner) {
        auto const vspace =
            memory->objects.make(api::ObjectType::VSpace, FrameState::KernelObject, number);
        ASSERT_TRUE(vspace && memory->assign_asid(memory->objects.capability(*vspace)));
        owner.vspace = *vspace;
        owner.pages =
            std::make_unique<PageMapper>(*memory, number, memory->objects.capability(*vspace));
    }

    [[nodiscard]] std::byte* touch(Space const& owner, UserAddr at, FaultKind kind) {
        return kernel.touch(memory->objects.capability(owner.vspace), at, kind);
    }

    /// A new frame there. `mark` is in its first byte.
    void place(Space& owner, UserAddr at, std::uint8_t mark = 1) {
        in_pager([&] {
            Frame const frame =
                *memory->pool.take(PageGroup::Clients, FrameState::Anonymous, number);
            *memory->pool.bytes(frame) = std::byte{mark};
            ASSERT_TRUE(owner.pages->place_frame(at, frame, Access::ReadWrite));
        });
    }

    void place_leaf(Space& owner, std::uint64_t leaf, std::uint64_t count = leaf_pages) {
        for (std::uint64_t entry = 0; entry < count; ++entry) {
            place(owner, page(leaf, entry), mark_of(entry));
        }
    }

    static std::uint8_t mark_of(std::uint64_t entry) {
        return static_cast<std::uint8_t>(1 + entry % 200);
    }

    /// All that one owner has, for another that has nothing.
    void share_all(Space& from, Space& to) {
        UserAddr at{};
        while (auto const next = in_pager(
                   [&] { return *from.pages->share_leaf(*to.pages, {at, user_end}, 0); })) {
            at = *next;
        }
    }

    void clear(Space& owner, UserAddr from, UserAddr end) {
        in_pager([&] { owner.pages->clear(from, end); });
    }

    [[nodiscard]] std::uint64_t anonymous() const {
        return memory->frames.bytes(FrameState::Anonymous) / page_size;
    }

    [[nodiscard]] std::uint64_t count_present(Space const& owner, UserAddr from, UserAddr end) {
        std::uint64_t count = 0;
        for (; from < end; from = from + page_size) {
            count += owner.pages->get(from).state != PageState::Absent ? 1 : 0;
        }
        return count;
    }

    /// Mapped in the books is mapped for the kernel; and only a page nobody shares is writable.
    void expect_tables_agree(Space const& owner) {
        for (UserAddr at = start; at < end_of(4); at = at + page_size) {
            PageView const view = owner.pages->get(at);
            bool const reads = touch(owner, at, FaultKind::Read) != nullptr;
            bool const writes = touch(owner, at, FaultKind::Write) != nullptr;
            bool const executes = touch(owner, at, FaultKind::Execute) != nullptr;
            ASSERT_EQ(reads || executes, view.is_mapped);
            ASSERT_EQ(writes, view.is_writable);
            ASSERT_TRUE(!writes || view.is_exclusive || view.state == PageState::Buffer);
        }
    }

    SpaceNumber number{77};
    std::array<Space, 2> spaces;
    Space& space{spaces[0]};
    Space& other{spaces[1]};
};

} // namespace pager::test
