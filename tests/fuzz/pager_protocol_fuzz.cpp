// SPDX-License-Identifier: BSD-2-Clause
//
// Any sequence of messages to the pager: from clients, from init, from the shell, from the kernel
// about the threads of clients, and from badges that nobody has; while memory is short, and the
// kernel refuses a call now and then. Each is answered, the books balance, and the kernel is never
// asked for what it would refuse.

#include "../unit/servers/pager/pager_system.hpp"
#include "choices.hpp"
#include <api/fault.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using api::Word;
using namespace ipc::pager;
using pager::page_size;
using pager::test::PagerSystem;

/// What a well-formed request looks like: random words are hardly ever one. The words, one letter
/// each: a address, m address for something new, s size, x access, l place, k kind of advice,
/// n space, t target of a clone, q quota, o offset in the archive, f size of a file, p process,
/// r target and d progress of the clone of a range, b size in bits, i id of an untyped, h token for
/// shared memory, c a choice of three, w anything.
struct Shape {
    Word label;
    std::string_view words;
};

template <ipc::Request R>
consteval Shape shape_of(std::string_view words) {
    return words.size() == ipc::wire_words(R{}) ? Shape{R::label, words} : throw words;
}

/// Clients' own first: they ask most.
constexpr std::size_t client_shapes = 15;
constexpr Shape shapes[] = {
    shape_of<Map>("msxl"),
    shape_of<Unmap>("as"),
    shape_of<Protect>("asx"),
    shape_of<Advise>("ask"),
    shape_of<Break>("a"),
    shape_of<Query>("a"),
    shape_of<Written>("as"),
    shape_of<MapShared>("msxl"),
    shape_of<Share>("asx"),
    shape_of<Attach>("hmxl"),
    shape_of<Revoke>("h"),
    shape_of<TrimStack>(""),
    shape_of<CloneRange>("asrd"),
    Shape{MapArchiveFile::label, "wsmxlww"},
    shape_of<MapContiguous>("sbx"),
    shape_of<CreateSpace>("pwwwww"),
    shape_of<DestroySpace>("n"),
    shape_of<CloneSpace>("ntpwwwww"),
    shape_of<MapFile>("nofmsx"),
    shape_of<MapStack>("nms"),
    shape_of<MapBuffer>("nm"),
    shape_of<SetQuota>("nqq"),
    shape_of<SetAccessPolicy>("nk"),
    shape_of<WatchStack>("nm"),
    shape_of<MapDevice>("ns"),
    shape_of<Growth>("p"),
    shape_of<SetGrowth>("pqqk"),
    shape_of<TakeUntyped>("b"),
    shape_of<ReturnUntyped>("i"),
    shape_of<TakeReport>(""),
    shape_of<Statistics>(""),
    shape_of<SpaceStatistics>("n"),
    shape_of<PageMap>("paw"),
    shape_of<CopyOnWrite>(""),
    shape_of<LazyStatistics>("p"),
    shape_of<ProtectPage>("pak"),
    shape_of<Check>(""),
    shape_of<WorkAhead>(""),
    shape_of<SetTracing>("c"),
    shape_of<TracedFaults>("w"),
};

void require(bool holds, std::string_view otherwise) {
    if (!holds) {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(otherwise.size()), otherwise.data());
        std::abort();
    }
}

class Conversation {
public:
    explicit Conversation(std::span<std::uint8_t const> input) : choices_{input} {}

    void run() {
        while (choices_.left()) {
            step();
        }
        require_order();
        system_.end_pager();
        require_no_violations();
    }

private:
    void step() {
        have_clients();
        auto const what = choices_.byte();
        space_ = space_number();
        if (what < 4) {
            system_.kernel.fail_call_in = choices_.byte();
        } else if (what < 8) {
            system_.attach_thread();
            system_.kernel.set_stack_pointer(pager::UserAddr{address()});
            request();
        } else if (what < 12) {
            constexpr std::uint64_t device = 0x900'0000;
            constexpr unsigned most_bits = 10; // above those of a page
            system_.attach_untyped(device, api::page_bits +
                                               static_cast<unsigned>(choices_.below(most_bits)));
            request();
        } else if (what < 100) {
            fault();
        } else {
            request();
        }
    }

