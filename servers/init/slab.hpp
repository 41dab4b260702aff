// SPDX-License-Identifier: BSD-2-Clause
//
// Slab: records of one type, carved from pages. A record that is given back keeps what it holds
// (its slots, say) for the next user; the pages stay.
#pragma once

#include <base/intrusive_list.hpp>
#include <sys/error.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace init {

/// `T` has a member `link` of type base::ListLink<T>. `new_page()` gives a Result of bytes.
template <typename T, typename Pages>
class Slab {
public:
    explicit Slab(Pages& pages) : pages_{pages} {}

    sys::Result<T*> take() {
        if (free_.empty()) {
            TRY(grow());
        }
        return free_.pop_front();
    }

    void give_back(T& record) { free_.push_front(record); }

private:
    sys::Result<> grow() {
        auto const page = TRY(pages_.new_page());
        static_assert(sizeof(T) <= 4096);
        auto* const records = reinterpret_cast<T*>(page.data());
        for (std::size_t i = 0; i < page.size() / sizeof(T); ++i) {
            free_.push_back(*std::construct_at(&records[i]));
        }
        return {};
    }

    Pages& pages_;
    base::IntrusiveList<T, &T::link> free_;
};

} // namespace init
