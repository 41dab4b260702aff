// SPDX-License-Identifier: BSD-2-Clause
//
// Any device tree: it is refused, or walking it in every way stays inside and comes to an end.

#include "../unit/libs/formats/device_tree_blob.hpp"
#include "spoiled_sample.hpp"
#include <formats/machine_description.hpp>

#include <cstdlib>

namespace {

using formats::fdt::Node;
using formats::fdt::Tree;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

/// How often walks came by; each way to walk sees every node once.
std::size_t count_by_file_order(Tree const& tree) {
    std::size_t count = 0;
    for (std::optional node = tree.root(); node; node = node->following()) {
        ++count;
        require(node->base_name().size() <= node->name().size());
        if (auto const reg = node->property("reg")) {
            (void)reg->number(0, 2);
            (void)reg->lists("abc");
        }
    }
    return count;
}

std::size_t count_by_family(Node const& node, std::size_t depth = 0) {
    std::size_t count = 1;
    // An input is too short for trees that are deeper than the test's stack.
    require(depth < 10'000);
    for (auto child = node.first_child(); child; child = child->next_sibling()) {
        count += count_by_family(*child, depth + 1);
    }
    return count;
}

void check(Tree const& tree) {
    require(count_by_file_order(tree) == count_by_family(tree.root()));
    auto const is_sound = [](base::PhysRange range) { require(range.begin <= range.end); };
    formats::for_each_ram(tree, is_sound);
    formats::for_each_reservation(tree, is_sound);
    (void)formats::gic_version(tree);
    (void)formats::firmware_call(tree);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const sample = formats::test::sample_tree().build();
    auto const bytes = fuzz::spoiled(sample, {data, size});
    if (auto const tree = Tree::parse(bytes)) {
        check(*tree);
    } else {
        require(describe(tree.error()) != "unknown error");
    }
    return 0;
}
