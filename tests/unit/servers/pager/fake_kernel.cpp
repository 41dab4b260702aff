// SPDX-License-Identifier: BSD-2-Clause
//
// FakeKernel: retyping and mapping by the book.

#include "fake_kernel.hpp"

#include <pager/slot_allocator.hpp>

#include <algorithm>

namespace pager::test {

namespace {

constexpr std::uint32_t raw(Slot slot) {
    return static_cast<std::uint32_t>(slot);
}

constexpr unsigned object_bits(api::ObjectType type, unsigned size_bits) {
    switch (type) {
    case api::ObjectType::Untyped: return size_bits;
    case api::ObjectType::LargePage: return api::large_page_bits;
    default: return api::page_bits;
    }
}

} // namespace

FakeKernel::FakeKernel(std::uint32_t leaves) {
    for (std::uint32_t i = 0; i < leaves; ++i) {
        leaves_.insert(i);
    }
}

void FakeKernel::place_untyped(Slot slot, std::uint64_t base, unsigned size_bits) {
    auto const object = std::make_shared<Object>(Object{api::ObjectType::Untyped, base, size_bits});
    put(slot, {.object = object, .watermark = base::bit(size_bits)});
    // RAM as firmware leaves it: full of whatever was there.
    for (std::uint64_t at = base; at < base + base::bit(size_bits); at += page_size) {
        auto page = std::make_unique<Page>();
        page->fill(std::byte{0xa5});
        memory_[at] = std::move(page);
    }
}

void FakeKernel::place_frame(Slot slot, std::uint64_t base, std::span<std::byte const> content) {
    auto const object =
        std::make_shared<Object>(Object{api::ObjectType::SmallPage, base, api::page_bits});
    object->is_constant = true;
    put(slot, {.object = object, .rights = api::Rights::Read});
    auto page = std::make_unique<Page>();
    std::ranges::copy(content, page->begin());
    memory_[base] = std::move(page);
}

void FakeKernel::place_vspace(Slot slot, std::uint64_t base) {
    auto const object =
        std::make_shared<Object>(Object{api::ObjectType::VSpace, base, api::page_bits});
    object->has_asid = true;
    put(slot, {.object = object});
}

void FakeKernel::place_thread(Slot slot) {
    auto const entry = AllocateFrom{nullptr};
    put(slot, {.object = std::make_shared<Object>(Object{api::ObjectType::Tcb, 0, 0}),
               .is_foreign = true});
}

void FakeKernel::place_device(Slot slot, std::uint64_t base, unsigned size_bits) {
    auto const entry = AllocateFrom{nullptr};
    place_untyped(slot, base, size_bits);
    slots_.at(raw(slot)).is_foreign = true;
}

Result<UserAddr> FakeKernel::stack_pointer(Slot thread) {
    auto const entry = enter();
    if (is_refused() || find(thread, api::ObjectType::Tcb) == nullptr) {
        return base::fail(Error::NotFound);
    }
    return stack_pointer_;
}

void FakeKernel::place_asid_pool(Slot slot, std::size_t free_asids) {
    auto const object = std::make_shared<Object>(Object{api::ObjectType::Untyped, 0, 0});
    object->is_pool = true;
    object->asids = free_asids;
    put(slot, {.object = object});
}

FakeKernel::Capability* FakeKernel::find(Slot slot) {
    auto const it = slots_.find(raw(slot));
    if (it == slots_.end()) {
        violation("empty slot used: " + std::to_string(raw(slot)));
        return nullptr;
    }
    return &it->second;
}

FakeKernel::Capability* FakeKernel::find(Slot slot, api::ObjectType type) {
    Capability* const cap = find(slot);
    if (cap != nullptr && (cap->object->type != type || cap->object->is_pool)) {
        if (cap->is_foreign) {
            return nullptr;
        }
        violation("capability of the wrong kind in " + std::to_string(raw(slot)));
        return nullptr;
    }
    return cap;
}

bool FakeKernel::is_free(Slot slot) {
    if (raw(slot) == 0 || !leaves_.contains(raw(slot) / (1u << startup::leaf_bits))) {
        violation("slot that does not exist: " + std::to_string(raw(slot)));
        return false;
    }
    if (slots_.contains(raw(slot))) {
        violation("slot in use: " + std::to_string(raw(slot)));
        return false;
    }
    return true;
}

bool FakeKernel::is_inside(Object const& inner, Object const& outer) const {
    return !inner.is_pool && inner.base >= outer.base &&
           inner.base + base::bit(inner.bits) <= outer.base + base::bit(outer.bits);
}

void FakeKernel::put(Slot slot, Capability cap) {
    by_base_.emplace(cap.object->base, raw(slot));
    slots_[raw(slot)] = std::move(cap);
}

/// Slots of everything that lies in the object's memory, copies of itself and parents that begin
/// at the same address apart.
std::vector<std::uint32_t> FakeKernel::slots_inside(Object const& object) const {
    std::vector<std::uint32_t> inside;
    auto const end = by_base_.lower_bound(object.base + base::bit(object.bits));
    for (auto it = by_base_.lower_bound(object.base); it != end; ++it) {
        Object const& other = *slots_.at(it->second).object;
        bool const smaller = other.bits < object.bits || other.type != api::ObjectType::Untyped;
        if (&other != &object && smaller && is_inside(other, object)) {
            inside.push_back(it->second);
        }
    }
    return inside;
}

bool FakeKernel::has_children(Slot slot) {
    Object const& object = *slots_.at(raw(slot)).object;
    auto const lies_inside = [&](Capability const& cap) { return is_inside(*cap.object, object); };
    return !slots_inside(object).empty() ||
           std::ranges::any_of(leaf_caps_, [&](auto const& s) { return lies_inside(s.second); }) ||
           std::ranges::any_of(elsewhere_, lies_inside);
}

/// Resets the untyped if nothing is made of it, and moves the watermark.
bool FakeKernel::prepare(Slot slot, std::uint64_t size, unsigned count) {
    Capability& untyped = slots_.at(raw(slot));
    std::uint64_t const base = untyped.object->base;
    if (untyped.watermark > 0 && !has_children(slot)) {
        auto const first = memory_.lower_bound(base);
        memory_.erase(first, memory_.lower_bound(base + base::bit(untyped.object->bits)));
        untyped.watermark = 0;
    }
    std::uint64_t const start = (untyped.watermark + size - 1) / size * size;
    if (start + size * count > base::bit(untyped.object->bits)) {
        if (!untyped.is_foreign) {
            violation("untyped is full: " + std::to_string(raw(slot)));
        }
        return false;
    }
    untyped.watermark = start;
    return true;
}

Result<> FakeKernel::retype(Slot slot, api::ObjectType type, unsigned size_bits, Slot first,
                            unsigned count) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    if (fail_retype_in >= 0) {
        --fail_retype_in;
        if (fail_retype_in < 0) {
            return base::fail(Error::OutOfMemory);
        }
    }
    unsigned const bits = object_bits(type, size_bits);
    if (raw(first) / leaf_slots != raw(first + (count - 1)) / leaf_slots) {
        violation("bad retype");
        return base::fail(Error::OutOfMemory);
    }
    if (find(slot, api::ObjectType::Untyped) == nullptr || !prepare(slot, base::bit(bits), count)) {
        return base::fail(Error::OutOfMemory);
    }
    for (unsigned i = 0; i < count; ++i) {
        if (!is_free(first + i)) {
            return base::fail(Error::OutOfMemory);
        }
        Capability& untyped = slots_.at(raw(slot));
        std::uint64_t const base = untyped.object->base + untyped.watermark;
        untyped.watermark += base::bit(bits);
        put(first + i, {.object = std::make_shared<Object>(Object{type, base, bits})});
    }
    return {};
}

