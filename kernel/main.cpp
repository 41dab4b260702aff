// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's state, and its beginning: boot, then the first thread. All that follows are
// exceptions.

#include <arch/boot.hpp>
#include <arch/context.hpp>
#include <kernel/boot/boot.hpp>
#include <kernel/kernel_state.hpp>

namespace {

constinit kernel::KernelState state;

} // namespace

extern "C" [[noreturn]] void resume(arch::UserContext* context);

/// From start.S, with the loader's arguments.
extern "C" [[noreturn]] void kernel_start(api::Word image_begin, api::Word image_end,
                                          api::Word image_offset, api::Word image_entry,
                                          api::Word device_tree, api::Word device_tree_size) {
    arch::enter_kernel_map();
    arch::enter_exceptions_of(state);
    kernel::boot::start(state,
                        {
                            .image = {base::PhysAddr{image_begin}, base::PhysAddr{image_end}},
                            .image_offset = image_offset,
                            .image_entry = base::UserAddr{image_entry},
                            .device_tree = {base::PhysAddr{device_tree},
                                            base::PhysAddr{device_tree} + device_tree_size},
                        });
    resume(&state.core.current->context);
}
