// SPDX-License-Identifier: BSD-2-Clause
//
// Which of the three ways a block goes, and what is noted about it.

#include <heap/guard.hpp>
#include <heap/heap.hpp>

#include <algorithm>
#include <cstring>

namespace heap {

namespace {

Result<> validate(std::size_t size, std::size_t alignment) {
    if (size == 0 || size > Heap::largest_size) {
        return base::fail(Error::InvalidSize);
    }
    // Counting bits is long without floating-point registers, and mostly not needed.
    if (alignment != granule &&
        (!std::has_single_bit(alignment) || alignment > Heap::largest_size)) {
        return base::fail(Error::NotAligned);
    }
    return {};
}

/// What may have to be skipped until an address is aligned.
std::size_t alignment_loss(std::size_t alignment) {
    return alignment > granule ? alignment : 0;
}

/// A block alone in a run, and where the run begins.
RunHeader& run_of(BlockHeader& direct) {
    return *reinterpret_cast<RunHeader*>(direct.payload() - direct.length());
}

} // namespace

// ---- sizes ----------------------------------------------------------------------------------

std::size_t Heap::guard_size() const {
    return options_.checks == Checks::Full ? guard::size : 0;
}

/// All that follows the header, the guard included.
std::size_t Heap::payload_size(BlockHeader& header) {
    switch (header.kind()) {
    case Kind::Object: return Slab::of(header).stride - sizeof(BlockHeader);
    case Kind::Direct: return run_of(header).extent.size - header.length();
    default: return header.length() - sizeof(BlockHeader);
    }
}

std::size_t Heap::usable_size(BlockHeader& header) const {
    auto const payload = payload_size(header);
    return options_.checks == Checks::Full ? guard::read(header.payload(), payload).value_or(0)
                                           : payload;
}

// ---- the three ways -------------------------------------------------------------------------

BlockHeader* Heap::place(std::size_t size, std::size_t alignment) {
    if (size <= largest_object && alignment <= granule) [[likely]] {
        return slabs_.allocate(size);
    }
    if (size + alignment_loss(alignment) < direct_size) {
        return pool_.allocate(size, alignment, Kind::Block);
    }
    return place_direct(size, alignment, Memory::Ordinary).value_or(nullptr);
}

Result<BlockHeader*> Heap::place_direct(std::size_t size, std::size_t alignment, Memory memory) {
    constexpr auto headers = sizeof(RunHeader) + sizeof(BlockHeader);
    RunHeader& run = *TRY(runs_.take(headers + alignment_loss(alignment) + size, memory));
    // A device's address is what is aligned; the other is, too, as far as the two agree.
    auto const begin = memory == Memory::DmaCoherent
                           ? run.physical
                           : reinterpret_cast<std::uintptr_t>(run.begin());
    run.payload_offset =
        base::align_up(begin + headers, base::log2_floor(std::max(alignment, granule))) - begin;
    BlockHeader& header = BlockHeader::of(run.begin() + run.payload_offset);
    header.set(Kind::Direct, run.payload_offset);
    return &header;
}

void Heap::release_direct(RunHeader& run) {
    if (!runs_.give(run)) {
        pool_.adopt(run);
    }
}

bool Heap::resize_in_place(BlockHeader& header, std::size_t size) {
    auto const now = payload_size(header);
    switch (header.kind()) {
    case Kind::Object: return size <= now && size >= now / 2;
    case Kind::Block: return pool_.resize(header, size);
    default: break;
    }
    if (size > now) {
        return false;
    }
    RunHeader& run = run_of(header);
    auto const kept = base::align_up(header.length() + size, page_bits);
    if (kept < run.extent.size) {
        release_direct(runs_.split(run, kept));
    }
    return true;
}

// ---- what is noted --------------------------------------------------------------------------

void Heap::enter(BlockHeader& header, std::size_t size) {
    auto const payload = payload_size(header);
    if (options_.checks == Checks::Full) {
        guard::write(header.payload(), payload, size);
        used_ += size;
    } else {
        used_ += payload;
    }
    ++blocks_;
    peak_ = std::max(peak_, used_);
}

void Heap::leave(BlockHeader& header) {
    used_ -= usable_size(header);
    --blocks_;
}

[[gnu::cold, gnu::noinline]] void Heap::report(Misuse what, void const* where) {
    if (options_.misuse == nullptr) {
        __builtin_trap();
    }
    options_.misuse->on_misuse(what, where);
}

/// The header of a block that the caller may have; null, and a report, if it is none.
BlockHeader* Heap::live_block(void* block) {
    return options_.checks == Checks::None ? block_by_header(block) : block_in_order(block);
}

BlockHeader* Heap::block_by_header(void* block) {
    bool const aligned = base::is_aligned(reinterpret_cast<std::uintptr_t>(block), granule_bits);
    if (!aligned || !BlockHeader::of(block).sealed()) [[unlikely]] {
        report(Misuse::NotABlock, block);
        return nullptr;
    }
    BlockHeader& header = BlockHeader::of(block);
    switch (header.kind()) {
    case Kind::Object:
    case Kind::Block:
    case Kind::Direct: return &header;
    case Kind::Free:
    case Kind::FreeObject: report(Misuse::ReleasedTwice, block); return nullptr;
    default: report(Misuse::NotABlock, block); return nullptr;
    }
}

BlockHeader* Heap::block_in_order(void* block) {
    if (runs_.containing(block) == nullptr) {
        report(Misuse::ForeignPointer, block);
        return nullptr;
    }
    BlockHeader* const header = block_by_header(block);
    if (header != nullptr && !guard::read(header->payload(), payload_size(*header))) {
        report(Misuse::WrittenBehind, block);
        return nullptr;
    }
    return header;
}

// ---- what callers ask for -------------------------------------------------------------------

Result<void*> Heap::allocate(std::size_t size, std::size_t alignment) {
    TRY(validate(size, alignment));
    auto const needed = size + guard_size();
    BlockHeader* header = place(needed, alignment);
    if (header == nullptr) [[unlikely]] {
        trim();
        header = place(needed, alignment);
        if (header == nullptr) {
            return base::fail(Error::OutOfMemory);
        }
    }
    enter(*header, size);
    return header->payload();
}

Result<void*> Heap::allocate_zeroed(std::size_t count, std::size_t size) {
    std::size_t total{};
    if (__builtin_mul_overflow(count, size, &total)) {
        return base::fail(Error::InvalidSize);
    }
    void* const block = TRY(allocate(total));
    if (BlockHeader::of(block).kind() != Kind::Direct) { // new pages are zero already
        std::memset(block, 0, total);
    }
    return block;
}

Result<DmaBlock> Heap::allocate_dma(std::size_t size, std::size_t alignment) {
    TRY(validate(size, alignment));
    auto const needed = size + guard_size();
    auto placed = place_direct(needed, alignment, Memory::DmaCoherent);
    if (!placed && placed.error() == Error::OutOfMemory) {
        trim();
        placed = place_direct(needed, alignment, Memory::DmaCoherent);
    }
    BlockHeader& header = *TRY(placed);
    enter(header, size);
    return DmaBlock{.address = header.payload(),
                    .physical = run_of(header).physical + header.length()};
}

Result<void*> Heap::resize(void* block, std::size_t size, std::size_t alignment) {
    TRY(validate(size, alignment));
    if (block == nullptr) {
        return allocate(size, alignment);
    }
    BlockHeader* const header = live_block(block);
    if (header == nullptr) {
        return base::fail(Error::InvalidAddress);
    }
    auto const old_size = usable_size(*header);
    auto const address = reinterpret_cast<std::uintptr_t>(block);
    if (base::is_aligned(address, base::log2_floor(alignment)) &&
        resize_in_place(*header, size + guard_size())) {
        used_ -= old_size;
        --blocks_;
        enter(*header, size);
        return block;
    }
    if (header->kind() == Kind::Direct && run_of(*header).memory == Memory::DmaCoherent) {
        return base::fail(Error::NotSupported);
    }
    void* const moved = TRY(allocate(size, alignment));
    std::memcpy(moved, block, std::min(old_size, size));
    release(block);
    return moved;
}

void Heap::release(void* block) {
    if (block == nullptr) {
        return;
    }
    BlockHeader* const header = live_block(block);
    if (header == nullptr) {
        return;
    }
    leave(*header);
    switch (header->kind()) {
    case Kind::Object: slabs_.release(*header); break;
    case Kind::Block: pool_.release(*header); break;
    default: release_direct(run_of(*header)); break;
    }
}

std::size_t Heap::size_of(void* block) {
    BlockHeader* const header = live_block(block);
    return header == nullptr ? 0 : usable_size(*header);
}

void Heap::trim() {
    slabs_.trim();
    pool_.trim();
}

Statistics Heap::statistics() const {
    return {.blocks = blocks_,
            .used = used_,
            .peak = peak_,
            .reserved = runs_.reserved(),
            .held = pool_.held(),
            .free = pool_.free_bytes(),
            .largest_free = pool_.largest_free()};
}

} // namespace heap
