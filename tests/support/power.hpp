// SPDX-License-Identifier: BSD-2-Clause
//
// The end: the machine is switched off.
#pragma once

namespace test {

class Lab;
[[noreturn]] void power_off(Lab& lab);

} // namespace test
