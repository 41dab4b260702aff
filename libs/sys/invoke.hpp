// SPDX-License-Identifier: BSD-2-Clause
//
// A call of a kernel object. All typed capabilities come down to this one function, which a host
// test may provide itself.
#pragma once

#include <api/invocation.hpp>
#include <sys/error.hpp>

#include <span>

namespace sys {

/// The answer's first words; the others are in the IPC buffer.
Result<RegisterWords> invoke(api::CPtr object, api::Invocation label,
                             std::span<api::Word const> words, std::span<api::CPtr const> caps);

/// Names a capability of a kind; a value, which owns nothing.
class Capability {
public:
    constexpr Capability() = default;
    constexpr explicit Capability(api::CPtr cptr) : cptr_{cptr} {}

    [[nodiscard]] constexpr api::CPtr cptr() const { return cptr_; }

    friend constexpr bool operator==(Capability, Capability) = default;

protected:
    template <std::size_t Words = 0, std::size_t Caps = 0>
    [[nodiscard]] Result<> perform(api::Invocation label,
                                   std::array<api::Word, Words> const& words = {},
                                   std::array<api::CPtr, Caps> const& caps = {}) const {
        TRY(invoke(cptr_, label, words, caps));
        return {};
    }

    /// For invocations that answer with one word.
    template <std::size_t Words = 0, std::size_t Caps = 0>
    [[nodiscard]] Result<api::Word> query(api::Invocation label,
                                          std::array<api::Word, Words> const& words = {},
                                          std::array<api::CPtr, Caps> const& caps = {}) const {
        auto const answer = TRY(invoke(cptr_, label, words, caps));
        return answer[0];
    }

private:
    api::CPtr cptr_{api::null_cptr};
};

/// Makes the array types of perform() and query() from lists of arguments.
template <typename... Values>
[[nodiscard]] constexpr auto words(Values... values) {
    return std::array<api::Word, sizeof...(Values)>{static_cast<api::Word>(values)...};
}

template <typename... Values>
[[nodiscard]] constexpr auto caps(Values... values) {
    return std::array<api::CPtr, sizeof...(Values)>{values...};
}

} // namespace sys
