// SPDX-License-Identifier: BSD-2-Clause
//
// Words, and stirring what chance there is into a key.

#include <base/number.hpp>
#include <formats/fdt.hpp>
#include <init/boot_options.hpp>
#include <init/extra_info.hpp>

#include <algorithm>

namespace init {

namespace {

using Key = base::Random::Key;

constexpr std::string_view prefix = "quire.";

/// Each bit of `word` changes half of the key's, on average.
Key stir(Key const& key, std::uint64_t word) {
    base::Random const random{key};
    return {random.hash(word), random.hash(~word)};
}

void stir_in(Key& key, formats::Bytes bytes) {
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        auto const count = std::min(bytes.size(), sizeof word);
        std::memcpy(&word, bytes.data(), count);
        key = stir(key, word);
        bytes = bytes.subspan(count);
    }
}

/// Whether `word` is one of ours, and right.
bool read_word(std::string_view word, BootOptions& options) {
    word.remove_prefix(prefix.size());
    if (word == "aslr=off" || word == "aslr=on") {
        options.randomises_layout = word == "aslr=on";
        return true;
    }
    constexpr std::string_view seed = "seed=";
    auto const number =
        word.starts_with(seed) ? base::parse_number(word.substr(seed.size())) : std::nullopt;
    if (number) {
        options.random_key = stir({}, *number);
    }
    return number.has_value();
}

void read_words(std::string_view text, BootOptions& options) {
    constexpr std::string_view blanks = " \t\n\r";
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty()) {
            return;
        }
        auto const word = text.substr(0, text.find_first_of(blanks));
        if (word.starts_with(prefix) && !read_word(word, options) && options.nonsense.empty()) {
            options.nonsense = word;
        }
        text.remove_prefix(word.size());
    }
}

void read_chosen(formats::fdt::Node const& chosen, BootOptions& options) {
    for (auto const* const name : {"rng-seed", "kaslr-seed"}) {
        if (auto const seed = chosen.property(name)) {
            stir_in(options.random_key, seed->bytes());
        }
    }
    if (auto const words = chosen.property("bootargs")) {
        read_words(words->text(), options);
    }
}

} // namespace

BootOptions read_boot_options(std::span<std::byte const> extra, std::uint64_t moment) {
    BootOptions options{.random_key = stir({}, moment)};
    for_each_chunk(extra, [&](api::Word id, std::span<std::byte const> contents) {
        if (id != api::boot_info_fdt) {
            return;
        }
        auto const tree = formats::fdt::Tree::parse(contents);
        auto const chosen = tree ? tree->root().child("chosen") : std::nullopt;
        if (chosen) {
            read_chosen(*chosen, options);
        }
    });
    return options;
}

} // namespace init
