// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping a frame again where it is mapped already only changes its rights.

#include <init/elf_loader.hpp>
#include <init/own_capabilities.hpp>
#include <init/self_protection.hpp>

namespace init {

sys::PageAttributes own_page_attributes(formats::elf::Program const& self, std::uint64_t address) {
    for (std::size_t i = 0; auto const segment = self.segment(i); ++i) {
        if (base::align_down(segment->address, api::page_bits) <= address &&
            address < segment->end()) {
            return attributes_of(*segment);
        }
    }
    return {.rights = api::Rights::Read};
}

sys::Result<> protect_self(formats::elf::Program const& self, api::SlotRegion image_frames) {
    auto address = self.pages().begin;
    for (auto slot = image_frames.start; slot < image_frames.end; ++slot) {
        TRY(sys::Frame{api::CPtr{slot}}.map(own::vspace, base::UserAddr{address},
                                            own_page_attributes(self, address)));
        address += api::page_size;
    }
    return {};
}

} // namespace init
