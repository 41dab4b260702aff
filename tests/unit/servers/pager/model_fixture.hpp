// SPDX-License-Identifier: BSD-2-Clause
//
// A model of the pager so simple that it is obviously right: for every page of every space, what
// may be done with it and which bytes it holds; and random operations that do the same to both.
#pragma once

#include "pager_fixture.hpp"

#include <map>
#include <memory>
#include <random>

namespace pager::test {

/// Memory that several spaces have: its bytes, by where they are in it.
struct ModelMemory {
    std::map<std::uint64_t, std::byte> written{};
};

struct ModelOffer;

/// One space's part in such memory.
struct ModelGrant {
    api::Word space;
    std::shared_ptr<ModelMemory> memory;
    std::shared_ptr<ModelOffer> above{}; // null: it made the memory
    std::uint64_t first{0};              // page of the memory
    std::uint64_t pages{0};
    std::uint64_t start{0}; // where that is shown
    Access most{Access::ReadWrite};
    bool is_copy{false}; // of a clone
};

/// A token.
struct ModelOffer {
    api::Word token;
    std::shared_ptr<ModelGrant> grant; // of whoever made it
    std::uint64_t first;
    std::uint64_t pages;
    Access most;
    bool is_revoked{false};

    /// Whether the memory was taken away, here or above.
    [[nodiscard]] bool is_void() const {
        return is_revoked || (grant->above != nullptr && grant->above->is_void());
    }
};

struct ModelPage {
    Access access;
    RegionKind kind;
    std::int64_t file_offset{-1}; // of the page's first byte; -1: no file
    std::map<std::uint64_t, std::byte> written{};
    std::shared_ptr<ModelGrant> grant{}; // where it is shared: its bytes are in the memory
};

struct ModelSpace {
    std::map<std::uint64_t, ModelPage> pages;

    [[nodiscard]] bool is_free(std::uint64_t address, std::uint64_t size) const {
        auto const it = pages.lower_bound(address);
        return it == pages.end() || it->first >= address + size;
    }

    /// Perhaps to allow `access`.
    [[nodiscard]] Error may_change(std::uint64_t address, std::uint64_t size,
                                   Access access = Access::None) const {
        bool fixed = false;
        for (std::uint64_t at = address; at < address + size; at += page_size) {
            auto const it = pages.find(at);
            if (it == pages.end()) {
                return Error::RegionNotFound;
            }
            auto const& grant = it->second.grant;
            bool const too_much =
                grant != nullptr && (access == Access::ReadExecute ||
                                     (access == Access::ReadWrite && grant->most == Access::Read));
            bool const is_device_code =
                it->second.kind == RegionKind::Device && access == Access::ReadExecute;
            fixed = fixed || too_much || is_device_code || it->second.kind == RegionKind::Buffer ||
                    it->second.kind == RegionKind::Guard;
        }
        return fixed ? Error::PermissionDenied : Error::None;
    }
};

constexpr bool allows(Access access, FaultKind kind) {
    return (kind == FaultKind::Read && access != Access::None) ||
           (kind == FaultKind::Write && access == Access::ReadWrite) ||
           (kind == FaultKind::Execute && access == Access::ReadExecute);
}

class ModelFixture : public PagerFixture {
protected:
    // Less than 3 MiB of RAM, in pieces: clients run out of it.
    ModelFixture()
        : PagerFixture{
              {{0x4000'0000, 21}, {0x40c0'0000, 19}, {0x4120'0000, 16}, {0x4110'0000, 12}}} {}

    static constexpr std::uint64_t window = 0x40'0000;
    static constexpr std::uint64_t window_pages = 600;
    static constexpr std::size_t max_spaces = 6;

    std::mt19937_64 random{20'261'121};
    std::map<api::Word, ModelSpace> model;
    std::vector<api::Word> lent;
    unsigned times_out_of_memory{0};
    unsigned times_served{0};
    unsigned times_cloned{0};
    unsigned times_attached{0};
    unsigned times_revoked{0};
    unsigned times_contiguous{0};
    std::vector<std::shared_ptr<ModelOffer>> offers;

    std::uint64_t below(std::uint64_t limit) { return random() % limit; }

    std::uint64_t some_page() { return window + below(window_pages) * page_size; }
    std::uint64_t some_size() { return (1 + below(below(8) == 0 ? 200 : 12)) * page_size; }
    Access some_access() { return below(2) == 0 ? Access::ReadWrite : Access{below(4)}; }

    std::pair<api::Word const, ModelSpace>& some_space() {
        return *std::next(model.begin(), static_cast<std::ptrdiff_t>(below(model.size())));
    }

    [[nodiscard]] std::byte expected_byte(std::uint64_t address, ModelPage const& page,
                                          std::uint64_t offset) const;
    /// Where what is written to the page is noted.
    static std::pair<std::map<std::uint64_t, std::byte>*, std::uint64_t>
    place_of(std::uint64_t address, ModelPage& page, std::uint64_t offset);

    void create();
    void clone();
    void destroy();
    void map();
    void map_shared();
    void share();
    void attach();
    void revoke();
    void map_file();
    void map_contiguous();
    void map_stack();
    void map_buffer();
    template <typename R>
    void change(R request, auto takes, auto apply);
    void unmap();
    void protect();
    void touch();
    void expect_report(bool mapped, bool allowed);
    void lend();
    [[nodiscard]] bool is_offered(ModelOffer const& offer) const;
    void add_shared(ModelSpace& space, std::uint64_t address, Access access,
                    std::shared_ptr<ModelGrant> const& grant);
};

} // namespace pager::test
