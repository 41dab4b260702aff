// SPDX-License-Identifier: BSD-2-Clause
//
// Inspection: goes through all runs, block by block and object by object, and compares what it
// finds with the notes of everybody else. It follows a link only after a look at what is behind it.

#include <heap/guard.hpp>
#include <heap/heap.hpp>

namespace heap {

class Inspection {
public:
    explicit Inspection(Heap& heap) : heap_{heap} {}

    [[nodiscard]] bool passes();

private:
    [[nodiscard]] bool run_passes(RunHeader& run);
    [[nodiscard]] bool blocks_pass(RunHeader& run);
    [[nodiscard]] bool block_passes(BlockHeader& header);
    [[nodiscard]] bool free_block_passes(BlockHeader& header);
    [[nodiscard]] bool free_pages_pass(BlockHeader& header);
    [[nodiscard]] bool slab_passes(BlockHeader& header);
    [[nodiscard]] bool objects_pass(Slab& slab);
    [[nodiscard]] bool free_objects_pass(Slab& slab);
    [[nodiscard]] bool neighbours_pass(Slab& slab);
    [[nodiscard]] bool live_block_passes(BlockHeader& header);
    [[nodiscard]] bool sums_pass();

    /// Whether a block of this kind begins here, wherever that is.
    [[nodiscard]] bool is_block(void* payload, Kind kind) const {
        return base::is_aligned(reinterpret_cast<std::uintptr_t>(payload), granule_bits) &&
               heap_.runs_.containing(payload) != nullptr && BlockHeader::of(payload).sealed() &&
               BlockHeader::of(payload).kind() == kind;
    }

    [[nodiscard]] bool require(bool condition, void const* where,
                               Misuse what = Misuse::BrokenBooks) {
        if (!condition) {
            heap_.report(what, where);
        }
        return condition;
    }

    Heap& heap_;
    Statistics seen_{};
    std::size_t free_blocks_{0};
    std::size_t spare_pages_{0};
};

bool Inspection::passes() {
    for (RunHeader* run = nullptr; (run = heap_.runs_.after(run)) != nullptr;) {
        seen_.reserved += run->extent.size;
        seen_.held += run->extent.size;
        if (!run_passes(*run)) {
            return false;
        }
    }
    return sums_pass();
}

bool Inspection::run_passes(RunHeader& run) {
    if (run.payload_offset == 0) {
        return blocks_pass(run);
    }
    if (!require(run.payload_offset < run.extent.size, &run)) {
        return false;
    }
    BlockHeader& header = BlockHeader::of(run.begin() + run.payload_offset);
    return require(is_block(header.payload(), Kind::Direct) &&
                       header.length() == run.payload_offset,
                   &header) &&
           live_block_passes(header);
}

bool Inspection::blocks_pass(RunHeader& run) {
    BlockHeader& last = run.last_block();
    bool previous_is_free = false;
    BlockHeader* header = &run.first_block();
    while (header != &last) {
        auto const room = static_cast<std::size_t>(last.address() - header->address());
        if (!require(header->sealed() && header->length() >= BlockPool::shortest &&
                         header->length() <= room && header->previous_is_free() == previous_is_free,
                     header) ||
            !block_passes(*header)) {
            return false;
        }
        bool const is_free = header->kind() == Kind::Free;
        if (!require(!is_free || !previous_is_free, header)) {
            return false;
        }
        previous_is_free = is_free;
        header = &header->next();
    }
    return require(last.sealed() && last.kind() == Kind::End &&
                       last.previous_is_free() == previous_is_free,
                   &last);
}

bool Inspection::block_passes(BlockHeader& header) {
    switch (header.kind()) {
    case Kind::Block: return live_block_passes(header);
    case Kind::Slab: return slab_passes(header);
    case Kind::Free: return free_block_passes(header);
    default: return require(false, &header);
    }
}

bool Inspection::free_block_passes(BlockHeader& header) {
    ++free_blocks_;
    seen_.free += header.length();
    auto const& extent = *reinterpret_cast<Extent const*>(header.payload());
    auto const is_free_block = [this](Extent* other) { return is_block(other, Kind::Free); };
    return require(&header.next().previous() == &header && extent.size == header.length() &&
                       heap_.pool_.free_blocks().is_sound_at(extent, is_free_block),
                   &header) &&
           free_pages_pass(header);
}

/// A page is spare or absent, and whoever has spare ones is in the list of those.
bool Inspection::free_pages_pass(BlockHeader& header) {
    auto const all = heap_.pool_.pages_of(header);
    if (all.count() == 0) {
        return true;
    }
    FreePages const& pages = BlockPool::free_pages_of(header);
    auto absent = pages.absent;
    absent &= PageSet{all};
    seen_.held -= absent.count() * page_size;
    spare_pages_ += pages.spare;
    auto const is_free_block = [this](FreePages* other) { return is_block(other, Kind::Free); };
    auto const [next, previous] = pages.link;
    return require(absent == pages.absent && pages.spare + absent.count() == all.count(),
                   &header) &&
           require((next == nullptr || (is_free_block(next) && next->link.prev == &pages)) &&
                       (previous == nullptr ||
                        (is_free_block(previous) && previous->link.next == &pages)) &&
                       (pages.spare > 0 || (next == nullptr && previous == nullptr)),
                   &header);
}

bool Inspection::slab_passes(BlockHeader& header) {
    Slab& slab = *reinterpret_cast<Slab*>(header.payload());
    if (!require(slab.size_class < size_class::count &&
                     slab.stride == size_class::stride(slab.size_class),
                 &slab)) {
        return false;
    }
    std::byte* const end = slab.payload(slab.objects()) - sizeof(BlockHeader);
    return require(end <= header.next().address(), &slab) && objects_pass(slab) &&
           free_objects_pass(slab) && neighbours_pass(slab);
}

bool Inspection::objects_pass(Slab& slab) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < slab.objects(); ++i) {
        std::byte* const payload = slab.payload(i);
        BlockHeader& object = BlockHeader::of(payload);
        bool const is_used = object.kind() == Kind::Object;
        if (!require(object.sealed() && (is_used || object.kind() == Kind::FreeObject) &&
                         payload - object.length() == reinterpret_cast<std::byte*>(&slab),
                     &object) ||
            (is_used && !live_block_passes(object))) {
            return false;
        }
        used += is_used ? 1 : 0;
    }
    return require(used == slab.used, &slab);
}

