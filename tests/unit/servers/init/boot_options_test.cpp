// SPDX-License-Identifier: BSD-2-Clause

#include "../../libs/formats/device_tree_blob.hpp"
#include <api/boot_info.hpp>
#include <init/boot_options.hpp>

#include <gtest/gtest.h>

namespace {

using formats::test::DeviceTreeBlob;
using init::BootOptions;
using init::read_boot_options;

/// The extra boot information with this device tree, as the kernel writes it.
class Extra {
public:
    explicit Extra(std::vector<std::byte> const& tree) {
        api::BootInfoHeader const header{.id = api::boot_info_fdt,
                                         .length = sizeof header + tree.size()};
        auto const* const bytes = reinterpret_cast<std::byte const*>(&header);
        bytes_.assign(bytes, bytes + sizeof header);
        bytes_.insert(bytes_.end(), tree.begin(), tree.end());
    }

    [[nodiscard]] BootOptions read(std::uint64_t moment = 1) const {
        return read_boot_options(bytes_, moment);
    }

private:
    std::vector<std::byte> bytes_;
};

Extra with_words(std::string_view words) {
    DeviceTreeBlob blob;
    blob.begin("").begin("chosen").text("bootargs", words).end().end().token(DeviceTreeBlob::End);
    return Extra{blob.build()};
}

Extra with_seed(std::string_view name, std::string_view seed) {
    DeviceTreeBlob blob;
    blob.begin("").begin("chosen").bytes(name, seed).end().end().token(DeviceTreeBlob::End);
    return Extra{blob.build()};
}

TEST(BootOptions, WithoutADeviceTreeThereIsChanceAndTheMomentMakesIt) {
    auto const options = read_boot_options({}, 5);
    EXPECT_TRUE(options.randomises_layout);
    EXPECT_TRUE(options.nonsense.empty());
    EXPECT_NE(options.random_key, read_boot_options({}, 6).random_key);
}

TEST(BootOptions, FirmwaresSeedMakesTheKey) {
    auto const key = with_seed("rng-seed", "0123456789abcdef").read().random_key;
    EXPECT_NE(key, with_seed("rng-seed", "0123456789abcdeg").read().random_key);
    EXPECT_NE(key, with_seed("rng-seed", "0123456789abcdef").read(2).random_key);
    EXPECT_NE(with_seed("kaslr-seed", "12345678").read().random_key,
              with_seed("kaslr-seed", "12345679").read().random_key);
    EXPECT_NE(with_seed("rng-seed", "123").read().random_key, // not even a word
              with_seed("rng-seed", "124").read().random_key);
}

TEST(BootOptions, ASeedMakesEachBootTheSame) {
    auto const once = with_words("quire.seed=7").read(1);
    EXPECT_EQ(once.random_key, with_words("quire.seed=7").read(2).random_key);
    EXPECT_NE(once.random_key, with_words("quire.seed=8").read(1).random_key);
    EXPECT_TRUE(once.randomises_layout);
}

TEST(BootOptions, LayoutCanBeLeftAsItIs) {
    EXPECT_FALSE(with_words("quire.aslr=off").read().randomises_layout);
    EXPECT_TRUE(with_words("quire.aslr=on").read().randomises_layout);
    auto const both = with_words("console=ttyS0  quire.aslr=off\tquire.seed=3 quiet").read();
    EXPECT_FALSE(both.randomises_layout);
    EXPECT_EQ(both.random_key, with_words("quire.seed=3").read().random_key);
    EXPECT_TRUE(both.nonsense.empty());
}

TEST(BootOptions, WordsForOthersAreLeftAlone) {
    auto const options = with_words("aslr=off seed=1 root=/dev/sda quireaslr=off").read();
    EXPECT_TRUE(options.randomises_layout);
    EXPECT_TRUE(options.nonsense.empty());
}

TEST(BootOptions, NonsenseIsNamed) {
    EXPECT_EQ(with_words("quire.aslr=maybe").read().nonsense, "quire.aslr=maybe");
    EXPECT_EQ(with_words("quire.seed=x quire.colour=red").read().nonsense, "quire.seed=x");
    EXPECT_EQ(with_words("quire.").read().nonsense, "quire.");
    EXPECT_EQ(with_words("quire.seed=99999999999999999999").read().nonsense,
              "quire.seed=99999999999999999999");
}

TEST(BootOptions, ABrokenDeviceTreeHasNone) {
    EXPECT_TRUE(Extra{std::vector<std::byte>(40)}.read().randomises_layout);
}

} // namespace
