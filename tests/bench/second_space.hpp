// SPDX-License-Identifier: BSD-2-Clause
//
// Another address space with this same program in it, at the same addresses.
#pragma once

#include "lab.hpp"

namespace bench {

/// Its VSpace, with an ASID; gone with everything else when the lab is cleared.
api::Word make_second_space(test::Lab& lab);

} // namespace bench
