// SPDX-License-Identifier: BSD-2-Clause
//
// Objects come from the first slab of their class that has room.

#include <heap/slab_set.hpp>

#include <algorithm>
#include <new>

namespace heap {

namespace {

constexpr std::size_t usual_slab = page_size;
constexpr std::size_t fewest_objects = 8;

} // namespace

std::size_t Slab::objects_of(std::size_t size_class) {
    return std::max(usual_slab / size_class::stride(size_class), fewest_objects);
}

Slab* SlabSet::add_slab(std::size_t size_class) {
    auto const objects = Slab::objects_of(size_class);
    auto const stride = size_class::stride(size_class);
    // The last object needs no room for the header of one behind it.
    auto const size = Slab::first_payload + objects * stride - sizeof(BlockHeader);
    BlockHeader* const block = pool_.allocate(size, granule, Kind::Slab);
    if (block == nullptr) {
        return nullptr;
    }
    auto* const slab =
        new (block->payload()) Slab{.link = {},
                                    .free = nullptr,
                                    .used = 0,
                                    .size_class = static_cast<std::uint16_t>(size_class),
                                    .stride = static_cast<std::uint32_t>(stride)};
    for (std::size_t i = objects; i-- > 0;) {
        auto* const payload = slab->payload(i);
        BlockHeader::of(payload).set(Kind::FreeObject, Slab::first_payload + i * stride);
        slab->free = new (payload) FreeObject{slab->free};
    }
    with_room_[size_class].push_front(*slab);
    return slab;
}

void SlabSet::remove_slab(Slab& slab) {
    with_room_[slab.size_class].remove(slab);
    pool_.release(BlockHeader::of(&slab));
}

BlockHeader* SlabSet::allocate(std::size_t size) {
    auto const size_class = size_class::of(size);
    Slab* slab = with_room_[size_class].front();
    if (slab == nullptr) [[unlikely]] {
        slab = add_slab(size_class);
        if (slab == nullptr) {
            return nullptr;
        }
    }
    FreeObject* const object = slab->free;
    slab->free = object->next;
    ++slab->used;
    if (slab->free == nullptr) {
        with_room_[size_class].remove(*slab);
    }
    BlockHeader& header = BlockHeader::of(object);
    header.set_kind(Kind::Object);
    return &header;
}

void SlabSet::release(BlockHeader& object) {
    Slab& slab = Slab::of(object);
    Slabs& slabs = with_room_[slab.size_class];
    object.set_kind(Kind::FreeObject);
    if (slab.free == nullptr) {
        slabs.push_front(slab);
    }
    slab.free = new (object.payload()) FreeObject{slab.free};
    --slab.used;
    bool const is_only_one = slabs.front() == &slab && slabs.back() == &slab;
    if (slab.used == 0 && !is_only_one) {
        remove_slab(slab);
    }
}

void SlabSet::trim() {
    for (Slabs const& slabs : with_room_) {
        for (Slab* slab = slabs.front(); slab != nullptr;) {
            Slab* const next = Slabs::next(*slab);
            if (slab->used == 0) {
                remove_slab(*slab);
            }
            slab = next;
        }
    }
}

} // namespace heap
