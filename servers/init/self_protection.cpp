// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping a frame again where it is mapped already only changes its rights.

#include <init/own_capabilities.hpp>
#include <init/self_protection.hpp>

namespace init {

sys::PageAttributes own_page_attributes(ProgramFile const& self, std::uint64_t address) {
    for (auto const& segment : self.segments()) {
        auto const start = base::align_down(segment.address, api::page_bits);
        if (start <= address && address < segment.address + segment.memory_size) {
            return {.rights = segment.writable ? api::Rights::ReadWrite : api::Rights::Read,
                    .executable = segment.executable};
        }
    }
    return {.rights = api::Rights::Read};
}

sys::Result<> protect_self(ProgramFile const& self, api::SlotRegion image_frames) {
    auto address = self.first_page();
    for (auto slot = image_frames.start; slot < image_frames.end; ++slot) {
        TRY(sys::Frame{api::CPtr{slot}}.map(own::vspace, base::UserAddr{address},
                                            own_page_attributes(self, address)));
        address += api::page_size;
    }
    return {};
}

} // namespace init
