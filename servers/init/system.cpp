// SPDX-License-Identifier: BSD-2-Clause
//
// THE table: who runs in this system, and with what. A server has a higher priority than those who
// call it, so that it answers at once. The pager has the highest: it runs on the time of whoever it
// works for, so nobody may end that one before it is done (see Component::runs_on_callers_time).

#include <board.hpp>
#include <init/system.hpp>
#include <ipc/environment.hpp>

#include <algorithm>
#include <array>

namespace init {

namespace {

constexpr api::Word kib = 1024;
constexpr api::Word time_slice = 5000;

// The pager's books about regions grow with their number.
constexpr api::Word max_regions = 65536;

// What is typed at the shell reaches it only as text.
constexpr api::Word of_shell = ipc::pager::Forbidden::NewCode::set(api::Word{0}, true) |
                               ipc::pager::Forbidden::SharedWriting::set(api::Word{0}, true);

constexpr std::array table{
    Component{.pid = 2,
              .name = "console",
              .file = "boot/console",
              .loading = Loading::Eager,
              .priority = 200,
              .time_slice_us = time_slice,
              .stack_bytes = 64 * kib,
              .max_children = 0,
              .grants = {.uart = true},
              .restart = false},
    Component{.pid = 3,
              .name = "pager",
              .file = "boot/pager",
              .loading = Loading::Eager,
              .priority = 220,
              .time_slice_us = time_slice,
              .stack_bytes = 128 * kib,
              .max_children = 0,
              .grants = {.ram = true},
              .restart = false,
              .runs_on_callers_time = true},
    Component{.pid = 0,
              .name = "shell",
              .file = "bin/shell",
              .loading = Loading::Paged,
              .priority = 120,
              .time_slice_us = time_slice,
              .stack_bytes = ipc::environment::max_stack,
              .max_children = 1000,
              .grants = {.inspect = true, .terminal = true, .kill = true, .power = true},
              .restart = true,
              .memory = {.max_regions = max_regions, .forbidden = of_shell}},
};

constexpr Component any_program{.pid = 0,
                                .name = {},
                                .file = {},
                                .loading = Loading::Paged,
                                .priority = 100,
                                .time_slice_us = time_slice,
                                .stack_bytes = ipc::environment::max_stack,
                                .max_children = 16,
                                .grants = {},
                                .restart = false,
                                .memory = {.max_regions = max_regions}};

constexpr Component driver(std::string_view name, std::span<DeviceRange const> devices) {
    Component component = any_program;
    component.name = name;
    component.devices = devices;
    return component;
}

constexpr std::array clock{DeviceRange{.name = Board::clock_name, .start = Board::clock}};

// Programs that drive devices; whoever spawns one of this name gets it.
constexpr std::array drivers{driver("hwclock", clock)};

/// As much as the pager maps at once, and cut out of what there is at one place.
constexpr bool can_be_lent(DeviceRange const& device) {
    return device.size_bits >= api::page_bits && device.size_bits <= api::large_page_bits &&
           device.start.is_aligned(device.size_bits);
}

/// Or the same, for two drivers of which one has it at a time. One inside another could not be cut.
constexpr bool are_apart(DeviceRange const& a, DeviceRange const& b) {
    return a.start + base::bit(a.size_bits) <= b.start ||
           b.start + base::bit(b.size_bits) <= a.start ||
           (a.start == b.start && a.size_bits == b.size_bits);
}

static_assert(std::ranges::all_of(drivers, [](Component const& component) {
    return std::ranges::all_of(component.devices, can_be_lent);
}));
static_assert(std::ranges::all_of(drivers, [](Component const& component) {
    return std::ranges::all_of(component.devices, [](DeviceRange const& device) {
        return std::ranges::all_of(drivers, [&](Component const& other) {
            return std::ranges::all_of(other.devices, [&](DeviceRange const& another) {
                return are_apart(device, another);
            });
        });
    });
}));

constexpr Component self{.pid = 1,
                         .name = "init",
                         .file = "boot/init",
                         .loading = Loading::Eager,
                         .priority = 180,
                         .time_slice_us = time_slice,
                         .stack_bytes = 64 * kib,
                         .max_children = 0,
                         .grants = {.uart = true, .ram = true, .inspect = true, .power = true},
                         .restart = false};

} // namespace

std::span<Component const> components() {
    return table;
}

Component const& program() {
    return any_program;
}

Component const& program(std::string_view name) {
    auto const* const found = std::ranges::find(drivers, name, &Component::name);
    return found != drivers.end() ? *found : any_program;
}

bool is_spawned(Component const& component) {
    return &component == &any_program || &component == &program(component.name);
}

Component const& root_task() {
    return self;
}

} // namespace init
