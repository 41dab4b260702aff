// SPDX-License-Identifier: BSD-2-Clause
//
// poweroff, reboot: the end.

#include <shell/command/command.hpp>

namespace shell::command {

namespace {

Status set_power(Context& context, ipc::process::PowerState state, std::string_view what) {
    if (!context.arguments.empty()) {
        return context.fail_with_hint("takes no arguments");
    }
    auto const result = context.system.power(state);
    if (result) {
        return Status::Done; // only a test gets here
    }
    if (result.error() == ipc::Error::NotFound) {
        return context.fail("this machine cannot ", what);
    }
    return context.fail(ipc::describe(result.error()));
}

} // namespace

Status poweroff(Context& context) {
    return set_power(context, ipc::process::PowerState::Off, "switch itself off");
}

Status reboot(Context& context) {
    return set_power(context, ipc::process::PowerState::Reboot, "restart itself");
}

} // namespace shell::command
