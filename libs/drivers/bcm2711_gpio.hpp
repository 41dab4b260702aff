// SPDX-License-Identifier: BSD-2-Clause
//
// The pins of the BCM2711 (Raspberry Pi 4): what each is used for, and its pull resistor.
#pragma once

#include <base/mmio.hpp>

#include <cstdint>

namespace drivers {

enum class PinFunction : std::uint32_t {
    Input = 0,
    Output = 1,
    Alternate0 = 4,
    Alternate1 = 5,
    Alternate2 = 6,
    Alternate3 = 7,
    Alternate4 = 3,
    Alternate5 = 2,
};

enum class PinPull : std::uint32_t { None = 0, Up = 1, Down = 2 };

template <base::RegisterIo Io>
class Bcm2711Gpio {
public:
    static constexpr unsigned pin_count = 58;

    explicit constexpr Bcm2711Gpio(Io io) : regs_{io} {}

    void set_function(unsigned pin, PinFunction function) {
        change<FunctionSelect>(pin, 10, 3, static_cast<std::uint32_t>(function));
    }

    void set_pull(unsigned pin, PinPull pull) {
        change<PullControl>(pin, 16, 2, static_cast<std::uint32_t>(pull));
    }

private:
    struct FunctionSelect : base::Register<0x00, std::uint32_t> {};
    struct PullControl : base::Register<0xe4, std::uint32_t> {};

    /// A register of the array `Reg` holds `count` pins of `width` bits each.
    template <typename Reg>
    void change(unsigned pin, unsigned count, unsigned width, std::uint32_t value) {
        auto const unit = static_cast<std::uint32_t>(base::bit(pin % count * width));
        auto const mask = static_cast<std::uint32_t>(base::low_mask(width)) * unit;
        auto const others = regs_.template read<Reg>(pin / count) & ~mask;
        regs_.template write<Reg>(others | value * unit, pin / count);
    }

    base::RegisterBlock<Io> regs_;
};

} // namespace drivers
