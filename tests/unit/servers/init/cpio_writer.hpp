// SPDX-License-Identifier: BSD-2-Clause
//
// Boot archives for tests.
#pragma once

#include <init/boot_archive.hpp>

#include <cstdio>
#include <string>

namespace init_test {

class CpioWriter {
public:
    void add(std::string const& name, std::string const& data) {
        char header[111];
        std::snprintf(header, sizeof header,
                      "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 1, 0100644, 0,
                      0, 1, 0, data.size(), 0, 0, 0, 0, name.size() + 1, 0);
        bytes_ += header + name + '\0';
        pad();
        bytes_ += data;
        pad();
    }

    /// The archive is a view of this object.
    [[nodiscard]] init::BootArchive finish() {
        add("TRAILER!!!", "");
        return init::BootArchive{std::as_bytes(std::span{bytes_})};
    }

private:
    void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }

    std::string bytes_;
};

/// The smallest program: one page of text, one page of data.
[[nodiscard]] std::string small_program();

} // namespace init_test
