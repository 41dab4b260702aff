// SPDX-License-Identifier: BSD-2-Clause
//
// Typed IPC. A protocol is a list of plain structs; call() and dispatch() turn them into messages.
#pragma once

#include <api/message.hpp>
#include <ipc/error.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <optional>
#include <type_traits>

namespace ipc {

/// A message as the wire has it. Words past `length` are not sent, and hold nothing but for those
/// that travel in registers: most messages are a few words long, and neither clearing nor copying
/// the others is for free.
struct Packet {
    explicit Packet(api::Word label = 0) : label{label} {
        std::fill_n(words.begin(), api::register_message_words, 0);
    }

    Packet(Packet const& other) : label{other.label}, length{other.length} { copy_words(other); }

    Packet& operator=(Packet const& other) {
        if (this != &other) {
            label = other.label;
            length = other.length;
            copy_words(other);
        }
        return *this;
    }

    ~Packet() = default;

    api::Word label;
    std::size_t length{0}; // words, at most as many as there are
    std::array<api::Word, api::max_message_words> words;

private:
    void copy_words(Packet const& other) {
        std::copy_n(other.words.begin(), api::register_message_words, words.begin());
        if (length > api::register_message_words) {
            std::copy(other.words.begin() + api::register_message_words,
                      other.words.begin() + length, words.begin() + api::register_message_words);
        }
    }
};

/// What may travel: plain data without padding (padding would leak the sender's stack) that fits
/// into the message words.
template <typename T>
concept Payload = std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(Packet::words) &&
                  (std::is_empty_v<T> || std::has_unique_object_representations_v<T>);

/// A payload that ends in text says how many of its bytes are in use, so only those travel.
template <typename T>
concept Variable = requires(T const& value) {
    { value.wire_size() } -> std::convertible_to<std::size_t>;
};

template <typename T>
concept Request = Payload<T> && Payload<typename T::Reply> && requires {
    { T::label } -> std::convertible_to<api::Word>;
};

template <Payload T>
[[nodiscard]] constexpr std::size_t wire_bytes([[maybe_unused]] T const& value) {
    if constexpr (Variable<T>) {
        return value.wire_size() < sizeof(T) ? value.wire_size() : sizeof(T);
    } else {
        return std::is_empty_v<T> ? 0 : sizeof(T);
    }
}

template <Payload T>
[[nodiscard]] constexpr std::size_t wire_words(T const& value) {
    return (wire_bytes(value) + sizeof(api::Word) - 1) / sizeof(api::Word);
}

/// Payloads of whole words are copied as such: the compiler makes loads and stores of that.
template <Payload T>
using Words = std::array<api::Word, sizeof(T) / sizeof(api::Word)>;

template <typename T>
inline constexpr bool is_whole_words = sizeof(T) % sizeof(api::Word) == 0;

template <Payload T>
[[nodiscard]] Packet pack(api::Word label, T const& value) {
    Packet packet{label};
    packet.length = wire_words(value);
    if constexpr (Variable<T>) {
        packet.words[packet.length == 0 ? 0 : packet.length - 1] = 0; // the text may end in it
        std::memcpy(packet.words.data(), &value, wire_bytes(value));
    } else if constexpr (is_whole_words<T> && !std::is_empty_v<T>) {
        std::ranges::copy(std::bit_cast<Words<T>>(value), packet.words.begin());
    } else if constexpr (!std::is_empty_v<T>) {
        std::memcpy(packet.words.data(), &value, sizeof(T));
    }
    return packet;
}

/// Nothing if the message is shorter than the request. Of a Variable one only the fixed part must
/// be there; what is missing reads as zero.
template <Payload T>
[[nodiscard]] std::optional<T> unpack(Packet const& packet) {
    T value{};
    if constexpr (Variable<T>) {
        auto const bytes = packet.length * sizeof(api::Word);
        std::memcpy(static_cast<void*>(&value), packet.words.data(),
                    bytes < sizeof(T) ? bytes : sizeof(T));
    } else if constexpr (!std::is_empty_v<T>) {
        constexpr std::size_t size_words = (sizeof(T) + sizeof(api::Word) - 1) / sizeof(api::Word);
        if (packet.length < size_words) {
            return std::nullopt;
        }
        if constexpr (is_whole_words<T>) {
            Words<T> words;
            std::copy_n(packet.words.begin(), words.size(), words.begin());
            return std::bit_cast<T>(words);
        }
        std::memcpy(static_cast<void*>(&value), packet.words.data(), sizeof(T));
    }
    return value;
}

/// Client side: one function call. `Endpoint` is a capability in user space, a loopback in tests.
template <Request R>
Result<typename R::Reply> call(auto&& endpoint, R const& request) {
    Packet const reply = endpoint.call(pack(R::label, request));
    if (reply.label != static_cast<api::Word>(Error::None)) {
        return base::fail(static_cast<Error>(reply.label));
    }
    auto const value = unpack<typename R::Reply>(reply);
    if (!value) {
        return base::fail(Error::BadMessage);
    }
    return *value;
}

[[nodiscard]] inline Packet refusal(Error error) {
    return Packet{static_cast<api::Word>(error)};
}

/// Server side: find the request whose label matches, and hand it to `server.handle(caller, r)`.
/// A handler that answers later returns std::optional<Result<Reply>>{nullopt}; then so does this.
template <Request R, Request... Others>
[[nodiscard]] std::optional<Packet> dispatch(auto& server, api::Badge caller,
                                             Packet const& packet) {
    if (packet.label != R::label) {
        if constexpr (sizeof...(Others) > 0) {
            return dispatch<Others...>(server, caller, packet);
        } else {
            return refusal(Error::UnknownRequest);
        }
    }
    auto const request = unpack<R>(packet);
    if (!request) {
        return refusal(Error::BadMessage);
    }
    std::optional<Result<typename R::Reply>> const result = server.handle(caller, *request);
    if (!result) {
        return std::nullopt;
    }
    return *result ? pack(static_cast<api::Word>(Error::None), **result) : refusal(result->error());
}

/// Text inside a message: a length and as many bytes.
template <std::size_t Capacity>
struct Text {
    api::Word length;
    std::array<char, Capacity> bytes;

    static Text of(std::string_view text) {
        Text result{};
        result.length = text.size() < Capacity ? text.size() : Capacity;
        std::copy_n(text.begin(), result.length, result.bytes.begin());
        return result;
    }

    /// Never longer than the message can hold, whatever `length` claims.
    [[nodiscard]] constexpr std::string_view view() const {
        return {bytes.data(), length < Capacity ? length : Capacity};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const { return sizeof(length) + view().size(); }
};

} // namespace ipc
