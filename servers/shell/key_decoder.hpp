// SPDX-License-Identifier: BSD-2-Clause
//
// KeyDecoder: which key was pressed, from the bytes that a terminal sends for it.
#pragma once

#include <optional>

namespace shell {

enum class Key {
    Character,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    KillToStart,
    KillToEnd,
    KillWord,
    Redraw,
    Interrupt,
    DeleteOrEnd,
    Invalid, // no key that we know, or no text at all
};

struct KeyPress {
    Key key;
    char character{0}; // of Key::Character

    friend constexpr bool operator==(KeyPress, KeyPress) = default;
};

class KeyDecoder {
public:
    /// Nothing while a sequence is not complete.
    [[nodiscard]] std::optional<KeyPress> feed(char byte);

private:
    /// Escape: ESC came. Bracket: ESC [ and digits. Letter: ESC O.
    enum class State { Ground, AfterReturn, Escape, Bracket, Letter };

    [[nodiscard]] std::optional<KeyPress> begin(char byte);
    [[nodiscard]] std::optional<KeyPress> in_bracket(char byte);

    State state_{State::Ground};
    unsigned parameter_{0};
    bool first_parameter_{true};
};

} // namespace shell
