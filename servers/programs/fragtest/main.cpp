// SPDX-License-Identifier: BSD-2-Clause
//
// fragtest: how much of what it takes from the pager a heap loses to holes, and whether it gives
// all of it back.

#include <base/number.hpp>
#include <client/console.hpp>
#include <client/heap_pages.hpp>

#include <programs/fragtest/counted_pages.hpp>
#include <programs/fragtest/heap_map.hpp>
#include <programs/fragtest/workload.hpp>
#include <programs/progress_line.hpp>
#include <span>

namespace {

using namespace fragtest;
using client::console::print;

constexpr std::size_t most_lost = 25; // per cent; from here on it is too much

struct Options {
    std::uint64_t seed{1};
    bool plain{false};
};

/// The error is the word that is no option.
base::Result<Options, std::string_view> parse_options(std::span<char const* const> words) {
    constexpr std::string_view seed_option = "--seed=";
    Options options;
    for (std::string_view const word : words) {
        auto const seed = word.starts_with(seed_option)
                              ? base::parse_number(word.substr(seed_option.size()))
                              : std::nullopt;
        if (!seed && word != "--plain") {
            return base::fail(word);
        }
        options.plain = options.plain || !seed;
        options.seed = seed.value_or(options.seed);
    }
    return options;
}

constexpr std::size_t to_kib(std::size_t bytes) {
    return bytes >> 10;
}

void print_standing(programs::ProgressLine& line, Standing const& now, bool plain) {
    if (plain) {
        line.finish("blocks ", now.blocks, ", in use ", now.in_use, ", held ", now.held, ", lost ",
                    now.lost(), " %, largest hole ", now.largest_free);
        return;
    }
    line.finish(base::Right{now.blocks, 6}, base::Right{to_kib(now.in_use), 8},
                base::Right{to_kib(now.held), 7}, base::Right{now.lost(), 5}, '%',
                base::Right{to_kib(now.largest_free), 6});
}

class Experiment {
public:
    explicit Experiment(Options const& options)
        : workload_{heap_, options.seed}, plain_{options.plain} {}

    /// Whether the heap is as good as it should be.
    [[nodiscard]] base::Result<bool, Trouble> run() {
        auto const busy = TRY(run_all(phases));
        print("most in use: ", to_kib(workload_.peak()), " KiB; mapped: ", to_kib(pages_.taken()),
              " KiB; free pages given back: ", to_kib(pages_.discarded()), " KiB\n");
        auto const shrunk = TRY(run_all(shrinkings));
        TRY(workload_.release_all());
        auto const left = heap_.statistics().reserved;
        print("all released: unmapped ", to_kib(pages_.given()), " KiB, ", left,
              " bytes are left over\n");
        bool const good = std::max(busy, shrunk) < most_lost && left == 0;
        print("fragtest: ", good ? "passed" : "FAILED", ": at most ", busy, " % lost, ", shrunk,
              " % with half of it left (limit: ", most_lost, " %)\n");
        return good;
    }

private:
    /// The most that was lost, in per cent, at the end of those that promise anything.
    [[nodiscard]] base::Result<std::size_t, Trouble> run_all(auto const& parts) {
        if (!plain_) {
            programs::ProgressLine::print_heading("blocks  in use   held  lost  hole");
        }
        std::size_t worst = 0;
        for (auto const& part : parts) {
            auto const lost = TRY(run(part));
            worst = std::max(worst, is_promised(part) ? lost : 0);
        }
        if (!plain_) {
            print_map();
        }
        return worst;
    }

    [[nodiscard]] base::Result<std::size_t, Trouble> run(auto const& part) {
        programs::ProgressLine line{part.name, workload_.steps_of(part), plain_};
        auto const standing = workload_.run(part, line);
        if (!standing) {
            line.finish("broken off");
            return base::fail(standing.error());
        }
        print_standing(line, *standing, plain_);
        return standing->lost();
    }

    void print_map() const {
        constexpr std::size_t marks_per_row = 64;
        HeapMap map{heap_.statistics().held};
        heap_.visit_pieces(map);
        print("  map, ", to_kib(map.bytes_per_mark()),
              " KiB a mark: # used, + half of it or more, - less, . free\n");
        for (std::size_t begin = 0; begin < map.marks(); begin += marks_per_row) {
            std::array<char, marks_per_row> buffer;
            base::Writer row{buffer};
            for (auto i = begin; i < std::min(begin + marks_per_row, map.marks()); ++i) {
                row.put(map.mark(i));
            }
            print("    ", row.text(), '\n');
        }
    }

    client::HeapPages pager_;
    CountedPages pages_{pager_};
    heap::Heap heap_{pages_, {.checks = heap::Checks::None}};
    Workload workload_;
    bool plain_;
};

} // namespace

int main(int argc, char** argv) {
    auto const options = parse_options({argv + 1, argv + std::max(argc, 1)});
    if (!options) {
        print("fragtest: '", options.error(), "' is no option (try: help fragtest)\n");
        return 2;
    }
    print("fragtest: ", phases.size(), " times ", Workload::steps, " blocks are replaced, ",
          to_kib(Workload::goal), " KiB in use, seed ", options->seed, '\n');
    static Experiment experiment{*options}; // too large for the stack to be sensible
    auto const good = experiment.run();
    if (!good) {
        print("fragtest: FAILED: ", describe(good.error()), '\n');
    }
    return good.value_or(false) ? 0 : 1;
}
