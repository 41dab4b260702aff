// SPDX-License-Identifier: BSD-2-Clause
//
// SharedMemory: pages that several spaces have at once, so that what one writes the others read.
// Who has it, and through whom, is a tree of grants. A space *holds* a grant while regions of it
// show the memory; each holder may *offer* it on, by a token, a number nobody can guess; who takes
// the offer holds a grant below it. To revoke an offer is to take the memory away from all below.
#pragma once

#include <base/intrusive_list.hpp>
#include <base/random.hpp>
#include <pager/ordered_tree.hpp>
#include <pager/page_array.hpp>

#include <utility>

namespace pager {

class SharedMemory;

/// A space, as far as shared memory is concerned.
struct Holder {
    SpaceNumber space{no_space};
    std::uint64_t charged{0}; // pages of memories that count against its quota
};

/// Pages of a shared memory.
struct PageRange {
    std::uint64_t first;
    std::uint64_t count;
};

struct Grant {
    SharedMemory& memory;
    PageRange pages;
    Access most;            // that regions may allow
    Grant* above{nullptr};  // an offer is below its holder, a holder below the offer; null: the
                            // first, or one that outlived what was above
    Holder* holder;         // who holds it, or made the offer
    std::uint64_t token{0}; // of an offer; 0: the grant is held
    UserAddr start{};       // held: where its first page is shown
    std::uint32_t uses{0};  // held: by how many regions
    UserAddr passed{};      // held, and being revoked: no region below this uses it any more

    base::ListLink<Grant> siblings{};
    base::IntrusiveList<Grant, &Grant::siblings> below{};
    base::ListLink<Grant> in_memory{}; // held: among those of the memory
    TreeLink<Grant> by_token{};

    [[nodiscard]] std::uint64_t key() const { return token; }

    /// Which page of the memory is shown at `page`.
    [[nodiscard]] std::uint64_t page_at(UserAddr page) const {
        return pages.first + (page - start) / page_size;
    }
};

/// What a region has of a grant: the grant lasts as long as one of these does.
class GrantUse {
public:
    GrantUse() = default;
    explicit GrantUse(Grant& grant) : grant_{&grant} { ++grant.uses; }
    GrantUse(GrantUse const& other) : grant_{other.grant_} {
        if (grant_ != nullptr) {
            ++grant_->uses;
        }
    }
    GrantUse(GrantUse&& other) noexcept : grant_{std::exchange(other.grant_, nullptr)} {}
    ~GrantUse() {
        if (grant_ != nullptr && --grant_->uses == 0) {
            release();
        }
    }

    GrantUse& operator=(GrantUse other) noexcept {
        std::swap(grant_, other.grant_);
        return *this;
    }

    [[nodiscard]] Grant* get() const { return grant_; }
    [[nodiscard]] Grant* operator->() const { return grant_; }

    friend bool operator==(GrantUse const& a, GrantUse const& b) { return a.grant_ == b.grant_; }

private:
    void release();

    Grant* grant_{nullptr};
};

class SharedMemories;

/// The frames, and who holds them. The last holder's end is that of the memory.
class SharedMemory {
public:
    SharedMemory(SharedMemories& all, std::uint32_t number, std::uint64_t size)
        : all_{all}, number_{number}, size_{size} {}
    SharedMemory(SharedMemory const&) = delete;
    SharedMemory& operator=(SharedMemory const&) = delete;

    /// In pages.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] std::uint64_t present() const { return present_; }

    [[nodiscard]] std::optional<Frame> find(std::uint64_t page) const;

    /// The same, but where there is no frame yet, there is a zeroed one after this.
    [[nodiscard]] Result<Frame> bring(std::uint64_t page);

    /// How many grants of it are held.
    [[nodiscard]] std::uint32_t holders() const { return holders_; }

    [[nodiscard]] std::uint64_t key() const { return number_; }
    [[nodiscard]] Grant* first_holder() const { return held_.front(); }

    /// Calls `visit(page, frame)` for each that is there.
    void for_each_frame(auto visit) const;

private:
    friend GrantUse;
    friend SharedMemories;

