// SPDX-License-Identifier: BSD-2-Clause
//
// From the table to registers.

#include "random_call.hpp"

#include "operations.hpp"

namespace fuzz {

namespace {

using api::Syscall;

/// Words that are likely to be at the edge of something.
Word anything(Random& random) {
    switch (random.below(8)) {
    case 0: return 0;
    case 1: return ~Word{0};
    case 2: return Word{1} << random.below(64);
    case 3: return (Word{1} << random.below(64)) - 1;
    case 4: return playground + random.below(64) * 0x400;
    case 5: return random.next();
    default: return random.below(slot_count);
    }
}

Word slot_with(Random& random, Kind kind) {
    if (random.one_in(8)) {
        return random.below(slot_count);
    }
    auto const slots = slots_of(kind);
    return slots.first + random.below(slots.count);
}

/// Mostly in the playground; sometimes a table further up, or where it hurts.
Word address(Random& random) {
    switch (random.below(8)) {
    case 0: return own_page(random.below(2 * prisoners)) + random.below(4) * api::page_size;
    case 1: return random.below(512) << 39;
    case 2: return playground + (random.below(8) << 21);
    case 3: return playground + (random.below(8) << 30);
    default: return playground + random.below(16) * api::page_size;
    }
}

Word time_us(Random& random) {
    constexpr std::array<Word, 6> times{20, 100, 1000, 1000, 2000, 10'000};
    return random.any_of(times);
}

Word word_for(Random& random, Argument argument) {
    switch (argument) {
    case Argument::Anything: break;
    case Argument::UsedSlot: return random.below(slot_count);
    case Argument::FreeSlot: return slot_with(random, Kind::Nothing);
    case Argument::FrameSlot: return slot_with(random, Kind::Frame);
    case Argument::Depth: return api::word_bits;
    case Argument::Rights: return random.below(16);
    case Argument::Badge: return random.below(4);
    case Argument::ObjectType: return random.below(api::object_type_count + 1);
    case Argument::SizeBits: return 1 + random.below(12);
    case Argument::Count: return random.below(5);
    case Argument::Zero: return 0;
    case Argument::Address: return address(random);
    case Argument::Attributes: return random.below(8);
    case Argument::Offset: return random.below(api::page_size + 2);
    case Argument::Priority: return random.below(64);
    case Argument::Time: return time_us(random);
    case Argument::Flags: return random.below(16);
    case Argument::RegisterCount: return random.below(38);
    case Argument::Guard: return random.one_in(2) ? api::word_bits - cnode_radix : anything(random);
    }
    return anything(random);
}

Word label_for(Random& random, Operation const& operation) {
    switch (random.below(32)) {
    case 0: return random.below(64);
    case 1: return random.next() >> 12;
    default: return std::to_underlying(operation.label);
    }
}

/// Mostly the system call that hears of errors.
Syscall any_syscall(Random& random) {
    constexpr std::array known{Syscall::Call,       Syscall::ReplyRecv, Syscall::NBSendRecv,
                               Syscall::NBSendWait, Syscall::Send,      Syscall::NBSend,
                               Syscall::Recv,       Syscall::NBRecv,    Syscall::Wait,
                               Syscall::NBWait,     Syscall::Yield};
    if (!random.one_in(10)) {
        return Syscall::Call;
    }
    if (!random.one_in(64)) {
        return random.any_of(known);
    }
    // Debug kernels obey DebugHalt and its like (-12 to -17): they are made to stop or to print.
    auto const unknown = random.one_in(2) ? ~random.below(64) : random.next();
    return Syscall{static_cast<std::int64_t>(unknown)};
}

Kind any_kind(Random& random) {
    return Kind{static_cast<std::uint8_t>(random.below(std::to_underlying(Kind::Domain) + 1))};
}

Kind partner(Random& random) {
    return random.one_in(3) ? Kind::Notification : Kind::Endpoint;
}

bool is_forbidden(Syscall number) {
    return number <= Syscall::DebugPutChar && number >= Syscall::DebugNameThread;
}

} // namespace

RandomCall random_call(Random& random, api::IpcBuffer& buffer) {
    auto const& operation = random.any_of(operations());
    RandomCall call{.number = any_syscall(random), .registers = {}};
    auto& x = call.registers.x;
    bool const receives = call.number != Syscall::Call && call.number != Syscall::Send &&
                          call.number != Syscall::NBSend;
    x[0] = slot_with(random, receives ? partner(random) : operation.target);
    x[6] = slot_with(random, call.number == Syscall::NBSendWait ? any_kind(random) : Kind::Reply);
    x[8] = slot_with(random, any_kind(random));
    if (random.one_in(64)) {
        x[0] = anything(random);
    }
    auto const length = random.one_in(32) ? random.below(128) : operation.length;
    auto const caps = random.one_in(32) ? random.below(4) : operation.cap_count;
    x[1] = api::MessageInfo::make(label_for(random, operation), length, caps).raw();
    for (std::size_t i = 0; i < Operation::max_words; ++i) {
        bool const spoiled = i >= operation.length || random.one_in(32);
        auto const word = spoiled ? anything(random) : word_for(random, operation.words[i]);
        (i < api::register_message_words ? x[2 + i] : buffer.words[i]) = word;
    }
    for (std::size_t i = 0; i < api::max_extra_caps; ++i) {
        buffer.caps_or_badges[i] = slot_with(random, operation.caps[i]);
    }
    buffer.receive_cnode = slot_with(random, Kind::CNode);
    buffer.receive_index = slot_with(random, Kind::Nothing);
    buffer.receive_depth = random.one_in(8) ? anything(random) : api::word_bits;
    if (is_forbidden(call.number)) {
        call.number = Syscall::Yield;
    }
    return call;
}

} // namespace fuzz
