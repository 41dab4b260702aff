// SPDX-License-Identifier: BSD-2-Clause
//
// Control characters, and the sequences that xterm, VT220 and the Linux console send.

#include <shell/key_decoder.hpp>

namespace shell {

namespace {

constexpr char escape = 0x1b;

constexpr char control(char letter) {
    return static_cast<char>(letter - '@');
}

Key control_key(char byte) {
    switch (byte) {
    case control('A'): return Key::Home;
    case control('B'): return Key::Left;
    case control('C'): return Key::Interrupt;
    case control('D'): return Key::DeleteOrEnd;
    case control('E'): return Key::End;
    case control('F'): return Key::Right;
    case control('H'): return Key::Backspace;
    case control('I'): return Key::Tab;
    case control('J'): return Key::Enter;
    case control('K'): return Key::KillToEnd;
    case control('L'): return Key::Redraw;
    case control('M'): return Key::Enter;
    case control('N'): return Key::Down;
    case control('P'): return Key::Up;
    case control('U'): return Key::KillToStart;
    case control('W'): return Key::KillWord;
    case 0x7f: return Key::Backspace;
    default: return Key::Invalid;
    }
}

/// The last byte of ESC [ ... and of ESC O ...
Key final_key(char byte) {
    switch (byte) {
    case 'A': return Key::Up;
    case 'B': return Key::Down;
    case 'C': return Key::Right;
    case 'D': return Key::Left;
    case 'F': return Key::End;
    case 'H': return Key::Home;
    default: return Key::Invalid;
    }
}

/// ESC [ number ~
Key numbered_key(unsigned number) {
    switch (number) {
    case 1:
    case 7: return Key::Home;
    case 3: return Key::Delete;
    case 4:
    case 8: return Key::End;
    default: return Key::Invalid;
    }
}

} // namespace

std::optional<KeyPress> KeyDecoder::feed(char byte) {
    switch (state_) {
    case State::Ground: return begin(byte);
    case State::AfterReturn:
        state_ = State::Ground;
        return byte == '\n' ? std::nullopt : begin(byte); // one Enter, sent as two characters
    case State::Escape:
        state_ = byte == '[' ? State::Bracket : byte == 'O' ? State::Letter : State::Ground;
        parameter_ = 0;
        first_parameter_ = true;
        if (state_ != State::Ground) {
            return std::nullopt;
        }
        return byte == '\r' || byte == '\n' || byte == escape ? begin(byte)
                                                              : KeyPress{Key::Invalid};
    case State::Bracket: return in_bracket(byte);
    case State::Letter: state_ = State::Ground; return KeyPress{final_key(byte)};
    }
    return std::nullopt;
}

std::optional<KeyPress> KeyDecoder::begin(char byte) {
    if (byte >= ' ' && byte < 0x7f) {
        state_ = State::Ground;
        return KeyPress{Key::Character, byte};
    }
    if (byte == escape) {
        state_ = State::Escape;
        return std::nullopt;
    }
    state_ = byte == '\r' ? State::AfterReturn : State::Ground;
    return KeyPress{control_key(byte)};
}

/// Of several parameters (a key with shift or control held) only the first one says which key.
std::optional<KeyPress> KeyDecoder::in_bracket(char byte) {
    if (byte >= '0' && byte <= '9') {
        if (first_parameter_ && parameter_ < 100) {
            parameter_ = parameter_ * 10 + static_cast<unsigned>(byte - '0');
        }
        return std::nullopt;
    }
    if (byte == ';') {
        first_parameter_ = false;
        return std::nullopt;
    }
    state_ = State::Ground;
    if (byte < ' ') {
        return begin(byte); // cut short
    }
    return KeyPress{byte == '~' ? numbered_key(parameter_) : final_key(byte)};
}

} // namespace shell
