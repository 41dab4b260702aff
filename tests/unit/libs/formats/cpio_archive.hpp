// SPDX-License-Identifier: BSD-2-Clause
//
// CpioArchive: makes "newc" archives for tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace formats::test {

class CpioArchive {
public:
    static constexpr std::size_t header_size = 110;

    CpioArchive& add(std::string_view name, std::string_view data) {
        std::array<char, header_size + 1> header{};
        std::snprintf(header.data(), header.size(),
                      "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100644, 0,
                      0, 1, 0, static_cast<unsigned>(data.size()), 0, 0, 0, 0,
                      static_cast<unsigned>(name.size() + 1), 0);
        text_ += header.data();
        text_ += name;
        text_ += '\0';
        pad();
        text_ += data;
        pad();
        return *this;
    }

    CpioArchive& finish() { return add("TRAILER!!!", ""); }

    /// To spoil it.
    [[nodiscard]] std::string& text() { return text_; }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        auto const raw = std::as_bytes(std::span{text_});
        return {raw.begin(), raw.end()};
    }

private:
    void pad() { text_.resize((text_.size() + 3) / 4 * 4); }

    std::string text_;
};

} // namespace formats::test
