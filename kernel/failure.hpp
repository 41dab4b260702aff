// SPDX-License-Identifier: BSD-2-Clause
//
// Failure: why an invocation did not happen, as the caller is told in the reply (or that it was
// preempted and runs again). LookupFault: why a capability pointer did not lead to a slot.
#pragma once

#include <api/error.hpp>
#include <base/result.hpp>

#include <array>
#include <span>

namespace kernel {

using api::Word;

/// A failed resolution of a capability pointer, in the words that messages carry.
class LookupFault {
public:
    constexpr LookupFault() = default;

    static constexpr LookupFault invalid_root() { return {api::LookupFailure::InvalidRoot, {}, 1}; }
    static constexpr LookupFault missing_capability(Word bits_left) {
        return {api::LookupFailure::MissingCapability, {bits_left}, 2};
    }
    static constexpr LookupFault depth_mismatch(Word bits_left, Word bits_found) {
        return {api::LookupFailure::DepthMismatch, {bits_left, bits_found}, 3};
    }
    static constexpr LookupFault guard_mismatch(Word bits_left, Word guard, Word bits_found) {
        return {api::LookupFailure::GuardMismatch, {bits_left, guard, bits_found}, 4};
    }

    /// The kind, then its details.
    [[nodiscard]] constexpr std::span<Word const> words() const {
        return std::span{words_}.first(count_);
    }

    friend constexpr bool operator==(LookupFault const&, LookupFault const&) = default;

private:
    constexpr LookupFault(api::LookupFailure kind, std::array<Word, 3> details, std::size_t count)
        : words_{std::to_underlying(kind), details[0], details[1], details[2]}, count_{count} {}

    std::array<Word, 4> words_{};
    std::size_t count_{0};
};

/// The reply to a refused invocation: the error code and the words that explain it.
class Failure {
public:
    static constexpr Failure invalid_argument(Word index) {
        return {api::Error::InvalidArgument, {index}, 1};
    }
    static constexpr Failure invalid_capability(Word index) {
        return {api::Error::InvalidCapability, {index}, 1};
    }
    static constexpr Failure illegal_operation() { return {api::Error::IllegalOperation, {}, 0}; }
    static constexpr Failure range(Word min, Word max) {
        return {api::Error::RangeError, {min, max}, 2};
    }
    static constexpr Failure alignment() { return {api::Error::AlignmentError, {}, 0}; }

    enum class Lookup : Word { Target = 0, Source = 1 };

    static constexpr Failure failed_lookup(Lookup which, LookupFault const& fault) {
        Failure failure{api::Error::FailedLookup, {std::to_underlying(which)}, 1};
        for (Word const word : fault.words()) {
            failure.words_[failure.count_++] = word;
        }
        return failure;
    }

    static constexpr Failure truncated_message() { return {api::Error::TruncatedMessage, {}, 0}; }
    static constexpr Failure delete_first() { return {api::Error::DeleteFirst, {}, 0}; }
    static constexpr Failure revoke_first() { return {api::Error::RevokeFirst, {}, 0}; }
    static constexpr Failure not_enough_memory(Word bytes) {
        return {api::Error::NotEnoughMemory, {bytes}, 1};
    }

    /// Not an answer: the operation stopped half-way in a consistent state, and the caller
    /// executes its system call again.
    static constexpr Failure preempted() { return {api::Error::None, {}, 0}; }

    [[nodiscard]] constexpr bool is_preempted() const { return code_ == api::Error::None; }
    [[nodiscard]] constexpr api::Error code() const { return code_; }
    [[nodiscard]] constexpr std::span<Word const> words() const {
        return std::span{words_}.first(count_);
    }

    friend constexpr bool operator==(Failure const&, Failure const&) = default;

private:
    constexpr Failure(api::Error code, std::array<Word, 5> words, std::size_t count)
        : code_{code}, words_{words}, count_{count} {}

    api::Error code_;
    std::array<Word, 5> words_;
    std::size_t count_;
};

template <typename T = void>
using Result = base::Result<T, Failure>;

using base::fail;

} // namespace kernel
