// SPDX-License-Identifier: BSD-2-Clause
//
// KeyDecoder: turns the bytes of a terminal into keys. It takes any bytes whatever: what is no key
// and no text is dropped and remembered as garbage.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shell {

enum class KeyKind : std::uint8_t {
    Text, // one character, in Key::text()
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Up,
    Down,
    KillToEnd,
    KillToStart,
    KillWord,
    ClearScreen,
    Cancel,             // ctrl-C
    DeleteOrEndOfInput, // ctrl-D
};

struct Key {
    KeyKind kind;
    std::uint8_t length{0};
    std::array<char, 4> bytes{};

    [[nodiscard]] std::string_view text() const { return {bytes.data(), length}; }
};

class KeyDecoder {
public:
    /// The key that `byte` completes, if it does.
    [[nodiscard]] std::optional<Key> feed(char byte);

    /// Whether bytes were dropped since the last call.
    [[nodiscard]] bool take_garbage();

private:
    enum class State : std::uint8_t { Ground, Utf8, Escape, Csi, Ss3 };

    std::optional<Key> ground(char byte);
    std::optional<Key> control(char byte);
    std::optional<Key> utf8(char byte);
    std::optional<Key> escape(char byte);
    std::optional<Key> csi(char byte);
    std::optional<Key> ss3(char byte);
    std::optional<Key> end_with(std::optional<KeyKind> kind);
    std::optional<Key> give_up(char byte);
    [[nodiscard]] std::optional<KeyKind> numbered_key() const;

    State state_{State::Ground};
    bool after_return_{false}; // a line feed right behind a carriage return is no second Enter
    bool garbage_{false};
    std::size_t expected_{0}; // bytes of the UTF-8 sequence under way
    std::size_t used_{0};
    std::array<char, 8> sequence_{}; // of the UTF-8 sequence or the CSI parameters so far
};

} // namespace shell
