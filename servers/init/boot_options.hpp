// SPDX-License-Identifier: BSD-2-Clause
//
// What whoever boots the machine asks for, in the property bootargs of the device tree's /chosen
// (on a Raspberry Pi: cmdline.txt), in words of the form quire.NAME=VALUE; and what firmware left
// there to draw chance from:
//
//     quire.aslr=off   processes' memory lies where it always does
//     quire.seed=N     chance is the same at each boot with the same number
//
// Other words are for others.
#pragma once

#include <api/types.hpp>
#include <base/random.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace init {

struct BootOptions {
    base::Random::Key random_key{};
    bool randomises_layout{true};
    std::string_view nonsense{}; // the first word that should be one of ours, and is not
};

/// `extra` is the area behind the boot information page. `moment` is the time of this boot, as fine
/// as the machine knows it: the only chance there is where firmware left no other.
[[nodiscard]] BootOptions read_boot_options(std::span<std::byte const> extra, std::uint64_t moment);

} // namespace init