    /// Where all spaces have ended, there is nothing to talk about.
    void have_clients() {
        pager::AddressSpace const* const first = system_.pager->first_space();
        if (first == nullptr || system_.pager->next_space(*first) == nullptr) {
            CreateSpace const request{.pid = choices_.below(4), .name = pager::Name::of("client")};
            system_.deliver(PagerSystem::manager, ipc::pack(CreateSpace::label, request));
        }
    }

    void request() {
        bool const is_clients = choices_.byte() < 128;
        Shape const& shape = shapes[choices_.below(is_clients ? client_shapes : std::size(shapes))];
        auto const odd = choices_.byte();
        ipc::Packet packet{odd == 0 ? any_word() : shape.label};
        packet.words.fill(0);
        packet.length = shape.words.size();
        for (std::size_t i = 0; i < shape.words.size(); ++i) {
            packet.words[i] = word_of_shape(odd == 1 ? 'w' : shape.words[i]);
        }
        if (odd == 2) {
            packet.length = any_word() % (api::max_message_words + 1);
        }
        bool const fits = choices_.byte() >= 16;
        auto const reply = system_.deliver(fits ? badge_for(shape.label) : any_badge(), packet);
        if (shape.label == Share::label && reply.label == 0) {
            tokens_[choices_.below(tokens_.size())] = reply.words[0];
        }
        if (shape.label == CloneRange::label && reply.label == 0) {
            last_target_ = reply.words[0];
        }
        require(reply.length <= api::max_message_words, "an answer is too long");
        require(reply.label != static_cast<Word>(ipc::Error::Interrupted), "there is no answer");
    }

    void fault() {
        auto packet = PagerSystem::vm_fault(address(), pager::FaultKind{1 + choices_.below(3)});
        if (choices_.byte() < 16) {
            packet.label = choices_.below(8);
            packet.words.fill(any_word());
            packet.words[api::vm_fault::syndrome] = choices_.byte();
        }
        Word const answer = system_.deliver(PagerSystem::fault_badge(space_), packet).label;
        require(answer == pager::Pager::go_on || answer == pager::Pager::stay,
                "a fault has another answer");
        auto const fault = pager::decode_fault(packet.label, packet.words);
        if (answer == pager::Pager::go_on && fault.kind != pager::FaultKind::Other) {
            require(touch(fault) != nullptr, "a client goes on and faults again");
        }
    }

    [[nodiscard]] pager::AddressSpace* subject() const {
        return system_.find(Caller::Space::get(space_));
    }

    std::byte* touch(pager::FaultMessage const& fault) {
        return system_.kernel.touch(subject()->vspace(), pager::UserAddr{fault.address},
                                    fault.kind);
    }

    Word word_of_shape(char letter) {
        if (choices_.byte() < 8) {
            return any_word();
        }
        switch (letter) {
        case 'a': return address();
        case 's': return size();
        case 'm': return new_address();
        case 'x': return choices_.below(2) == 0 ? 2 : choices_.below(4);
        case 'n': return space_;
        case 't': return clone_target();
        case 'k': return choices_.below(10);
        case 'l': return choices_.byte() / 100; // one too many
        case 'q': return choices_.below(2) == 0 ? SetQuota::unlimited : choices_.byte();
        case 'o': return choices_.below(PagerSystem::archive_pages) * page_size + choices_.below(2);
        case 'f': return choices_.below(2) * choices_.byte() * 100;
        case 'p': return choices_.below(4);
        case 'c': return choices_.below(4); // one too many
        case 'b': return 10 + choices_.below(13);
        case 'r': return choices_.below(2) * last_target_;
        case 'd': return choices_.below(2) * size();
        case 'h': return tokens_[choices_.below(tokens_.size())];
        case 'i': return 1 + choices_.byte() * choices_.below(4);
        default: return any_word();
        }
    }

