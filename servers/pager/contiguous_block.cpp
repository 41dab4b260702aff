// SPDX-License-Identifier: BSD-2-Clause
//
// Blocks are made and given back as a whole, however their regions are cut.

#include <base/scope_guard.hpp>
#include <pager/contiguous_block.hpp>

namespace pager {

BlockUse::BlockUse(ContiguousBlock& block) : block_{&block} {
    hold();
}

void BlockUse::hold() {
    ++block_->uses_;
}

void BlockUse::release() {
    if (--block_->uses_ == 0) {
        delete block_;
    }
}

Result<MemoryBlock*> MemoryBlock::make(Objects& objects, Holder& holder, UserAddr start,
                                       unsigned order) {
    Frame const first = TRY(objects.make_frames(order, holder.space));
    base::ScopeGuard destroy{[&] { objects.destroy_frames(first); }};
    auto const physical = TRY(objects.port().physical_address(objects.capability(first)));
    destroy.disarm();
    return new MemoryBlock{objects, holder, start, first, order, physical};
}

MemoryBlock::MemoryBlock(Objects& objects, Holder& holder, UserAddr start, Frame first,
                         unsigned order, std::uint64_t physical)
    : ContiguousBlock{start}, objects_{objects}, holder_{holder}, first_{first},
      size_{base::bit(order)}, physical_{physical} {
    holder_.charged += size_;
}

MemoryBlock::~MemoryBlock() {
    holder_.charged -= size_;
    objects_.destroy_frames(first_);
}

} // namespace pager
