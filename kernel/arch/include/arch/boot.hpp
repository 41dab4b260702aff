// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel asks of the architecture at boot, in this order.
#pragma once

#include <base/address.hpp>

#include <cstdint>
#include <optional>

namespace kernel {
struct KernelState;
}

namespace arch {

/// Leaves the loader's translation tables for the kernel's own: its image, every page with no more
/// rights than it needs, and the debug console. Sets every register that the kernel depends on.
void enter_kernel_map();

/// Exceptions from programs will be told to this kernel.
void enter_exceptions_of(kernel::KernelState& kernel);

/// The kernel's own image, with its stacks.
[[nodiscard]] base::PhysRange kernel_image();
/// Where the byte at `pointer`, which lies in it, was loaded.
[[nodiscard]] base::PhysAddr image_address(void const* pointer);
/// What of it is not needed after boot.
[[nodiscard]] base::PhysRange kernel_boot_image();

/// Blocks in which RAM is mapped: a bank that does not begin or end at one is used up to there.
inline constexpr unsigned memory_block_bits = 21;

/// Makes kernel_address() valid for RAM; `range` is widened to whole blocks. False if the kernel
/// has no tables left to do so.
[[nodiscard]] bool map_memory(base::PhysRange range);

/// Physical addresses that the window reaches.
inline constexpr std::uint64_t window_size = std::uint64_t{511} << 30;

/// One more than the largest physical address of this machine.
[[nodiscard]] base::PhysAddr physical_top();

enum class FirmwareConduit : std::uint8_t { None, Hypervisor, SecureMonitor };
enum class ControllerKind : std::uint8_t { GicV2, GicV3 };

struct InterruptController {
    ControllerKind kind;
    base::PhysRange distributor;
    base::PhysRange core_interface; // GicV3: the redistributors
};

void set_firmware_conduit(FirmwareConduit conduit);

/// Everything off, then the timer on. False if its registers do not look like a controller.
[[nodiscard]] bool start_interrupts(InterruptController const& controller);

/// Programs that were copied into memory can be executed.
void synchronise_instructions(base::PhysRange range);

/// No page of the kernel is writable and executable, or open to programs.
[[nodiscard]] bool kernel_map_is_safe();

} // namespace arch
