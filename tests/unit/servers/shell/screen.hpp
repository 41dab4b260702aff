// SPDX-License-Identifier: BSD-2-Clause
//
// Screen: a terminal of unbounded height that understands what the shell sends, so that tests see
// what a person sees.
#pragma once

#include <shell/utf8.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace shell::test {

class Screen {
public:
    explicit Screen(std::string_view output) {
        while (!output.empty()) {
            take(output);
        }
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> result;
        for (auto const& row : rows_) {
            std::string line;
            for (auto const& cell : row) {
                line += cell;
            }
            result.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
        }
        return result;
    }

    [[nodiscard]] std::string last_line() const { return lines().back(); }
    [[nodiscard]] std::size_t column() const { return column_; }
    [[nodiscard]] std::size_t bells() const { return bells_; }

private:
    void take(std::string_view& output) {
        if (output.starts_with("\x1b[")) {
            auto const end = output.find_first_of("mKHJC");
            auto const number = output.substr(2, end - 2);
            sequence(output[end], number.empty() ? 0 : std::stoul(std::string{number}));
            output.remove_prefix(end + 1);
            return;
        }
        auto const length = utf8::next(output, 0);
        put(std::string{output.substr(0, length)});
        output.remove_prefix(length);
    }

    void sequence(char kind, std::size_t number) {
        switch (kind) {
        case 'K': rows_.back().resize(std::min(column_, rows_.back().size())); break;
        case 'C': column_ += number; break;
        case 'J': rows_ = {{}}; break;
        case 'H': column_ = 0; break;
        default: break;
        }
    }

    void put(std::string const& character) {
        if (character == "\n") {
            rows_.emplace_back();
            column_ = 0;
        } else if (character == "\r") {
            column_ = 0;
        } else if (character == "\a") {
            ++bells_;
        } else {
            auto& row = rows_.back();
            row.resize(std::max(row.size(), column_ + 1), " ");
            row[column_++] = character;
        }
    }

    std::vector<std::vector<std::string>> rows_{{}};
    std::size_t column_{0};
    std::size_t bells_{0};
};

} // namespace shell::test
