// SPDX-License-Identifier: BSD-2-Clause
//
// The functions behind the table of commands; each is in the file that is named after it or after
// its family.
#pragma once

#include <shell/commands.hpp>

namespace shell::command {

Status clear(Context& context);
Status context(Context& context);
Status cow(Context& context);
Status echo(Context& context);
Status fg(Context& context);
Status fragtest(Context& context);
Status growth(Context& context);
Status help(Context& context);
Status kill(Context& context);
Status lazy(Context& context);
Status memstat(Context& context);
Status memtest(Context& context);
Status menu(Context& context);
Status pagemap(Context& context);
Status poweroff(Context& context);
Status ps(Context& context);
Status reboot(Context& context);
Status repeat(Context& context);
Status spawn(Context& context);
Status stats(Context& context);
Status time(Context& context);
Status trace(Context& context);
Status uptime(Context& context);

} // namespace shell::command
