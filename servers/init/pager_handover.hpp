// SPDX-License-Identifier: BSD-2-Clause
//
// Gives the pager what servers/pager/startup.hpp promises it: the boot archive, all RAM that init
// does not keep, and a CSpace that can grow.
#pragma once

#include <base/random.hpp>
#include <init/ram_plan.hpp>
#include <init/server_starter.hpp>
#include <pager/startup.hpp>
#include <sys/endpoint.hpp>

namespace init {

class PagerHandover {
public:
    struct Archive {
        sys::Frame first_frame; // init's own; the others follow
        api::Word frame_count;
        api::Word size; // bytes
    };

    PagerHandover(Server& server, ObjectFactory& factory, OwnPages& pages)
        : server_{server}, factory_{factory}, pages_{pages} {}

    /// The root CNode; `ram` is how much there is, to size it.
    sys::Result<> make_cspace(std::uint64_t ram);

    sys::Result<> give_servers(sys::Endpoint endpoint, sys::Notification init_notification);
    /// A thread in the pager's space, ready but for its registers, and what it needs.
    sys::Result<> give_worker(sys::Endpoint endpoint, sys::SchedControl control);
    sys::Result<> give_archive(Archive const& archive);

    /// Moves an untyped of RAM away from init.
    sys::Result<> give_untyped(sys::Untyped untyped, base::PhysAddr start, unsigned size_bits);

    /// What nobody can foretell: the key to it, and whether spaces are laid out by it.
    void give_chance(base::Random::Key const& key, bool randomises_layout) {
        info_.random_key = key;
        info_.randomises_layout = randomises_layout ? 1 : 0;
    }

    /// Maps the block that describes all this; the root of the pager's CSpace.
    sys::Result<sys::CNode> finish();

    [[nodiscard]] std::uint64_t bytes_given() const { return bytes_given_; }

private:
    /// The slot of a capability pointer of the pager's; makes the leaf it lies in.
    sys::Result<sys::Slot> slot(api::Word cptr);

    Server& server_;
    ObjectFactory& factory_;
    OwnPages& pages_;
    sys::CNode root_;
    pager::startup::Info info_{};
    api::Word next_slot_{pager::startup::slot::first_free};
    std::uint64_t bytes_given_{0};
};

} // namespace init
