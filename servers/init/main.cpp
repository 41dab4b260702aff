// SPDX-License-Identifier: BSD-2-Clause
//
// The root task: builds the system, then serves it.

#include <init/root_system.hpp>

int main(api::BootInfo const& boot_info);

int main(api::BootInfo const& boot_info) {
    static init::RootSystem system{boot_info};
    system.build();
    system.serve();
}
