// SPDX-License-Identifier: BSD-2-Clause
//
// Never inlined: both passes over the pages must be the same instructions.

#include "walk.hpp"

namespace bench {

[[gnu::noinline]] Count write_each(Pages pages) {
    Word const end = pages.begin + pages.size();
    Count const before = mark();
    for (Word page = pages.begin; page != end; page += page_size) {
        *reinterpret_cast<Word volatile*>(page) = page;
    }
    return between(before, mark());
}

[[gnu::noinline]] Count read_each(Pages pages) {
    Word const end = pages.begin + pages.size();
    Count const before = mark();
    for (Word page = pages.begin; page != end; page += page_size) {
        static_cast<void>(*reinterpret_cast<Word const volatile*>(page));
    }
    return between(before, mark());
}

[[gnu::noinline]] Count write_scattered(Pages pages) {
    constexpr Word stride = 0x9e37'79b9; // odd, so it comes by every page
    Count const before = mark();
    for (Word i = 0; i < pages.count; ++i) {
        Word const page = pages.begin + (i * stride % pages.count) * page_size;
        *reinterpret_cast<Word volatile*>(page) = page;
    }
    return between(before, mark());
}

} // namespace bench
