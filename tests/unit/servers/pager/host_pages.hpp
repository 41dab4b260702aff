// SPDX-License-Identifier: BSD-2-Clause
//
// HostPages: a PageSource over the host's heap, which runs out when a test says so.
#pragma once

#include <api/object.hpp>
#include <pager/heap.hpp>

#include <cstdlib>
#include <cstring>
#include <set>

namespace pager::test {

class HostPages final : public PageSource {
public:
    HostPages() = default;
    HostPages(HostPages const&) = delete;
    HostPages& operator=(HostPages const&) = delete;

    ~HostPages() {
        for (std::byte* const page : pages_) {
            std::free(page);
        }
    }

    /// Full of whatever was there.
    [[nodiscard]] std::byte* take_page() override {
        if (pages_.size() == limit) {
            return nullptr;
        }
        auto* const page =
            static_cast<std::byte*>(std::aligned_alloc(api::page_size, api::page_size));
        std::memset(page, 0xa5, api::page_size);
        return *pages_.insert(page).first;
    }

    void give_page(std::byte* page) override {
        wrong += pages_.erase(page) == 1 ? 0 : 1;
        std::free(page);
    }

    [[nodiscard]] std::size_t taken() const { return pages_.size(); }

    std::size_t limit{1000};
    unsigned wrong{0}; // times that something else was given back than what was taken

private:
    std::set<std::byte*> pages_;
};

} // namespace pager::test
