// SPDX-License-Identifier: BSD-2-Clause
//
// The heap that all of a program shares, over the pager. It takes nothing until it is asked.
// Linking `client_malloc` makes it what C's malloc and its family use.
#pragma once

#include <heap/heap.hpp>

namespace client {

[[nodiscard]] heap::Heap& program_heap();

} // namespace client
