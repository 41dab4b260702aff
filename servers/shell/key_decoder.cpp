// SPDX-License-Identifier: BSD-2-Clause
//
// The sequences of ECMA-48 that terminals send for their keys, in both common variants.

#include <shell/key_decoder.hpp>
#include <shell/utf8.hpp>

#include <utility>

namespace shell {

namespace {

constexpr char escape_byte = 0x1b;

bool is_control(char byte) {
    auto const value = static_cast<unsigned char>(byte);
    return value < 0x20 || value == 0x7f;
}

/// The letter that ends ESC [ letter and ESC O letter.
std::optional<KeyKind> lettered_key(char final) {
    switch (final) {
    case 'A': return KeyKind::Up;
    case 'B': return KeyKind::Down;
    case 'C': return KeyKind::Right;
    case 'D': return KeyKind::Left;
    case 'F': return KeyKind::End;
    case 'H': return KeyKind::Home;
    default: return std::nullopt;
    }
}

std::optional<KeyKind> control_key(char byte) {
    switch (byte) {
    case 0x01: return KeyKind::Home;               // ctrl-A
    case 0x02: return KeyKind::Left;               // ctrl-B
    case 0x03: return KeyKind::Cancel;             // ctrl-C
    case 0x04: return KeyKind::DeleteOrEndOfInput; // ctrl-D
    case 0x05: return KeyKind::End;                // ctrl-E
    case 0x06: return KeyKind::Right;              // ctrl-F
    case 0x08: return KeyKind::Backspace;          // ctrl-H
    case 0x09: return KeyKind::Tab;
    case 0x0a: return KeyKind::Enter;
    case 0x0b: return KeyKind::KillToEnd;   // ctrl-K
    case 0x0c: return KeyKind::ClearScreen; // ctrl-L
    case 0x0d: return KeyKind::Enter;
    case 0x0e: return KeyKind::Down;        // ctrl-N
    case 0x10: return KeyKind::Up;          // ctrl-P
    case 0x15: return KeyKind::KillToStart; // ctrl-U
    case 0x17: return KeyKind::KillWord;    // ctrl-W
    case 0x7f: return KeyKind::Backspace;
    default: return std::nullopt;
    }
}

} // namespace

std::optional<Key> KeyDecoder::feed(char byte) {
    switch (state_) {
    case State::Ground: return ground(byte);
    case State::Utf8: return utf8(byte);
    case State::Escape: return escape(byte);
    case State::Csi: return csi(byte);
    case State::Ss3: return ss3(byte);
    }
    return std::nullopt;
}

bool KeyDecoder::take_garbage() {
    return std::exchange(garbage_, false);
}

std::optional<Key> KeyDecoder::ground(char byte) {
    state_ = State::Ground;
    bool const after_return = std::exchange(after_return_, byte == '\r');
    if (byte == escape_byte) {
        state_ = State::Escape;
        return std::nullopt;
    }
    if (is_control(byte)) {
        return byte == '\n' && after_return ? std::nullopt : control(byte);
    }
    expected_ = utf8::length_from_lead(byte);
    used_ = 0;
    return expected_ == 0 ? end_with(std::nullopt) : utf8(byte);
}

std::optional<Key> KeyDecoder::control(char byte) {
    return end_with(control_key(byte));
}

std::optional<Key> KeyDecoder::utf8(char byte) {
    if (used_ > 0 && !utf8::is_continuation(byte)) {
        return give_up(byte);
    }
    state_ = State::Utf8;
    sequence_[used_++] = byte;
    if (used_ < expected_) {
        return std::nullopt;
    }
    if (!utf8::is_text({sequence_.data(), used_})) {
        return end_with(std::nullopt);
    }
    state_ = State::Ground;
    Key key{.kind = KeyKind::Text, .length = static_cast<std::uint8_t>(used_)};
    for (std::size_t i = 0; i < used_; ++i) {
        key.bytes[i] = sequence_[i];
    }
    return key;
}

std::optional<Key> KeyDecoder::escape(char byte) {
    used_ = 0;
    switch (byte) {
    case '[': state_ = State::Csi; return std::nullopt;
    case 'O': state_ = State::Ss3; return std::nullopt;
    case 'b': return end_with(KeyKind::WordLeft);
    case 'f': return end_with(KeyKind::WordRight);
    default: break;
    }
    return is_control(byte) ? give_up(byte) : end_with(std::nullopt);
}

std::optional<Key> KeyDecoder::csi(char byte) {
    if (is_control(byte)) {
        return give_up(byte);
    }
    bool const is_final = byte >= 0x40 && byte <= 0x7e;
    if (!is_final) {
        if (used_ < sequence_.size()) {
            sequence_[used_++] = byte; // what is too long for any key is swallowed to its end
        }
        return std::nullopt;
    }
    if (byte == '~') {
        return end_with(numbered_key());
    }
    auto const key = lettered_key(byte);
    bool const modified = used_ > 0; // as in ESC [ 1 ; 5 C, ctrl with an arrow
    if (modified && key == KeyKind::Left) {
        return end_with(KeyKind::WordLeft);
    }
    return end_with(modified && key == KeyKind::Right ? KeyKind::WordRight : key);
}

std::optional<Key> KeyDecoder::ss3(char byte) {
    return is_control(byte) ? give_up(byte) : end_with(lettered_key(byte));
}

/// Back to the ground with this key, or with garbage if there is none.
std::optional<Key> KeyDecoder::end_with(std::optional<KeyKind> kind) {
    state_ = State::Ground;
    if (!kind) {
        garbage_ = true;
        return std::nullopt;
    }
    return Key{.kind = *kind};
}

/// The sequence under way is broken; `byte` is not part of it, so it counts on its own.
std::optional<Key> KeyDecoder::give_up(char byte) {
    garbage_ = true;
    return ground(byte);
}

std::optional<KeyKind> KeyDecoder::numbered_key() const {
    if (used_ == 0) {
        return std::nullopt;
    }
    switch (sequence_[0]) { // the longer numbers are function keys, which mean nothing here
    case '1':
    case '7': return used_ == 1 ? std::optional{KeyKind::Home} : std::nullopt;
    case '3': return used_ == 1 ? std::optional{KeyKind::Delete} : std::nullopt;
    case '4':
    case '8': return used_ == 1 ? std::optional{KeyKind::End} : std::nullopt;
    default: return std::nullopt;
    }
}

} // namespace shell