/// The chain visits as many free objects as there are, and each is in this slab.
bool Inspection::free_objects_pass(Slab& slab) {
    std::size_t count = slab.objects() - slab.used;
    for (FreeObject* object = slab.free; object != nullptr; object = object->next) {
        if (!require(count-- > 0 && is_block(object, Kind::FreeObject) &&
                         &Slab::of(BlockHeader::of(object)) == &slab,
                     &slab)) {
            return false;
        }
    }
    return require(count == 0, &slab);
}

/// In the list of slabs with room; one that has none is in no list.
bool Inspection::neighbours_pass(Slab& slab) {
    auto const is_slab = [this](Slab* other) { return is_block(other, Kind::Slab); };
    auto const [next, previous] = slab.link;
    if (slab.free == nullptr) {
        return require(next == nullptr && previous == nullptr, &slab);
    }
    return require((next == nullptr || (is_slab(next) && next->link.prev == &slab)) &&
                       (previous == nullptr || (is_slab(previous) && previous->link.next == &slab)),
                   &slab);
}

bool Inspection::live_block_passes(BlockHeader& header) {
    ++seen_.blocks;
    auto const payload_size = Heap::payload_size(header);
    if (heap_.options_.checks == Checks::None) {
        seen_.used += payload_size;
        return true;
    }
    auto const requested = guard::read(header.payload(), payload_size);
    seen_.used += requested.value_or(0);
    return require(requested.has_value(), header.payload(), Misuse::WrittenBehind);
}

/// The tree has as many blocks as there are free ones: so each is in it.
bool Inspection::sums_pass() {
    auto const& tree = heap_.pool_.free_blocks();
    for (Extent* extent = nullptr; (extent = tree.after(extent)) != nullptr;) {
        if (!require(free_blocks_-- > 0, extent)) {
            return false;
        }
    }
    auto const noted = heap_.statistics();
    return require(free_blocks_ == 0 && seen_.blocks == noted.blocks && seen_.used == noted.used &&
                       seen_.reserved == noted.reserved && seen_.held == noted.held &&
                       seen_.free == noted.free &&
                       spare_pages_ == heap_.pool_.free_pages().spare() && noted.used <= noted.peak,
                   &heap_);
}

bool Heap::check() {
    return Inspection{*this}.passes();
}

} // namespace heap
