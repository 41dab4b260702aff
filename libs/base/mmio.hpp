// SPDX-License-Identifier: BSD-2-Clause
//
// Typed device registers. A driver names registers and fields; the `Io` behind them is real
// memory on the board and a script in a unit test.
#pragma once

#include <base/bits.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace base {

enum class Access { ReadOnly, WriteOnly, ReadWrite };

/// A register at `Offset` from the start of its block; derive from it to name its fields.
template <std::size_t Offset, std::unsigned_integral T, Access Mode = Access::ReadWrite>
struct Register {
    using Word = T;
    static constexpr std::size_t offset = Offset;
    static constexpr std::size_t stride = sizeof(T);
    static constexpr bool readable = Mode != Access::WriteOnly;
    static constexpr bool writable = Mode != Access::ReadOnly;
};

template <typename Io>
concept RegisterIo = requires(Io io, std::size_t offset, std::uint32_t value) {
    { io.template load<std::uint32_t>(offset) } -> std::same_as<std::uint32_t>;
    io.store(offset, value);
};

/// Device memory mapped at an address of this program.
class MappedIo {
public:
    explicit constexpr MappedIo(std::uintptr_t base) : base_{base} {}

    template <std::unsigned_integral T>
    [[nodiscard]] T load(std::size_t offset) const {
        return *reinterpret_cast<T volatile*>(base_ + offset);
    }

    template <std::unsigned_integral T>
    void store(std::size_t offset, T value) const {
        *reinterpret_cast<T volatile*>(base_ + offset) = value;
    }

private:
    std::uintptr_t base_;
};

template <RegisterIo Io>
class RegisterBlock {
public:
    explicit constexpr RegisterBlock(Io io) : io_{io} {}

    /// `index` picks one of an array of equal registers.
    template <typename Reg>
        requires(Reg::readable)
    [[nodiscard]] typename Reg::Word read(std::size_t index = 0) {
        return io_.template load<typename Reg::Word>(Reg::offset + index * Reg::stride);
    }

    template <typename Reg, typename Field>
    [[nodiscard]] typename Field::Value read() {
        return Field::get(read<Reg>());
    }

    template <typename Reg>
        requires(Reg::writable)
    void write(typename Reg::Word word, std::size_t index = 0) {
        io_.store(Reg::offset + index * Reg::stride, word);
    }

private:
    [[no_unique_address]] Io io_;
};

} // namespace base
