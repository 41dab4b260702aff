// SPDX-License-Identifier: BSD-2-Clause
//
// UserContext: the registers of a thread while it is not running, and the meaning that system
// calls and fault messages give to them.
#pragma once

#include <api/message.hpp>
#include <api/registers.hpp>
#include <base/bits.hpp>
#include <kernel/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace arch {

using api::Word;

enum class Register : std::uint8_t {
    // clang-format off
    X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15, X16, X17, X18, X19,
    X20, X21, X22, X23, X24, X25, X26, X27, X28, X29, X30,
    // clang-format on
    Sp,
    NextIp,
    Spsr,
    FaultIp,
    TpidrEl0,
    TpidrroEl0,
};

/// Kernel entry and exit (vectors.S) know where each member is. While the thread runs, the stack
/// pointer of the kernel points here, hence the alignment.
struct alignas(16) UserContext {
    std::array<Word, 31> x{};
    Word sp{0};
    Word next_ip{0}; // where the thread goes on
    Word spsr{user_spsr};
    Word fault_ip{0}; // where it tries again: its system call or faulting instruction
    Word tpidr_el0{0};
    Word tpidrro_el0{0};

    // ---- system calls --------------------------------------------------------------------------

    [[nodiscard]] Word capability_register() const { return x[0]; }
    void set_badge(Word badge) { x[0] = badge; }
    [[nodiscard]] api::MessageInfo message_info() const { return api::MessageInfo{x[1]}; }
    void set_message_info(api::MessageInfo info) { x[1] = info.raw(); }
    /// `index` is below api::register_message_words.
    [[nodiscard]] Word message_word(std::size_t index) const { return x[2 + index]; }
    void set_message_word(std::size_t index, Word word) { x[2 + index] = word; }
    [[nodiscard]] Word reply_register() const { return x[6]; }
    [[nodiscard]] std::int64_t syscall_number() const { return static_cast<std::int64_t>(x[7]); }
    [[nodiscard]] Word send_register() const { return x[8]; }

    // ---- any register --------------------------------------------------------------------------

    [[nodiscard]] Word get(Register which) const {
        return const_cast<UserContext*>(this)->at(which);
    }

    /// Of SPSR only the condition flags are taken.
    void set(Register which, Word value) {
        at(which) = which == Register::Spsr ? sanitised_spsr(value) : value;
    }

    /// `index` counts in the order of api::UserRegisters.
    [[nodiscard]] Word get(std::size_t index) const { return get(user_registers[index]); }
    void set(std::size_t index, Word value) { set(user_registers[index], value); }

    [[nodiscard]] static constexpr Word sanitised_spsr(Word value) {
        return ConditionFlags::set(user_spsr, ConditionFlags::get(value));
    }

    // ---- the orders in which messages carry registers ------------------------------------------

    static std::array<Register, api::user_register_count> const user_registers;
    static std::array<Register, 12> const unknown_syscall_message;
    static std::array<Register, 3> const user_exception_message;
    static std::array<Register, 34> const timeout_message;

private:
    using ConditionFlags = base::Bits<Word, 28, 4>;
    static constexpr Word mask_serror = base::bit(8);
    static constexpr Word mask_fiq = base::bit(6);

    [[nodiscard]] Word& at(Register which) {
        auto const index = static_cast<std::size_t>(which);
        switch (which) {
        case Register::Sp: return sp;
        case Register::NextIp: return next_ip;
        case Register::Spsr: return spsr;
        case Register::FaultIp: return fault_ip;
        case Register::TpidrEl0: return tpidr_el0;
        case Register::TpidrroEl0: return tpidrro_el0;
        default: return x[index];
        }
    }

public:
    /// EL0 with interrupts on. Checked builds take an SError at once, where it happened.
    static constexpr Word user_spsr = kernel::config::debug ? mask_fiq : mask_fiq | mask_serror;
};

// clang-format off
inline constexpr std::array<Register, api::user_register_count> UserContext::user_registers{
    Register::FaultIp, Register::Sp, Register::Spsr,
    Register::X0, Register::X1, Register::X2, Register::X3, Register::X4, Register::X5,
    Register::X6, Register::X7, Register::X8,
    Register::X16, Register::X17, Register::X18, Register::X29, Register::X30,
    Register::X9, Register::X10, Register::X11, Register::X12, Register::X13, Register::X14,
    Register::X15,
    Register::X19, Register::X20, Register::X21, Register::X22, Register::X23, Register::X24,
    Register::X25, Register::X26, Register::X27, Register::X28,
    Register::TpidrEl0, Register::TpidrroEl0,
};

inline constexpr std::array<Register, 12> UserContext::unknown_syscall_message{
    Register::X0, Register::X1, Register::X2, Register::X3, Register::X4, Register::X5,
    Register::X6, Register::X7,
    Register::FaultIp, Register::Sp, Register::NextIp, Register::Spsr,
};

inline constexpr std::array<Register, 3> UserContext::user_exception_message{
    Register::FaultIp, Register::Sp, Register::Spsr,
};
// clang-format on

/// All of user_registers but the two thread pointers.
inline constexpr std::array<Register, 34> UserContext::timeout_message = [] {
    std::array<Register, 34> order{};
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = UserContext::user_registers[i];
    }
    return order;
}();

} // namespace arch