    /// In four leaves, so that requests meet each other.
    Word new_address() {
        constexpr Word base = 0x40'0000;
        auto const where = choices_.byte();
        if (where < 16) {
            return 0; // anywhere
        }
        if (where < 24) {
            return any_word();
        }
        return base + choices_.byte() * (where % 2 == 0 ? 1 : 8) * page_size +
               (where == 255 ? 1 : 0);
    }

    /// Mostly where something is.
    Word address() {
        Word const address = new_address();
        pager::AddressSpace const* const space = choices_.byte() < 224 ? subject() : nullptr;
        if (space == nullptr || space->regions().first() == nullptr) {
            return address;
        }
        auto const* const above = space->regions().first_ending_above(pager::UserAddr{address});
        return address_in(above != nullptr ? *above : *space->regions().first());
    }

    Word address_in(pager::Region const& region) {
        Word const page = choices_.byte() % (region.size() / page_size);
        return region.start.raw() + page * page_size;
    }

    Word size() {
        auto const how = choices_.byte();
        if (how < 8) {
            return any_word();
        }
        Word const unit = how < 40 ? base::bit(api::large_page_bits) : page_size;
        return (1 + choices_.below(how < 200 ? 8 : 200)) * unit;
    }

    /// Of a space that is there, that was there, or that never was.
    Word space_number() {
        auto const which = choices_.byte();
        if (which < 8) {
            return any_word();
        }
        if (which < 24) {
            return choices_.below(32);
        }
        pager::AddressSpace const* found = nullptr;
        auto const* space = system_.pager->first_space();
        for (Word skip = choices_.below(4); space != nullptr; --skip) {
            found = space;
            space = skip > 0 ? system_.pager->next_space(*space) : nullptr;
        }
        return found != nullptr ? static_cast<Word>(found->number()) : 0;
    }

    /// A new one, the one that was made last, or any.
    Word clone_target() {
        auto const which = choices_.byte();
        if (which < 80) {
            return 0;
        }
        Word newest = 0;
        for (auto const* space = system_.pager->first_space(); space != nullptr;
             space = system_.pager->next_space(*space)) {
            newest = static_cast<Word>(space->number());
        }
        return which < 200 ? newest : space_number();
    }

    api::Badge badge_for(Word label) {
        if (label < CreateSpace::label) {
            return label == MapContiguous::label ? PagerSystem::driver(space_)
                                                 : PagerSystem::client(space_);
        }
        return label < Statistics::label ? PagerSystem::manager : PagerSystem::inspector;
    }

    api::Badge any_badge() {
        constexpr unsigned first_flag = 59;
        return api::Badge{space_number() | choices_.below(32) << first_flag};
    }

    /// Small numbers, and what lies at the edges of ranges.
    Word any_word() {
        constexpr Word end = pager::user_end.raw();
        constexpr Word edges[] = {
            ~Word{0},
            ~Word{0} - page_size + 1,
            Word{1} << 63,
            Word{1} << 32,
            end,
            end - 1,
            end - page_size,
            end - pager::user_begin.raw(),
            pager::user_begin.raw(),
            pager::user_begin.raw() - page_size,
            pager::AddressSpace::map_area.raw(),
            page_size,
            page_size - 1,
            base::bit(api::large_page_bits),
            Word{1} << 40,
            PagerSystem::archive_pages * page_size,
        };
        auto const choice = choices_.byte();
        return choice < 128 ? choice : edges[choice % std::size(edges)];
    }

    void require_order() {
        auto const discrepancy = system_.discrepancy();
        require(!discrepancy, discrepancy.value_or(""));
        require(pager::test::BooksHeap::failures() == 0, "the pager would have ended");
        require_no_violations();
    }

    void require_no_violations() const {
        auto const& violations = system_.kernel.violations;
        require(violations.empty(), violations.empty() ? "" : violations.front());
    }

    fuzz::Choices choices_;
    Word space_{0}; // whom the message is about
    std::array<Word, 4> tokens_{};
    Word last_target_{0};
    // Clients run out of it.
    PagerSystem system_{{{0x4000'0000, 21}, {0x4100'0000, 19}, {0x4120'0000, 16}},
                        pager::policy::selected()};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Conversation{{data, size}}.run();
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned seed) {
    return fuzz::mutate_to_long(data, size, max, seed);
}