    /// 2 MiB of it. It is the only user of its array, so that a frame leads here; its start counts
    /// from that of the memory.
    struct Part : ArrayUser {
        SharedMemory& memory;
        TreeLink<Part> link{};

        [[nodiscard]] std::uint64_t key() const { return first_page() / leaf_pages; }
        [[nodiscard]] std::uint64_t first_page() const { return start.raw() / page_size; }
    };

    [[nodiscard]] Result<Part*> make_part(std::uint64_t number);

    SharedMemories& all_;
    std::uint32_t number_;
    std::uint64_t size_;
    std::uint64_t present_{0};
    std::uint32_t holders_{0};
    Holder* charged_{nullptr}; // whose quota it counts against: whoever holds it longest
    OrderedTree<Part, &Part::link> parts_;
    base::IntrusiveList<Grant, &Grant::in_memory> held_;
    TreeLink<SharedMemory> by_number_{};
    base::ListLink<SharedMemory> unheld_{};
};

void SharedMemory::for_each_frame(auto visit) const {
    for (Part const* part = parts_.first(); part != nullptr; part = parts_.next(*part)) {
        for (std::uint32_t entry = 0; entry < leaf_pages; ++entry) {
            if (FrameReference const reference = part->pages->entries[entry]; reference.present()) {
                visit(part->first_page() + entry, reference.frame());
            }
        }
    }
}

class SharedMemories {
public:
    SharedMemories(FrameTable& frames, FramePool& pool, PageArrays& arrays, base::Random& random)
        : frames_{frames}, pool_{pool}, arrays_{arrays}, random_{random} {}

    ~SharedMemories();
    SharedMemories(SharedMemories const&) = delete;
    SharedMemories& operator=(SharedMemories const&) = delete;

    /// New memory of `pages` pages, to be shown from `start` on.
    [[nodiscard]] GrantUse make(Holder& holder, UserAddr start, std::uint64_t pages, Access most);

    /// Let others take some of what `grant` holds: the token.
    [[nodiscard]] std::uint64_t offer(Grant& grant, PageRange pages, Access most);

    /// The offer that a token means, or null.
    [[nodiscard]] Grant* find(std::uint64_t token) const { return offers_.find(token); }

    /// Hold what is offered.
    [[nodiscard]] GrantUse take(Grant& offer, Holder& holder, UserAddr start);

    /// The same as `grant` for the clone of a space.
    [[nodiscard]] GrantUse copy(Grant const& grant, Holder& holder);

    struct Revocation {
        bool is_done;  // nobody has the memory by that offer any more, and the offer is gone
        Grant* holder; // who is to lose it next; null: the step is over
    };

    /// Where a frame in state Shared is: who holds the memory has it.
    struct Place {
        SharedMemory* memory;
        std::uint64_t page;

        friend bool operator==(Place, Place) = default;
    };

    [[nodiscard]] Place place_of(Frame frame) const;

    /// A step towards the end of an offer.
    [[nodiscard]] Revocation revoke(Grant& offer);

    /// Give frames of memories back that nobody holds: whether there are any left.
    bool tidy(unsigned pages);
    [[nodiscard]] bool has_untidy() const { return !unheld_.empty(); }

    /// All of them, for the checker.
    [[nodiscard]] SharedMemory* first() const { return memories_.first(); }
    [[nodiscard]] SharedMemory* next(SharedMemory const& memory) const {
        return memories_.next(memory);
    }

private:
    friend GrantUse;
    friend SharedMemory;

    [[nodiscard]] Grant& hold(Holder& holder, UserAddr start, Grant const& like, Grant* above);
    void release(Grant& grant);
    void withdraw(Grant& offer);
    void charge(SharedMemory& memory, Holder* holder);
    unsigned drop_pages(SharedMemory& memory, unsigned count);

    FrameTable& frames_;
    FramePool& pool_;
    PageArrays& arrays_;
    base::Random& random_;
    OrderedTree<Grant, &Grant::by_token> offers_;
    OrderedTree<SharedMemory, &SharedMemory::by_number_> memories_;
    base::IntrusiveList<SharedMemory, &SharedMemory::unheld_> unheld_;
    std::uint32_t last_number_{0};
};

} // namespace pager
