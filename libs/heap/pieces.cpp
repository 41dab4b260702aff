// SPDX-License-Identifier: BSD-2-Clause
//
// From one header to the next.

#include <heap/heap.hpp>

namespace heap {

namespace {

std::size_t free_bytes_in(BlockHeader& header) {
    if (header.kind() == Kind::Free) {
        return header.length();
    }
    if (header.kind() == Kind::Slab) {
        Slab const& slab = *reinterpret_cast<Slab*>(header.payload());
        return (slab.objects() - slab.used) * slab.stride;
    }
    return 0;
}

/// Absent pages are no memory, and left out. The headers at both ends of the run go with its first
/// and its last block.
void visit_blocks(BlockPool const& pool, RunHeader& run, PieceVisitor& visitor) {
    BlockHeader& last = run.last_block();
    std::byte const* begin = run.begin();
    for (BlockHeader* header = &run.first_block(); header != &last; header = &header->next()) {
        std::byte const* const end =
            &header->next() == &last ? run.end() : header->next().address();
        auto const absent = pool.absent_bytes_in(*header);
        auto const size = static_cast<std::size_t>(end - begin) - absent;
        visitor.visit(
            {.begin = begin, .size = size, .used = size + absent - free_bytes_in(*header)});
        begin = end;
    }
}

} // namespace

void Heap::visit_pieces(PieceVisitor& visitor) const {
    for (RunHeader* run = nullptr; (run = runs_.after(run)) != nullptr;) {
        if (run->payload_offset == 0) {
            visit_blocks(pool_, *run, visitor);
        } else {
            visitor.visit(
                {.begin = run->begin(), .size = run->extent.size, .used = run->extent.size});
        }
    }
}

} // namespace heap
