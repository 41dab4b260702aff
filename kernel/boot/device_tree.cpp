#include <board.hpp>
#include <kernel/boot/device_tree.hpp>
namespace kernel::boot {
BootResult<Machine> discover_machine(base::PhysRange, MemoryMap& memory) {
    TRY(memory.add_ram(Board::assumed_ram));
    return Machine{{arch::ControllerKind::GicV2, Board::gic_distributor, Board::gic_cpu_interface},
                   arch::FirmwareConduit::None};
}
} // namespace kernel::boot
