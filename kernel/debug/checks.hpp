// SPDX-License-Identifier: BSD-2-Clause
//
// The parts of the walk, each in a file of its own, and what they are written with. A check stops
// at the first contradiction and says it in words.
#pragma once

#include <base/intrusive_list.hpp>
#include <base/result.hpp>
#include <kernel/cap/slot.hpp>

namespace kernel {

struct KernelState;

/// Nothing, or what is wrong. (Not a std::string_view: its length would be counted each time that
/// nothing is.)
using Check = base::Result<void, char const*>;

inline Check holds(bool condition, char const* otherwise) {
    if (!condition) [[unlikely]] {
        return base::fail(otherwise);
    }
    return {};
}

/// Of every element, the next one's way back leads to it; the last one is the list's last.
template <typename T, base::ListLink<T> T::* Link>
Check check_links(base::IntrusiveList<T, Link> const& list) {
    T const* before = nullptr;
    for (auto const* element = list.front(); element != nullptr; element = list.next(*element)) {
        TRY(holds((element->*Link).prev == before, "the links of a queue disagree"));
        before = element;
    }
    return holds(list.back() == before, "a queue does not end at its last element");
}

/// Who runs, who could, who waits for time: the scheduler against the threads.
[[nodiscard]] Check check_decision(KernelState const& kernel);
[[nodiscard]] Check check_queues(KernelState const& kernel);

/// Each thread against what it waits for and is bound to.
[[nodiscard]] Check check_threads(KernelState const& kernel);

/// All capabilities: their lists, and with each list's entries all objects and mappings.
[[nodiscard]] Check check_capabilities(KernelState const& kernel);

/// What the capability in a slot says of its object, and what the object says of others. `first`:
/// it is the first of the capabilities to that object.
[[nodiscard]] Check check_object(KernelState const& kernel, Slot const& slot, bool first);

/// What there is, counted in two ways: by the capabilities, and by the kernel's own tables.
struct Census {
    Word threads{0};
    Word irq_handlers{0};
    Word asid_pools{0};
    Word spaces{0}; // with an ASID
    Word tables{0}; // that are mapped in one of them
    Word pages{0};  // likewise: pairs of a frame and a place
};

/// Adds what the capability in `slot` stands for.
void count(KernelState const& kernel, Slot const& slot, bool first, Census& census);

/// The kernel's own tables know as much, and nothing more.
[[nodiscard]] Check check_census(KernelState const& kernel, Census const& census);

} // namespace kernel
