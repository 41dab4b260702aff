// SPDX-License-Identifier: BSD-2-Clause
//
// Puts the arguments of an invocation where the kernel expects them.

#include <sys/invoke.hpp>
#include <sys/ipc_buffer.hpp>

namespace sys {

Result<RegisterWords> invoke(api::CPtr object, api::Invocation label,
                             std::span<api::Word const> words, std::span<api::CPtr const> caps) {
    auto& buffer = ipc_buffer();
    Outgoing message{
        .info = api::MessageInfo::make(static_cast<api::Word>(label), words.size(), caps.size())};
    for (std::size_t i = 0; i < words.size(); ++i) {
        (i < message.words.size() ? message.words[i] : buffer.words[i]) = words[i];
    }
    for (std::size_t i = 0; i < caps.size(); ++i) {
        buffer.caps_or_badges[i] = static_cast<api::Word>(caps[i]);
    }
    auto const answer = call(object, message);
    auto const code = static_cast<api::Error>(answer.info.label());
    if (code != api::Error::None) {
        return base::fail(Error{.code = code, .words = answer.words});
    }
    return answer.words;
}

} // namespace sys
