// SPDX-License-Identifier: BSD-2-Clause
//
// memtest, fragtest: programs of the same names do the work. They take the arguments as they are,
// and say themselves what is wrong with them.

#include <shell/command/command.hpp>
#include <shell/foreground.hpp>

namespace shell::command {

namespace {

constexpr std::uint64_t mebibyte = base::bit(20);

/// What one program can get: the pager keeps up to an eighth of all for others.
std::uint64_t obtainable(ipc::pager::Statistics::Reply const& pager) {
    auto const kept = pager.total / 8;
    return pager.free > kept ? pager.free - kept : 0;
}

} // namespace

/// The pager finds out that there is not enough when the memory is touched, and can only stop the
/// program then: so what cannot be is refused before.
Status memtest(Context& context) {
    auto const pager = context.system.pager_statistics();
    if (!pager) {
        return context.fail("the pager does not tell: ", ipc::describe(pager.error()));
    }
    auto const most = obtainable(*pager) / mebibyte;
    for (auto const word : context.arguments) {
        if (auto const mebibytes = parse_number(word); mebibytes && *mebibytes > most) {
            return context.fail("not enough memory for ", word, " MiB: at most ", most,
                                " can be had (try: memstat)");
        }
    }
    return run_to_end(context, context.command.name, context.arguments);
}

Status fragtest(Context& context) {
    return run_to_end(context, context.command.name, context.arguments);
}

} // namespace shell::command
