// SPDX-License-Identifier: BSD-2-Clause
//
// Lab: where tests get kernel objects from. All come from one untyped, which is revoked after each
// test; slots are handed out in order and are all empty again then.
#pragma once

#include "device_memory.hpp"
#include "report.hpp"
#include "trap.hpp"
#include <api/boot_info.hpp>
#include <api/error.hpp>
#include <api/object.hpp>
#include <base/address.hpp>

#include <initializer_list>

namespace test {

/// The answer to a Call on a kernel object. Words 4 and up are in the IPC buffer.
struct Answer {
    api::Error error;
    Word length;
    std::array<Word, 4> words;
};

using Words = std::initializer_list<Word>;

/// Success, with these words.
void expect_success(Answer const& answer, Words words = {}, Location where = Location::current());
void expect_error(Answer const& answer, api::Error error, Words words = {},
                  Location where = Location::current());

/// This error, whatever its words.
void expect_kind(Answer const& answer, api::Error error, Location where = Location::current());

/// The lab cannot go on without it.
void require(bool condition);

class Lab {
public:
    explicit Lab(api::BootInfo const& boot_info);

    [[nodiscard]] api::BootInfo const& boot_info() const { return boot_info_; }
    [[nodiscard]] api::IpcBuffer& buffer() const {
        return *reinterpret_cast<api::IpcBuffer*>(boot_info_.ipc_buffer);
    }

    /// What was made up to now stays.
    void begin_tests();

    /// Deletes all objects and empties all slots of this test.
    void clear();

    // ---- slots and objects. A slot's number is its capability pointer --------------------------

    static constexpr Word cnode = api::initial_slot::cnode;
    static constexpr Word tcb = api::initial_slot::tcb;
    static constexpr Word vspace = api::initial_slot::vspace;
    static constexpr Word null_slot = 0;
    static constexpr Word depth = api::word_bits;
    /// No slot: the guard of the root CNode does not match.
    static constexpr Word unresolvable = Word{1} << 40;

    /// The first of `count` empty slots.
    [[nodiscard]] Word slots(Word count = 1);

    /// A new object; where it is.
    Word make(api::ObjectType type, Word size_bits = 0);
    Word make_endpoint() { return make(api::ObjectType::Endpoint); }
    Word make_notification() { return make(api::ObjectType::Notification); }
    Word make_reply() { return make(api::ObjectType::Reply); }
    /// Configured. A budget equal to the period is round robin.
    Word make_sched_context(Word budget_us = 5000, Word period_us = 5000, Word badge = 0,
                            Word extra_refills = 0);
    Answer configure(Word sched_context, Word budget_us, Word period_us, Word extra_refills = 0,
                     Word badge = 0, Word flags = 0);

    Word copy(Word source, api::Rights rights = api::Rights::All);
    Word mint(Word source, Word data, api::Rights rights = api::Rights::All);
    Answer remove(Word slot);
    Answer revoke(Word slot);
    /// Whether the slot holds nothing: found out by moving what is there to and fro.
    [[nodiscard]] bool empty(Word slot);

    /// The untyped that tests' objects come from; 2^arena_bits bytes.
    [[nodiscard]] Word arena() const { return arena_; }
    static constexpr unsigned arena_bits = 22;

    Answer invoke(Word cptr, api::Invocation label, Words words = {}, Words caps = {});

    // ---- memory --------------------------------------------------------------------------------

    /// Where programs are linked to.
    static constexpr Word image_begin = 0x40'0000;

    /// The frame capability of a page of this program.
    [[nodiscard]] Word frame_of(void const* page) const;

    /// Installs the tables that are missing, for good.
    void prepare_tables(Word address);

    /// Maps a page of device memory, for good.
    [[nodiscard]] Word map_device(base::PhysAddr address) { return devices_.map(*this, address); }

    /// Space that tests may map pages in: tables are there.
    static constexpr Word window = 0x2000'0000;
    /// Space without any tables.
    static constexpr Word wilderness = 0x40'0000'0000;

    /// Makes objects of an untyped in slots; the first of the slots.
    Word retype(Word untyped, api::ObjectType type, Word size_bits, Word slot, Word count = 1);

private:
    [[nodiscard]] Word find_ram() const;

    api::BootInfo const& boot_info_;
    Word next_slot_;
    Word first_test_slot_{0};
    Word permanent_{0}; // the untyped for what stays
    Word arena_{0};
    DeviceMemory devices_;
};

} // namespace test
