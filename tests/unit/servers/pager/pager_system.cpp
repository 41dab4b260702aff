// SPDX-License-Identifier: BSD-2-Clause
//
// PagerSystem: what init does before the pager runs, and the way of a message.

#include "pager_system.hpp"

#include <api/fault.hpp>

#include <algorithm>
#include <cstdlib>

namespace pager::test {

namespace {

std::size_t frame_count(std::vector<Ram> const& ram) {
    std::size_t frames = 0;
    for (Ram const& run : ram) {
        frames += base::bit(run.size_bits) / page_size;
    }
    return frames;
}

/// Of the CSpace, but for those that the frame pool fills.
std::size_t leaf_count(std::size_t frames) {
    return base::bit(startup::root_bits(frames * page_size)) - 2 * PoolBooks::leaf_count(frames);
}

} // namespace

PagerSystem::PagerSystem(std::vector<Ram> const& ram, policy::Policy const& policy)
    : archive(archive_pages * page_size - 1000), records(frame_count(ram)),
      slot_records(leaf_count(records.size())), frames{records, Frame{0}}, slots{slot_records},
      frame_groups(PoolBooks::group_count(records.size())),
      frame_leaves(PoolBooks::leaf_count(records.size())), fixed_slots{first_untyped + ram.size()} {
    place_archive();
    kernel.place_asid_pool(Slot{startup::slot::asid_pool}, 3);
    kernel.place_vspace(Slot{startup::slot::vspace}, FakeKernel::own_vspace);
    place_ram(ram);
    start_memory();
    pager = std::make_unique<Pager>(*memory, policy, fixed_slots);
}

void PagerSystem::place_archive() {
    for (std::size_t i = 0; i < archive.size(); ++i) {
        archive[i] = static_cast<std::byte>(1 + i % 251);
    }
    for (std::size_t i = 0; i < archive_pages; ++i) {
        auto const rest = std::span{archive}.subspan(i * page_size);
        kernel.place_frame(Slot{first_archive_frame} + static_cast<std::uint32_t>(i),
                           0x1000'0000 + i * page_size,
                           rest.first(std::min<std::size_t>(rest.size(), page_size)));
    }
}

void PagerSystem::place_ram(std::vector<Ram> const& ram) {
    slots.add_leaf(no_frame,
                   std::min<std::uint32_t>(static_cast<std::uint32_t>(fixed_slots), leaf_slots));
    for (std::uint32_t i = 1; i < initial_leaves; ++i) {
        slots.add_leaf(no_frame, 0);
    }
    std::uint32_t frame = 0;
    for (std::uint32_t i = 0; i < ram.size(); ++i) {
        kernel.place_untyped(Slot{first_untyped} + i, ram[i].base, ram[i].size_bits);
        blocks.add_untyped(Slot{first_untyped} + i, Frame{frame},
                           ram[i].size_bits - api::page_bits);
        frame += static_cast<std::uint32_t>(base::bit(ram[i].size_bits) / page_size);
    }
}

void PagerSystem::start_memory() {
    books = std::make_unique<BooksHeap>(records.size());
    memory =
        std::make_unique<Memory>(kernel, frames, slots, blocks,
                                 BootArchive{archive, Slot{first_archive_frame}}, books->pages());
    AllocateFrom const scope{&books->heap()};
    memory->files.start(file_books);
    memory->pool.start({.start = books->frames(),
                        .first_leaf = static_cast<std::uint32_t>(leaf_count(records.size())),
                        .leaf_count = static_cast<std::uint32_t>(frame_leaves.size())},
                       {.groups = frame_groups, .leaves = frame_leaves});
    books->pages().start(memory->pool);
    if (!memory->start()) {
        std::abort();
    }
}

void PagerSystem::end_pager() {
    if (books == nullptr) {
        return;
    }
    {
        AllocateFrom const scope{&books->heap()};
        pager.reset();
    }
    memory.reset();
    books.reset();
}

void PagerSystem::attach_thread() {
    kernel.place_thread(Slot{startup::slot::received});
    pager->take_capability();
}

void PagerSystem::attach_untyped(std::uint64_t base, unsigned size_bits) {
    kernel.place_device(Slot{startup::slot::received}, base, size_bits);
    pager->take_capability();
}

ipc::Packet PagerSystem::deliver(api::Badge badge, ipc::Packet const& packet) {
    AllocateFrom const scope{&books->heap()};
    auto const reply = pager->on_message(badge, packet);
    if (pager->attachment() != no_slot && reply.label == 0) {
        AllocateFrom const host{nullptr};
        kernel.give_away(pager->attachment());
    }
    pager->finish();
    return reply;
}

ipc::Packet PagerSystem::vm_fault(std::uint64_t address, FaultKind kind) {
    constexpr api::Word translation_fault = 7;
    constexpr api::Word is_write = 64;
    ipc::Packet packet{static_cast<api::Word>(api::Fault::VmFault)};
    packet.length = api::vm_fault::length;
    packet.words[api::vm_fault::ip] = 0x40'0123;
    packet.words[api::vm_fault::address] = address;
    packet.words[api::vm_fault::is_prefetch] = kind == FaultKind::Execute ? 1 : 0;
    packet.words[api::vm_fault::syndrome] =
        translation_fault + (kind == FaultKind::Write ? is_write : 0);
    return packet;
}

AddressSpace* PagerSystem::find(api::Word number) const {
    AddressSpace* space = pager->first_space();
    while (space != nullptr && static_cast<api::Word>(space->number()) != number) {
        space = pager->next_space(*space);
    }
    return space;
}

} // namespace pager::test