Result<> FakeKernel::make_leaf(Slot slot, std::uint32_t leaf) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    Capability const* const untyped = find(slot, api::ObjectType::Untyped);
    if (untyped == nullptr || untyped->object->bits != api::page_bits || leaves_.contains(leaf) ||
        !prepare(slot, page_size, 1)) {
        violation("bad leaf");
        return base::fail(Error::OutOfMemory);
    }
    slots_.at(raw(slot)).watermark = page_size;
    leaves_.insert(leaf);
    leaf_caps_[leaf] = {.object = std::make_shared<Object>(
                            Object{api::ObjectType::CNode, untyped->object->base, api::page_bits})};
    return {};
}

Result<> FakeKernel::copy(Slot from, Slot to, api::Rights rights) {
    auto const entry = enter();
    if (is_refused()) {
        return base::fail(Error::OutOfMemory);
    }
    Capability const* const source = find(from);
    if (source == nullptr || !is_free(to)) {
        return base::fail(Error::OutOfMemory);
    }
    if (source->object->type == api::ObjectType::Untyped && has_children(from)) {
        return base::fail(Error::OutOfMemory); // revoke first
    }
    put(to, {.object = source->object,
             .rights = source->rights & rights,
             .is_foreign = source->is_foreign});
    return {};
}

