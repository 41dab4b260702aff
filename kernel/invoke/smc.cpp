// SPDX-License-Identifier: BSD-2-Clause
//
// SMC invocation: a call of the firmware with all its registers.

#include <arch/firmware.hpp>
#include <kernel/invoke/invocation.hpp>

namespace kernel {

Result<> invoke_smc(KernelState&, Invocation& call, Answer& answer) {
    if (!call.is(api::Invocation::SmcCall)) {
        return fail(Failure::illegal_operation());
    }
    arch::FirmwareArguments words{};
    if (!call.has(words.size())) {
        return fail(Failure::truncated_message());
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = call.args[i];
    }
    // A badge is the one function that this capability may call.
    auto const badge = call.cap().badge();
    if (badge != Badge{} && badge != Badge{words[0]}) {
        return fail(Failure::illegal_operation());
    }
    for (Word const word : arch::call_firmware(words)) {
        answer.add(word);
    }
    return {};
}

} // namespace kernel
