// SPDX-License-Identifier: BSD-2-Clause
//
// What a heap needs: pages, and somebody who is told of misuse.
#pragma once

#include <heap/heap.hpp>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

namespace heap::test {

/// Pages of the host. They lie at the same addresses in each run of a test, with holes between
/// runs; what was given back is gone, so that touching it ends the test.
class FakePages final : public PageSource {
public:
    FakePages() = default;
    FakePages(FakePages const&) = delete;
    FakePages& operator=(FakePages const&) = delete;

    ~FakePages() {
        for (auto const& [begin, size] : runs_) {
            munmap(begin, size);
        }
    }

    Result<Run> take(std::size_t size, Memory memory) override {
        ++takes;
        if (size % page_size != 0) {
            std::abort();
        }
        if (memory == Memory::DmaCoherent && !has_dma) {
            return base::fail(Error::NotSupported);
        }
        if (reserved_ + size > limit) {
            return base::fail(Error::OutOfMemory);
        }
        auto* const hint = reinterpret_cast<void*>(next_);
        auto* const begin =
            static_cast<std::byte*>(mmap(hint, size, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        next_ += size + page_size;
        runs_[begin] = size;
        reserved_ += size;
        auto const physical = memory == Memory::DmaCoherent ? physical_of(begin) : 0;
        return Run{.begin = begin, .size = size, .physical = physical};
    }

    bool give(std::byte* begin, std::size_t size) override {
        ++gives;
        if (refuses) {
            return false;
        }
        auto const run = std::prev(runs_.upper_bound(begin));
        auto* const run_begin = run->first;
        auto* const run_end = run_begin + run->second;
        if (size == 0 || size % page_size != 0 || begin + size > run_end) {
            std::abort();
        }
        runs_.erase(run);
        if (run_begin < begin) {
            runs_[run_begin] = static_cast<std::size_t>(begin - run_begin);
        }
        if (begin + size < run_end) {
            runs_[begin + size] = static_cast<std::size_t>(run_end - (begin + size));
        }
        munmap(begin, size);
        reserved_ -= size;
        return true;
    }

    bool discard(std::byte* begin, std::size_t size) override {
        ++discards;
        if (refuses || (begin <= locked && locked < begin + size)) {
            return false;
        }
        auto const run = std::prev(runs_.upper_bound(begin));
        if (size == 0 || size % page_size != 0 || begin + size > run->first + run->second) {
            std::abort();
        }
        madvise(begin, size, MADV_DONTNEED);
        return true;
    }

    /// How many of these bytes are in the host's memory; whole pages.
    static std::size_t resident(std::byte* begin, std::size_t size) {
        std::vector<unsigned char> is_resident(size / page_size);
        mincore(begin, size, is_resident.data());
        return static_cast<std::size_t>(std::ranges::count(is_resident, 1)) * page_size;
    }

    /// Likewise, of all that was taken.
    [[nodiscard]] std::size_t resident() const {
        return std::accumulate(
            runs_.begin(), runs_.end(), std::size_t{0},
            [](std::size_t sum, auto const& run) { return sum + resident(run.first, run.second); });
    }

    static std::uint64_t physical_of(void const* address) {
        return reinterpret_cast<std::uintptr_t>(address) + 0x1000;
    }

    [[nodiscard]] std::size_t reserved() const { return reserved_; }
    [[nodiscard]] std::size_t runs() const { return runs_.size(); }

    std::size_t limit = std::size_t{1} << 40;
    bool refuses = false;
    std::byte* locked = nullptr; // what is in its page stays there
    bool has_dma = true;
    std::size_t takes = 0;
    std::size_t gives = 0;
    std::size_t discards = 0;

private:
    std::map<std::byte*, std::size_t> runs_;
    std::size_t reserved_ = 0;
    std::uintptr_t next_ = 0x2000'0000'0000;
};

struct Reports final : MisuseHandler {
    struct Report {
        Misuse what;
        void const* where;

        friend bool operator==(Report const&, Report const&) = default;
    };

    void on_misuse(Misuse what, void const* where) override { all.push_back({what, where}); }

    /// What was reported since the last time, if it was one thing.
    std::optional<Report> take() {
        auto const taken = std::exchange(all, {});
        return taken.size() == 1 ? std::optional{taken.front()} : std::nullopt;
    }

    std::vector<Report> all;
};

} // namespace heap::test
