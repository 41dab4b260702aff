// SPDX-License-Identifier: BSD-2-Clause
//
// One capability, of an endpoint, is copied and the copy deleted.

#include "kernel_call.hpp"
#include "rows.hpp"

namespace bench {

namespace {

using api::Invocation;
constexpr auto all_rights = api::Rights::All.bits();

struct Slots {
    explicit Slots(Lab& lab) : source{lab.make_endpoint()}, copy{lab.slots()} {}

    Word source;
    Word copy;
};

KernelCall copy_call(Lab& lab, Slots slots) {
    return {lab,
            Lab::cnode,
            Invocation::CNodeCopy,
            {slots.copy, Lab::depth, slots.source, Lab::depth, all_rights},
            {Lab::cnode}};
}

KernelCall delete_call(Lab& lab, Slots slots) {
    return {lab, Lab::cnode, Invocation::CNodeDelete, {slots.copy, Lab::depth}};
}

void copy(Lab& lab, Samples& samples) {
    Slots const slots{lab};
    samples.take([&] {
        auto const cost = copy_call(lab, slots).make();
        delete_call(lab, slots).make();
        return cost;
    });
}

void mint(Lab& lab, Samples& samples) {
    Slots const slots{lab};
    samples.take([&] {
        KernelCall const mint{lab,
                              Lab::cnode,
                              Invocation::CNodeMint,
                              {slots.copy, Lab::depth, slots.source, Lab::depth, all_rights, 77},
                              {Lab::cnode}};
        auto const cost = mint.make();
        delete_call(lab, slots).make();
        return cost;
    });
}

void remove(Lab& lab, Samples& samples) {
    Slots const slots{lab};
    samples.take([&] {
        copy_call(lab, slots).make();
        return delete_call(lab, slots).make();
    });
}

constexpr Row rows[] = {
    {"cnode.copy", copy},
    {"cnode.mint", mint},
    {"cnode.delete", remove},
};

} // namespace

constinit Rows const cnode_rows{rows};

} // namespace bench
