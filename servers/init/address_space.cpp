// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping, and the tables below the root.

#include <init/address_space.hpp>

namespace init {

namespace {

constexpr int levels_below_root = 3;

} // namespace

sys::Result<> AddressSpace::map(sys::Frame frame, base::UserAddr address,
                                sys::PageAttributes attributes) {
    for (int missing = 0; missing < levels_below_root; ++missing) {
        auto const mapped = frame.map(vspace_, address, attributes);
        if (mapped || mapped.error() != api::Error::FailedLookup) {
            return mapped;
        }
        auto const table = TRY(factory_.create<sys::PageTable>(api::ObjectType::PageTable));
        TRY(table.map(vspace_, address));
    }
    return frame.map(vspace_, address, attributes);
}

sys::Result<sys::Frame> AddressSpace::map_new(base::UserAddr address,
                                              sys::PageAttributes attributes) {
    auto const frame = TRY(factory_.create<sys::Frame>(api::ObjectType::SmallPage));
    TRY(map(frame, address, attributes));
    return frame;
}

} // namespace init
