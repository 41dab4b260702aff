// SPDX-License-Identifier: BSD-2-Clause
//
// SlabSet: small objects. A slab is a block cut into objects of one size; those that are free are
// chained to each other. An empty slab goes back to the pool, unless it is the last of its class
// with room: that one is kept, so that one object can come and go at little cost.
#pragma once

#include <base/intrusive_list.hpp>
#include <heap/block_pool.hpp>
#include <heap/size_class.hpp>

#include <array>

namespace heap {

struct FreeObject {
    FreeObject* next;
};

struct Slab {
    base::ListLink<Slab> link; // while it has room
    FreeObject* free;
    std::uint16_t used;
    std::uint16_t size_class;
    std::uint32_t stride;

    /// Objects with their headers, so that payloads lie on multiples of the granule.
    static constexpr std::size_t first_payload = 48;

    [[nodiscard]] std::byte* payload(std::size_t index) {
        return reinterpret_cast<std::byte*>(this) + first_payload + index * stride;
    }

    [[nodiscard]] static std::size_t objects_of(std::size_t size_class);

    [[nodiscard]] std::size_t objects() const { return objects_of(size_class); }

    static Slab& of(BlockHeader& object) {
        return *reinterpret_cast<Slab*>(object.payload() - object.length());
    }
};

static_assert(sizeof(Slab) + sizeof(BlockHeader) <= Slab::first_payload);

class SlabSet {
public:
    explicit constexpr SlabSet(BlockPool& pool) : pool_{pool} {}
    SlabSet(SlabSet const&) = delete;
    SlabSet& operator=(SlabSet const&) = delete;

    /// Null if there is no memory. `size` is at most `largest_object`.
    [[nodiscard]] BlockHeader* allocate(std::size_t size);
    void release(BlockHeader& object);

    /// Gives back what was kept.
    void trim();

private:
    using Slabs = base::IntrusiveList<Slab, &Slab::link>;

    [[nodiscard]] Slab* add_slab(std::size_t size_class);
    void remove_slab(Slab& slab);

    BlockPool& pool_;
    std::array<Slabs, size_class::count> with_room_;
};

} // namespace heap
