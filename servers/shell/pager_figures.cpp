// SPDX-License-Identifier: BSD-2-Clause
//
// Names and meanings of the pager's counters.

#include <shell/pager_figures.hpp>
#include <shell/regions.hpp>

#include <algorithm>

namespace shell {

namespace {

void print_all(Printer& out, std::initializer_list<Figure> figures) {
    for (auto const& figure : figures) {
        print(out, figure);
    }
}

} // namespace

void print(Printer& out, ipc::pager::LazyStatistics::Reply const& lazy) {
    print_all(out,
              {
                  {"reserved", "reserved", "pages that may be touched", lazy.reserved},
                  {"resident", "resident", "of these, in memory now", lazy.resident, lazy.reserved},
                  {"faults", "faults", "served since the start", lazy.faults},
                  {"zero", "  zero page", "showed the page of zeroes", lazy.zero, lazy.faults},
                  {"frames", "  frames", "took a zeroed frame", lazy.frames, lazy.faults},
                  {"file", "  file", "showed a page of a file", lazy.file, lazy.faults},
                  {"copies", "  copies", "copied a shared page", lazy.copies, lazy.faults},
                  {"again", "  again", "found the page there", lazy.again, lazy.faults},
                  {"ahead", "ahead", "pages that came along", lazy.ahead},
                  {"refused", "refused", "wrong advice of a policy", lazy.refused},
              });
}

/// A page that was cloned is copied at most once for it: then it is the clone's or the source's.
void print_copies(Printer& out, ipc::pager::CopyOnWrite::Reply const& cow) {
    auto const saved = cow.cloned - std::min(cow.breaks, cow.cloned);
    print_all(out, {
                       {"clones", "clones", "of programs", cow.clones},
                       {"cloned", "cloned pages", "that these got at once", cow.cloned},
                       {"breaks", "  breaks", "copied when one wrote", cow.breaks, cow.cloned},
                       {"saved", "  saved", "never copied", saved, cow.cloned},
                       {"upgrades", "upgrades", "the last one wrote: kept", cow.upgrades},
                   });
}

void print_saved(Printer& out, ipc::pager::CopyOnWrite::Reply const& cow) {
    print_all(out, {
                       {"saved_now", "saved now", "pages more, if copied", cow.saved_now},
                       {"saved_now_bytes",
                        "  that is",
                        "of memory",
                        cow.saved_now * page_size,
                        {},
                        Unit::Bytes},
                       {"saved_peak", "saved at most", "pages, since boot", cow.saved_peak},
                       {"saved_peak_bytes",
                        "  that is",
                        "of memory",
                        cow.saved_peak * page_size,
                        {},
                        Unit::Bytes},
                   });
}

} // namespace shell