void FakeKernel::erase(Slot slot) {
    auto const entry = enter();
    if (find(slot) != nullptr) {
        forget(slot);
    }
}

void FakeKernel::revoke(Slot slot) {
    auto const entry = enter();
    Capability const* const capability = find(slot);
    if (capability == nullptr) {
        return;
    }
    auto const object = capability->object;
    if (object->type == api::ObjectType::SmallPage) {
        std::erase_if(elsewhere_, [&](Capability const& cap) { return cap.object == object; });
        return;
    }
    if (object->type != api::ObjectType::Untyped || object->is_pool) {
        violation("revoked what has nothing made from it");
        return;
    }
    for (std::uint32_t const inside : slots_inside(*object)) {
        Capability const& cap = slots_.at(inside);
        if (cap.vspace != nullptr && cap.vspace->base != own_vspace && is_live(cap)) {
            violation("a frame went while a client saw it");
        }
        forget(Slot{inside});
    }
    auto const goes = [&](Capability const& cap) { return is_inside(*cap.object, *object); };
    std::erase_if(elsewhere_, goes);
    for (auto it = leaf_caps_.begin(); it != leaf_caps_.end();) {
        auto const next = std::next(it);
        if (goes(it->second)) {
            for (std::uint32_t i = 0; i < leaf_slots; ++i) {
                if (slots_.contains(it->first * leaf_slots + i)) {
                    violation("a leaf in use was destroyed");
                }
            }
            leaves_.erase(it->first);
            leaf_caps_.erase(it);
        }
        it = next;
    }
}

void FakeKernel::forget(Slot slot) {
    Capability& cap = slots_.at(raw(slot));
    unmap(cap);
    auto const object = cap.object;
    slots_.erase(raw(slot));
    auto [first, last] = by_base_.equal_range(object->base);
    by_base_.erase(std::find_if(first, last, [&](auto const& s) { return s.second == raw(slot); }));
    if (object->type == api::ObjectType::PageTable) {
        detach_table(*object);
    }
    if (object->pool != nullptr) {
        ++object->pool->asids;
    }
}

bool FakeKernel::is_held_elsewhere(Slot slot) {
    auto const object = find(slot)->object;
    return std::ranges::any_of(elsewhere_,
                               [&](Capability const& cap) { return cap.object == object; });
}

void FakeKernel::give_away(Slot slot) {
    if (Capability* const cap = find(slot)) {
        if (cap->object->type == api::ObjectType::Untyped) {
            if (has_children(slot)) {
                violation("an untyped with children was given away");
            }
            cap->watermark = base::bit(cap->object->bits);
        }
        elsewhere_.push_back({.object = cap->object});
    }
}

} // namespace pager::test
