// SPDX-License-Identifier: BSD-2-Clause
//
// The fixture plays init (it sets the pager up) and the clients (they touch memory and fault).

#include "pager_fixture.hpp"

#include <api/fault.hpp>

#include <algorithm>

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

PagerFixture::PagerFixture(std::vector<Ram> const& ram, policy::Policy const& policy)
    : archive(archive_pages * page_size - 1000), records(frame_count(ram)),
      groups(leaf_count(records.size()) * leaf_groups), frames{records, Frame{0}}, slots{groups},
      frame_groups(PoolBooks::group_count(records.size())),
      frame_leaves(PoolBooks::leaf_count(records.size())) {
    for (std::size_t i = 0; i < archive.size(); ++i) {
        archive[i] = static_cast<std::byte>(1 + i % 251);
    }
    for (std::size_t i = 0; i < archive_pages; ++i) {
        auto const rest = std::span{archive}.subspan(i * page_size);
        kernel.place_frame(Slot{first_archive_frame} + static_cast<std::uint32_t>(i),
                           0x1000'0000 + i * page_size,
                           rest.first(std::min<std::size_t>(rest.size(), page_size)));
    }
    kernel.place_asid_pool(Slot{startup::slot::asid_pool}, 3);
    kernel.place_vspace(Slot{startup::slot::vspace}, FakeKernel::own_vspace);

    fixed_slots = first_untyped + ram.size();
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
    books = std::make_unique<BooksHeap>(records.size());
    memory =
        std::make_unique<Memory>(kernel, frames, slots, blocks,
                                 BootArchive{archive, Slot{first_archive_frame}}, books->pages());
    AllocateFrom const scope{&books->heap()};
    memory->pool.start({.start = books->frames(),
                        .first_leaf = static_cast<std::uint32_t>(leaf_count(records.size())),
                        .leaf_count = static_cast<std::uint32_t>(frame_leaves.size())},
                       {.groups = frame_groups, .leaves = frame_leaves});
    books->pages().start(memory->pool);
    EXPECT_TRUE(memory->start());
    AllocateFrom const host{nullptr};
    pager = std::make_unique<Pager>(*memory, policy, fixed_slots);
}

PagerFixture::~PagerFixture() {
    expect_balance();
    {
        AllocateFrom const scope{&books->heap()};
        pager.reset();
    }
    memory.reset();
    EXPECT_EQ(BooksHeap::failures(), 0) << "the pager would have ended";
    EXPECT_TRUE(kernel.violations.empty());
    for (auto const& text : kernel.violations) {
        ADD_FAILURE() << text;
    }
}

ipc::Packet PagerFixture::deliver(api::Badge badge, ipc::Packet const& packet) {
    AllocateFrom const scope{&books->heap()};
    auto const reply = pager->on_message(badge, packet);
    if (pager->attachment() != no_slot && reply.label == 0) {
        AllocateFrom const host{nullptr};
        kernel.give_away(pager->attachment());
    }
    pager->finish();
    return reply;
}

api::Word PagerFixture::new_space(api::Word pid) {
    auto const reply =
        call(manager, ipc::pager::CreateSpace{.pid = pid, .name = Name::of("client")});
    EXPECT_TRUE(reply);
    return reply ? reply->space : 0;
}

void PagerFixture::destroy_space(api::Word space) {
    auto reply = call(manager, ipc::pager::DestroySpace{space});
    for (steps = 1; reply && reply->ended == 0; ++steps) {
        reply = call(manager, ipc::pager::DestroySpace{space});
    }
    EXPECT_TRUE(reply);
}

bool PagerFixture::send_fault(api::Word space, std::uint64_t address, FaultKind kind) {
    constexpr api::Word translation_fault = 7;
    constexpr api::Word is_write = 64;
    ipc::Packet packet{static_cast<api::Word>(api::Fault::VmFault)};
    packet.length = api::vm_fault::length;
    packet.words[api::vm_fault::ip] = 0x40'0123;
    packet.words[api::vm_fault::address] = address;
    packet.words[api::vm_fault::is_prefetch] = kind == FaultKind::Execute ? 1 : 0;
    packet.words[api::vm_fault::syndrome] =
        translation_fault + (kind == FaultKind::Write ? is_write : 0);
    ++fault_count;
    AllocateFrom const scope{&books->heap()};
    bool const goes_on = pager->on_message(fault_badge(space), packet).label == Pager::go_on;
    pager->finish();
    return goes_on;
}

std::byte* PagerFixture::access(api::Word space, std::uint64_t address, FaultKind kind) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (auto* const byte = kernel.touch(find(space)->vspace(), UserAddr{address}, kind)) {
            return byte;
        }
        if (!send_fault(space, address, kind)) {
            return nullptr;
        }
    }
    ADD_FAILURE() << "the client faults again and again";
    return nullptr;
}

std::optional<std::byte> PagerFixture::read(api::Word space, std::uint64_t address) {
    auto const* const byte = access(space, address, FaultKind::Read);
    return byte != nullptr ? std::optional{*byte} : std::nullopt;
}

bool PagerFixture::write(api::Word space, std::uint64_t address, std::byte value) {
    auto* const byte = access(space, address, FaultKind::Write);
    if (byte != nullptr) {
        *byte = value;
    }
    return byte != nullptr;
}

bool PagerFixture::execute(api::Word space, std::uint64_t address) {
    return access(space, address, FaultKind::Execute) != nullptr;
}

AddressSpace* PagerFixture::find(api::Word number) const {
    AddressSpace* space = pager->first_space();
    while (space != nullptr && static_cast<api::Word>(space->number()) != number) {
        space = pager->next_space(*space);
    }
    return space;
}

ipc::pager::Statistics::Reply PagerFixture::statistics() {
    auto const reply = call(inspector, ipc::pager::Statistics{});
    EXPECT_TRUE(reply);
    auto const sum = reply->free + reply->anonymous + reply->shared_zero + reply->buffers +
                     reply->page_tables + reply->kernel_objects + reply->pager;
    EXPECT_EQ(sum, reply->total);
    return *reply;
}

void PagerFixture::expect_balance() {
    auto const discrepancy = find_discrepancy(*pager, fixed_slots);
    EXPECT_FALSE(discrepancy.has_value()) << discrepancy.value_or("");
}

} // namespace pager::test
