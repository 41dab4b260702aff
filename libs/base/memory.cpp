// SPDX-License-Identifier: BSD-2-Clause
//
// memcpy and its family, for programs without a C library: the compiler calls them even in
// freestanding code. Built with -fno-builtin, or these loops would call themselves.

#include <cstddef>
#include <cstdint>

namespace {

constexpr std::uintptr_t word_mask = sizeof(std::uint64_t) - 1;

constexpr std::size_t chunk_words = 8;
constexpr std::size_t chunk = chunk_words * sizeof(std::uint64_t);
constexpr std::size_t block = 4 * chunk; // a page is a whole number of them

bool both_aligned(void const* a, void const* b) {
    auto const bits = reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b);
    return (bits & word_mask) == 0;
}

/// All loads first, so that they and the stores go in pairs.
[[gnu::always_inline]] inline void copy_chunk(std::uint8_t* to, std::uint8_t const* from) {
    auto const* const in = reinterpret_cast<std::uint64_t const*>(from);
    auto* const out = reinterpret_cast<std::uint64_t*>(to);
    auto const a = in[0], b = in[1], c = in[2], d = in[3];
    auto const e = in[4], f = in[5], g = in[6], h = in[7];
    out[0] = a, out[1] = b, out[2] = c, out[3] = d;
    out[4] = e, out[5] = f, out[6] = g, out[7] = h;
}

} // namespace

extern "C" {

void* memcpy(void* destination, void const* source, std::size_t size) {
    auto* to = static_cast<std::uint8_t*>(destination);
    auto const* from = static_cast<std::uint8_t const*>(source);
    if (both_aligned(to, from)) {
        for (; size >= block; size -= block, to += block, from += block) {
            for (std::size_t at = 0; at < block; at += chunk) {
                copy_chunk(to + at, from + at);
            }
        }
        for (; size >= chunk; size -= chunk, to += chunk, from += chunk) {
            copy_chunk(to, from);
        }
        for (; size >= sizeof(std::uint64_t); size -= sizeof(std::uint64_t)) {
            *reinterpret_cast<std::uint64_t*>(to) = *reinterpret_cast<std::uint64_t const*>(from);
            to += sizeof(std::uint64_t);
            from += sizeof(std::uint64_t);
        }
    }
    for (; size > 0; --size) {
        *to++ = *from++;
    }
    return destination;
}

void* memmove(void* destination, void const* source, std::size_t size) {
    auto* to = static_cast<std::uint8_t*>(destination);
    auto const* from = static_cast<std::uint8_t const*>(source);
    if (to <= from || to >= from + size) {
        return memcpy(destination, source, size); // copies upwards, which is safe here
    }
    for (; size > 0; --size) {
        to[size - 1] = from[size - 1];
    }
    return destination;
}

void* memset(void* destination, int value, std::size_t size) {
    auto* to = static_cast<std::uint8_t*>(destination);
    auto const byte = static_cast<std::uint8_t>(value);
    if (both_aligned(to, to)) {
        auto const word = 0x0101'0101'0101'0101u * std::uint64_t{byte};
        for (; size >= chunk; size -= chunk) {
            auto* const out = reinterpret_cast<std::uint64_t*>(to);
            out[0] = word, out[1] = word, out[2] = word, out[3] = word;
            out[4] = word, out[5] = word, out[6] = word, out[7] = word;
            to += chunk;
        }
        for (; size >= sizeof(word); size -= sizeof(word)) {
            *reinterpret_cast<std::uint64_t*>(to) = word;
            to += sizeof(word);
        }
    }
    for (; size > 0; --size) {
        *to++ = byte;
    }
    return destination;
}

int memcmp(void const* left, void const* right, std::size_t size) {
    auto const* a = static_cast<std::uint8_t const*>(left);
    auto const* b = static_cast<std::uint8_t const*>(right);
    for (; size > 0; --size, ++a, ++b) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

void* memchr(void const* memory, int value, std::size_t size) {
    auto const* bytes = static_cast<std::uint8_t const*>(memory);
    for (; size > 0; --size, ++bytes) {
        if (*bytes == static_cast<std::uint8_t>(value)) {
            return const_cast<std::uint8_t*>(bytes);
        }
    }
    return nullptr;
}

std::size_t strlen(char const* text) {
    std::size_t length = 0;
    while (text[length] != '\0') {
        ++length;
    }
    return length;
}

} // extern "C"
