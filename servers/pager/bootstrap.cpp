// SPDX-License-Identifier: BSD-2-Clause
//
// Bootstrap: check, plan, make the books, move.
//
//     untyped "home"   | first 2 MiB: tables, whatever is needed | books ... | free ... |
//     books            | frame records | slots | frame groups, leaves | pages for the heap |

#include <base/scope_guard.hpp>
#include <pager/bootstrap.hpp>

#include <algorithm>
#include <numeric>

namespace pager {

namespace {

constexpr std::uint64_t chunk_size = base::bit(api::large_page_bits);
constexpr std::uint64_t first_heap_size = 16 * page_size;
constexpr std::uint64_t max_frames = base::bit(28); // what a FrameReference can name
constexpr unsigned max_slot_bits = 28;              // ... and a Mapping

/// Cuts the books out of one stretch of memory.
class Cutter {
public:
    explicit Cutter(UserAddr start) : at_{start.raw()} {}

    template <typename T>
    std::span<T> cut(std::uint64_t count) {
        auto* const first = reinterpret_cast<T*>(at_);
        at_ = base::align_up(at_ + count * sizeof(T), 4);
        return {first, count};
    }

    [[nodiscard]] std::uint64_t end() const { return at_; }

private:
    std::uint64_t at_;
};

/// The first slot that init left empty.
std::uint64_t slots_taken(startup::Info const& info) {
    return info.first_untyped + info.untyped_count;
}

BootArchive archive_of(startup::Info const& info) {
    return {.bytes = {reinterpret_cast<std::byte const*>(info.archive), info.archive_size},
            .first_frame = Slot{static_cast<std::uint32_t>(info.archive_frames)}};
}

} // namespace

FramePlan::FramePlan(startup::Info const& info) : size_{info.untyped_count} {
    for (std::uint32_t i = 0; i < size_; ++i) {
        places_[i] = {.untyped = i,
                      .first = no_frame,
                      .order = static_cast<unsigned>(info.untypeds[i].size_bits) - api::page_bits};
    }
    std::ranges::sort(std::span{places_}.first(size_), [](Place const& a, Place const& b) {
        return a.order != b.order ? a.order > b.order : a.untyped < b.untyped;
    });
    for (std::size_t i = 0; i < size_; ++i) {
        places_[i].first = Frame{static_cast<std::uint32_t>(frames_)};
        frames_ += base::bit(places_[i].order);
    }
}

std::optional<std::size_t> FramePlan::smallest_above(std::uint64_t chunks) const {
    for (std::size_t i = size_; i-- > 0;) {
        if (places_[i].order > max_order && base::bit(places_[i].order - max_order) > chunks) {
            return i;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Bootstrap::check(startup::Info const& info) {
    if (info.magic != startup::magic) {
        return "the start-up page is not there";
    }
    if (info.untyped_count == 0 || info.untyped_count > info.untypeds.size()) {
        return "there is no memory, or in too many pieces";
    }
    std::uint64_t frames = 0;
    for (std::size_t i = 0; i < info.untyped_count; ++i) {
        api::Word const bits = info.untypeds[i].size_bits;
        if (bits < api::page_bits || bits > api::max_untyped_bits) {
            return "a piece of memory has an impossible size";
        }
        frames += base::bit(static_cast<unsigned>(bits) - api::page_bits);
    }
    if (frames > max_frames) {
        return "there is more memory than the books can describe";
    }
    if (info.root_bits > max_slot_bits - startup::leaf_bits ||
        info.leaf_count < slots_taken(info) / leaf_slots + 2 ||
        info.leaf_count > slots_taken(info) / leaf_slots + first_leaves ||
        info.leaf_count + 2 * PoolBooks::leaf_count(frames) >=
            base::bit(static_cast<unsigned>(info.root_bits))) {
        return "the capability space is not as agreed";
    }
    if (!base::is_aligned(info.archive, api::page_bits) ||
        info.archive_frames < startup::slot::first_free ||
        info.archive_frames + BootArchive::page_count(info.archive_size) > info.first_untyped) {
        return "the boot archive is not as agreed";
    }
    return std::nullopt;
}

Bootstrap::Bootstrap(startup::Info const& info, KernelPort& port, OwnLayout const& layout)
    : info_{info}, port_{port}, layout_{layout}, plan_{info},
      chunks_needed_{base::align_up(books_size(), api::large_page_bits) / chunk_size},
      home_{plan_.smallest_above(chunks_needed_).value_or(0)},
      frames_{first_records_, plan_[home_].first},
      slots_{first_slot_leaves_, static_cast<std::uint32_t>(slots_taken(info) / leaf_slots)},
      blocks_{port, frames_, slots_},
      memory_{port, frames_, slots_, blocks_, archive_of(info), own_} {}

std::uint64_t Bootstrap::fixed_slots() const {
    return slots_taken(info_) % leaf_slots;
}

/// Leaves of each of the two kinds that FramePool fills. They lie at the end of the CSpace.
std::uint32_t Bootstrap::pool_leaves() const {
    return static_cast<std::uint32_t>(PoolBooks::leaf_count(plan_.frames()));
}

/// Of the leaves before those.
std::uint64_t Bootstrap::slot_leaves() const {
    return base::bit(static_cast<unsigned>(info_.root_bits)) - 2 * pool_leaves();
}

std::uint64_t Bootstrap::file_book_words() const {
    return FilePages::book_words(BootArchive::page_count(info_.archive_size));
}

std::uint64_t Bootstrap::books_size() const {
    std::uint64_t const alignment = 5 * 16;
    return plan_.frames() * sizeof(FrameRecord) + slot_leaves() * sizeof(SlotLeaf) +
           PoolBooks::group_count(plan_.frames()) * sizeof(FrameGroup) +
           pool_leaves() * sizeof(FrameLeaves) + file_book_words() * sizeof(std::uint64_t) +
           alignment + first_heap_size;
}

Slot Bootstrap::untyped_slot(std::size_t place) const {
    return Slot{static_cast<std::uint32_t>(info_.first_untyped) + plan_[place].untyped};
}

base::Result<void, std::string_view> Bootstrap::run() {
    constexpr std::string_view refused = "the kernel refused what the pager needs to start";
    if (!plan_.smallest_above(chunks_needed_) || chunks_needed_ > max_chunks) {
        return base::fail(std::string_view{"there is too little memory in one piece to start"});
    }
    slots_.add_leaf(no_frame, static_cast<std::uint32_t>(slots_taken(info_) % leaf_slots));
    for (std::uint64_t i = slots_taken(info_) / leaf_slots + 1; i < info_.leaf_count; ++i) {
        slots_.add_leaf(no_frame);
    }
    blocks_.add_untyped(untyped_slot(home_), plan_[home_].first, plan_[home_].order);
    auto const first = blocks_.carve();
    if (!first) {
        return base::fail(refused);
    }
    blocks_.adopt(*first, FrameState::Free);
    while (chunk_count_ < chunks_needed_) {
        if (!add_chunk()) {
            return base::fail(refused);
        }
    }
    move_books();
    add_untypeds();
    memory_.random = base::Random{info_.random_key};
    memory_.randomises_layout = info_.randomises_layout != 0;
    if (!memory_.start()) {
        return base::fail(refused);
    }
    return {};
}

/// The next 2 MiB, mapped behind those before.
Result<> Bootstrap::add_chunk() {
    UserAddr const address = layout_.books + chunk_count_ * chunk_size;
    TRY(memory_.reserve());
    TRY(map_book_tables(address));
    auto const chunk = TRY(blocks_.carve());
    Slot const page = TRY(slots_.take());
    TRY(port_.retype(chunk.untyped, api::ObjectType::LargePage, 0, page, 1));
    TRY(port_.map_frame(page, Slot{startup::slot::vspace}, address, Access::ReadWrite));
    chunks_[chunk_count_++] = {.chunk = chunk, .page = page};
    return {};
}

/// Tables of levels 1 and 2; the latter once for each GiB.
Result<> Bootstrap::map_book_tables(UserAddr address) {
    if (chunk_count_ > 0 && !address.is_aligned(api::huge_page_bits)) {
        return {};
    }
    for (unsigned missing = chunk_count_ == 0 ? 2 : 1; missing > 0; --missing) {
        Frame const table =
            TRY(memory_.objects.make(api::ObjectType::PageTable, FrameState::Pager, no_space));
        TRY(port_.map_table(memory_.objects.capability(table), Slot{startup::slot::vspace},
                            address));
    }
    return {};
}

void Bootstrap::move_books() {
    Cutter memory{layout_.books};
    // Fresh memory is zero, which all books take for "nothing known".
    frames_.move_to(memory.cut<FrameRecord>(plan_.frames()));
    slots_.move_to(memory.cut<SlotLeaf>(slot_leaves()));
    auto const groups = memory.cut<FrameGroup>(PoolBooks::group_count(plan_.frames()));
    auto const leaves = memory.cut<FrameLeaves>(pool_leaves());
    memory_.files.start(memory.cut<std::uint64_t>(file_book_words()));
    auto const first_leaf = static_cast<std::uint32_t>(slot_leaves());
    memory_.pool.start(
        {.start = layout_.frames, .first_leaf = first_leaf, .leaf_count = pool_leaves()},
        {.groups = groups, .leaves = leaves});
    for (std::size_t i = 0; i < chunk_count_; ++i) {
        blocks_.adopt(chunks_[i].chunk, FrameState::Pager);
        frames_[chunks_[i].chunk.first].use.object = chunks_[i].page;
    }
    std::uint64_t const heap = base::align_up(memory.end(), api::page_bits);
    std::uint64_t const end = layout_.books.raw() + chunk_count_ * chunk_size;
    own_.start(memory_.pool);
    own_.add(reinterpret_cast<std::byte*>(heap), (end - heap) / page_size);
}

void Bootstrap::add_untypeds() {
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        if (i != home_) {
            blocks_.add_untyped(untyped_slot(i), plan_[i].first, plan_[i].order);
        }
    }
}

} // namespace pager
