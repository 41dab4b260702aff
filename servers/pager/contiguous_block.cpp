// SPDX-License-Identifier: BSD-2-Clause
//
// ContiguousBlock: made and given back as a whole, however its regions are cut.

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

Result<BlockUse> ContiguousBlock::make(Objects& objects, Holder& holder, UserAddr start,
                                       unsigned order) {
    Frame const first = TRY(objects.make_frames(order, holder.space));
    base::ScopeGuard destroy{[&] { objects.destroy_frames(first); }};
    auto const physical = TRY(objects.port().physical_address(objects.capability(first)));
    destroy.disarm();
    return BlockUse{*new ContiguousBlock{objects, holder, start, first, order, physical}};
}

ContiguousBlock::ContiguousBlock(Objects& objects, Holder& holder, UserAddr start, Frame first,
                                 unsigned order, std::uint64_t physical)
    : objects_{objects}, holder_{holder}, start_{start}, first_{first}, size_{base::bit(order)},
      physical_{physical} {
    holder_.charged += size_;
}

ContiguousBlock::~ContiguousBlock() {
    holder_.charged -= size_;
    objects_.destroy_frames(first_);
}

} // namespace pager
