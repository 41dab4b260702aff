// SPDX-License-Identifier: BSD-2-Clause
//
// Mirrors the kernel's watermark of each untyped, to know where the next object will lie.

#include <init/untyped_allocator.hpp>

#include <span>

namespace init {

bool UntypedAllocator::add(sys::Untyped untyped, unsigned size_bits) {
    if (count_ == regions_.size()) {
        return false;
    }
    regions_[count_++] = {.untyped = untyped, .size = base::bit(size_bits), .used = 0};
    return true;
}

UntypedAllocator::Region* UntypedAllocator::best_fit(unsigned bits, api::Word count) {
    Region* best = nullptr;
    for (auto& region : std::span{regions_}.first(count_)) {
        auto const start = base::align_up(region.used, bits);
        bool const fits = start < region.size && (region.size - start) >> bits >= count;
        if (fits && (best == nullptr || region.size - region.used < best->size - best->used)) {
            best = &region;
        }
    }
    return best;
}

sys::Result<> UntypedAllocator::make(api::ObjectType type, unsigned size_bits,
                                     sys::SlotRange const& to) {
    auto const bits = api::object_size_bits(type, size_bits);
    auto* const region = best_fit(bits, to.count);
    if (region == nullptr) {
        return base::fail(sys::Error{.code = api::Error::NotEnoughMemory});
    }
    TRY(region->untyped.retype(type, size_bits, to));
    region->used = base::align_up(region->used, bits) + to.count * base::bit(bits);
    return {};
}

std::uint64_t UntypedAllocator::free_bytes() const {
    std::uint64_t total = 0;
    for (auto const& region : std::span{regions_}.first(count_)) {
        total += region.size - region.used;
    }
    return total;
}

} // namespace init
