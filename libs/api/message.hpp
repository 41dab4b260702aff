// SPDX-License-Identifier: BSD-2-Clause
//
// The message info word and the IPC buffer.
#pragma once

#include <api/types.hpp>

#include <array>
#include <cstddef>

namespace api {

inline constexpr std::size_t max_message_words = 120;
inline constexpr std::size_t register_message_words = 4;
inline constexpr std::size_t max_extra_caps = 3;
inline constexpr unsigned ipc_buffer_bits = 10;

/// What a message is: its label, how many words, how many capabilities.
class MessageInfo {
public:
    constexpr MessageInfo() = default;
    constexpr explicit MessageInfo(Word raw) : raw_{raw} {}

    static constexpr MessageInfo make(Word label, Word length, Word extra_caps = 0,
                                      Word caps_unwrapped = 0) {
        Word raw = 0;
        raw = Label::set(raw, label);
        raw = CapsUnwrapped::set(raw, caps_unwrapped);
        raw = ExtraCaps::set(raw, extra_caps);
        return MessageInfo{Length::set(raw, length)};
    }

    [[nodiscard]] constexpr Word raw() const { return raw_; }
    [[nodiscard]] constexpr Word label() const { return Label::get(raw_); }
    [[nodiscard]] constexpr Word caps_unwrapped() const { return CapsUnwrapped::get(raw_); }
    [[nodiscard]] constexpr Word extra_caps() const { return ExtraCaps::get(raw_); }

    /// Never above max_message_words, whatever the word says.
    [[nodiscard]] constexpr Word length() const {
        Word const length = Length::get(raw_);
        return length < max_message_words ? length : max_message_words;
    }

private:
    using Length = base::Bits<Word, 0, 7>;
    using ExtraCaps = base::Bits<Word, 7, 2>;
    using CapsUnwrapped = base::Bits<Word, 9, 3>;
    using Label = base::Bits<Word, 12, 52>;

    Word raw_{0};
};

/// One per thread, 1024 bytes, 1024-aligned. MR i is words[i]; the first four travel in registers.
struct IpcBuffer {
    Word tag;
    std::array<Word, max_message_words> words;
    Word user_data;
    std::array<Word, max_extra_caps> caps_or_badges;
    Word receive_cnode;
    Word receive_index;
    Word receive_depth;
};

static_assert(sizeof(IpcBuffer) == std::size_t{1} << ipc_buffer_bits);
static_assert(offsetof(IpcBuffer, caps_or_badges) == 976);
static_assert(offsetof(IpcBuffer, receive_depth) == 1016);

} // namespace api
