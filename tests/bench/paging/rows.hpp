// SPDX-License-Identifier: BSD-2-Clause
//
// The rows, by what they are about; each in the file of that name.
#pragma once

#include "../counting.hpp"

#include <string_view>

namespace bench {

struct Row {
    std::string_view name;
    void (*measure)(Samples& samples);
};

using Rows = std::span<Row const>;

extern Rows const page_rows;
extern Rows const region_rows;
extern Rows const program_rows;
extern Rows const clone_rows;
extern Rows const heap_rows;

} // namespace bench
