// SPDX-License-Identifier: BSD-2-Clause
//
// Result: the one way a function reports failure. No exceptions, no out-parameters, no globals.
// Every layer names its own error type and aliases Result with it.
#pragma once

#include <expected>
#include <utility>

namespace base {

/// A value or an error. A class of its own so that ignoring one never compiles.
template <typename T, typename E>
class [[nodiscard]] Result : public std::expected<T, E> {
public:
    using std::expected<T, E>::expected;

    /// Success. Not "= default": `return {};` would clear the room for the error first.
    constexpr Result() {}
};

/// `return fail(Error::X);` converts to any Result whose error can be made from it.
template <typename E>
constexpr auto fail(E error) {
    return std::unexpected<E>{std::move(error)};
}

} // namespace base

/// Unwrap a Result, or return its error from the current function. Each use names its temporary
/// anew, so that one can stand inside another.
#define TRY(expression) BASE_TRY(expression, __COUNTER__)
#define BASE_TRY(expression, number) BASE_TRY_NUMBERED(expression, number)
#define BASE_TRY_NUMBERED(expression, number)                                                      \
    ({                                                                                             \
        auto&& try_result_##number = (expression);                                                 \
        if (!try_result_##number) [[unlikely]] {                                                   \
            return ::base::fail(std::move(try_result_##number).error());                           \
        }                                                                                          \
        *std::move(try_result_##number);                                                           \
    })
