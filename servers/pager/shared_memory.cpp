// SPDX-License-Identifier: BSD-2-Clause
//
// SharedMemory: frames, and the tree of grants. Nothing here touches a space: what a region shows
// is taken out of the tables before the region, and its use of a grant, goes.

#include <base/scope_guard.hpp>
#include <pager/shared_memory.hpp>

#include <memory>

namespace pager {

namespace {

/// How far one request goes, in grants that are looked at.
constexpr unsigned max_grants = 64;

constexpr std::uint32_t entry_of(std::uint64_t page) {
    return static_cast<std::uint32_t>(page % leaf_pages);
}

} // namespace

/// The last one of its grant.
void GrantUse::release() {
    grant_->memory.all_.release(*grant_);
}

std::optional<Frame> SharedMemory::find(std::uint64_t page) const {
    Part const* const part = parts_.find(page / leaf_pages);
    if (part == nullptr || !part->pages->entries[entry_of(page)].present()) {
        return std::nullopt;
    }
    return part->pages->entries[entry_of(page)].frame();
}

Result<Frame> SharedMemory::bring(std::uint64_t page) {
    if (auto const frame = find(page)) {
        return *frame;
    }
    Part const& part = *TRY(make_part(page / leaf_pages));
    Frame const frame = TRY(all_.pool_.take(PageGroup::Clients, FrameState::Shared, no_space));
    all_.arrays_.put(*part.pages, entry_of(page), frame);
    ++present_;
    return frame;
}

Result<SharedMemory::Part*> SharedMemory::make_part(std::uint64_t number) {
    if (Part* const part = parts_.find(number)) {
        return part;
    }
    UserAddr const start{number * leaf_pages * page_size};
    std::unique_ptr<Part> part{new Part{{.start = start, .space = no_space}, *this}};
    TRY(all_.arrays_.make(*part));
    parts_.insert(*part);
    return part.release();
}

SharedMemories::~SharedMemories() {
    while (tidy(max_grants)) {
    }
}

GrantUse SharedMemories::make(Holder& holder, UserAddr start, std::uint64_t pages, Access most) {
    do {
        ++last_number_;
    } while (memories_.find(last_number_) != nullptr);
    auto* const memory = new SharedMemory{*this, last_number_, pages};
    memories_.insert(*memory);
    charge(*memory, &holder);
    Grant const whole{
        .memory = *memory, .pages = {.first = 0, .count = pages}, .most = most, .holder = &holder};
    return GrantUse{hold(holder, start, whole, nullptr)};
}

std::uint64_t SharedMemories::offer(Grant& grant, PageRange pages, Access most) {
    std::uint64_t token = 0;
    while (token == 0 || offers_.find(token) != nullptr) {
        token = random_.next();
    }
    auto* const offer = new Grant{.memory = grant.memory,
                                  .pages = pages,
                                  .most = most,
                                  .above = &grant,
                                  .holder = grant.holder,
                                  .token = token};
    grant.below.push_back(*offer);
    offers_.insert(*offer);
    return token;
}

GrantUse SharedMemories::take(Grant& offer, Holder& holder, UserAddr start) {
    return GrantUse{hold(holder, start, offer, &offer)};
}

GrantUse SharedMemories::copy(Grant const& grant, Holder& holder) {
    return GrantUse{hold(holder, grant.start, grant, grant.above)};
}

/// A grant as big as `like`, below `above`.
Grant& SharedMemories::hold(Holder& holder, UserAddr start, Grant const& like, Grant* above) {
    auto* const grant = new Grant{.memory = like.memory,
                                  .pages = like.pages,
                                  .most = like.most,
                                  .above = above,
                                  .holder = &holder,
                                  .start = start};
    if (above != nullptr) {
        above->below.push_back(*grant);
    }
    like.memory.held_.push_back(*grant);
    ++like.memory.holders_;
    return *grant;
}

SharedMemories::Place SharedMemories::place_of(Frame frame) const {
    Place place{};
    arrays_.for_each_array(frame, [&](PageArray const& array) {
        auto const& part = static_cast<SharedMemory::Part const&>(*array.users.front());
        place = {.memory = &part.memory, .page = part.first_page() + frames_[frame].entry};
    });
    return place;
}

/// Nobody uses a grant that was held. Its offers go; who has the memory by one of them keeps it,
/// and loses it only if the grant above is revoked.
void SharedMemories::release(Grant& grant) {
    while (Grant* const offer = grant.below.front()) {
        while (Grant* const holder = offer->below.front()) {
            offer->below.remove(*holder);
            holder->above = grant.above;
            if (grant.above != nullptr) {
                grant.above->below.push_back(*holder);
            }
        }
        withdraw(*offer);
    }
    if (grant.above != nullptr) {
        grant.above->below.remove(grant);
    }
    SharedMemory& memory = grant.memory;
    memory.held_.remove(grant);
    --memory.holders_;
    delete &grant;
    Grant const* const oldest = memory.held_.front();
    charge(memory, oldest != nullptr ? oldest->holder : nullptr);
    if (oldest == nullptr) {
        unheld_.push_back(memory);
    }
}

void SharedMemories::withdraw(Grant& offer) {
    offer.above->below.remove(offer);
    offers_.remove(offer);
    delete &offer;
}

/// All of a memory counts, as what may be written will be.
void SharedMemories::charge(SharedMemory& memory, Holder* holder) {
    if (memory.charged_ != nullptr) {
        memory.charged_->charged -= memory.size_;
    }
    if (holder != nullptr) {
        holder->charged += memory.size_;
    }
    memory.charged_ = holder;
}

/// Who has the memory by an offer of somebody who has it by this one becomes one of this one's own.
/// So the tree gets no deeper than one step is long.
SharedMemories::Revocation SharedMemories::revoke(Grant& offer) {
    for (unsigned count = 0; count < max_grants; ++count) {
        Grant* const holder = offer.below.front();
        if (holder == nullptr) {
            withdraw(offer);
            return {.is_done = true, .holder = nullptr};
        }
        Grant* const further = holder->below.front();
        if (further == nullptr) {
            return {.is_done = false, .holder = holder};
        }
        if (Grant* const behind = further->below.front()) {
            further->below.remove(*behind);
            behind->above = &offer;
            offer.below.push_back(*behind);
        } else {
            withdraw(*further);
        }
    }
    return {.is_done = false, .holder = nullptr};
}

bool SharedMemories::tidy(unsigned pages) {
    while (SharedMemory* const memory = unheld_.front()) {
        pages -= drop_pages(*memory, pages);
        if (!memory->parts_.empty()) {
            return true;
        }
        unheld_.remove(*memory);
        memories_.remove(*memory);
        delete memory;
    }
    return false;
}

/// An empty part counts as a page, too.
unsigned SharedMemories::drop_pages(SharedMemory& memory, unsigned count) {
    unsigned done = 0;
    while (SharedMemory::Part* const part = memory.parts_.root()) {
        std::uint32_t entry = 0;
        for (; part->pages->present > 0 && done < count; ++entry) {
            if (part->pages->entries[entry].present()) {
                arrays_.drop(*part->pages, entry);
                --memory.present_;
                ++done;
            }
        }
        if (done == count) {
            break;
        }
        ++done;
        arrays_.release(*part);
        memory.parts_.remove(*part);
        delete part;
    }
    return done;
}

} // namespace pager
