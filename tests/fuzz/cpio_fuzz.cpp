// SPDX-License-Identifier: BSD-2-Clause
//
// Any archive: it is refused, or each of its files lies inside and is found by its name.

#include "../unit/libs/formats/cpio_archive.hpp"
#include "spoiled_sample.hpp"
#include <formats/cpio.hpp>

#include <cstdlib>

namespace {

using formats::cpio::Archive;
using formats::cpio::Error;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check(Archive const& archive) {
    for (std::size_t i = 0;; ++i) {
        auto const file = archive.file(i);
        if (!file) {
            require(file.error() == Error::NotFound);
            return;
        }
        require(!file->name.empty() && file->name.find('\0') == file->name.npos);
        require(formats::inside(archive.bytes(), file->data_offset, file->data.size()));
        require(archive.find(file->name).has_value());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const sample = [] {
        formats::test::CpioArchive archive;
        archive.add("bin/hello", "hello").add(".pad", "").add("boot/init", "init").finish();
        return archive.bytes();
    }();
    auto const bytes = fuzz::spoiled(sample, {data, size});
    Archive const archive{bytes};
    if (archive.check()) {
        check(archive);
    } else {
        require(!archive.find("there is no such file"));
    }
    return 0;
}
