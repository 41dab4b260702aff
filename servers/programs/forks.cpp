// SPDX-License-Identifier: BSD-2-Clause
//
// forks tree N: a process forks two, which fork two each, N times over. forks storm N: forks N
// children, one after the other. forks share N: N processes, each the child of the one before, are
// there at the same time. All look again and again whether their memory holds what they wrote, or
// what their parent had written when it forked. forks cycles N: N children that end at once.

#include <base/number.hpp>
#include <client/console.hpp>
#include <client/process.hpp>
#include <client/vm.hpp>

#include <array>
#include <string_view>

namespace {

namespace process = client::process;
using client::console::print;
using process::Pid;

constexpr std::size_t pages = 8;
constexpr std::size_t page_words = api::page_size / sizeof(api::Word);

/// Some pages, and what must be in them: the books are on the stack, which is cloned as well.
class Memory {
public:
    explicit Memory(api::Word address) : words_{reinterpret_cast<api::Word*>(address)} {
        for (std::size_t page = 0; page < pages; ++page) {
            write(page, page);
        }
    }

    void write(std::size_t page, api::Word seed) {
        seeds_[page % pages] = seed;
        for (std::size_t i = 0; i < page_words; ++i) {
            word(page % pages, i) = pattern(seed, i);
        }
    }

    /// As intact() after write(), of every second page.
    [[nodiscard]] bool write_half(api::Word seed) {
        for (std::size_t page = seed % 2; page < pages; page += 2) {
            write(page, seed);
        }
        return intact();
    }

    [[nodiscard]] bool intact() const {
        for (std::size_t page = 0; page < pages; ++page) {
            for (std::size_t i = 0; i < page_words; ++i) {
                if (word(page, i) != pattern(seeds_[page], i)) {
                    print("forks: page ", page, " has word ", base::Hex{word(page, i)}, " at ", i,
                          ", not ", base::Hex{pattern(seeds_[page], i)}, "\n");
                    return false;
                }
            }
        }
        return true;
    }

private:
    [[nodiscard]] api::Word& word(std::size_t page, std::size_t index) const {
        return words_[page * page_words + index];
    }

    static api::Word pattern(api::Word seed, std::size_t index) {
        return (seed * page_words + index) * 0x9e37'79b9'7f4a'7c15u + 1;
    }

    api::Word* words_;
    std::array<api::Word, pages> seeds_{};
};

/// How many processes found everything right: 0 if one of them did not. That is what each tells
/// its parent when it ends.
using Count = api::Word;

constexpr Count sum(Count a, Count b) {
    return a == 0 || b == 0 ? 0 : a + b;
}

/// The child does `work` and ends; nobody if there is none. What is in `witness` lies in a
/// floating-point register meanwhile, which init cannot copy; what it is, only we know.
Pid fork(auto const& work) {
    auto witness = static_cast<double>(pages);
    asm volatile("" : "+w"(witness));
    auto const child = process::fork();
    bool const kept = static_cast<std::size_t>(witness) == pages;
    if (child && *child == 0) {
        process::exit(kept ? work() : 0);
    }
    if (!child || !kept) {
        print("forks: ", kept ? ipc::describe(child.error()) : "a register was lost", "\n");
        return 0;
    }
    return *child;
}

Count result_of(Pid child) {
    auto const end = process::wait(child);
    return end && end->state == ipc::process::State::Exited ? end->code : 0;
}

/// `path` is another number for each process.
Count tree(Memory& memory, api::Word height, api::Word path) {
    bool good = memory.intact() && memory.write_half(path);
    Count count = 1;
    if (height > 0) {
        std::array<Pid, 2> children{};
        for (api::Word i = 0; i < children.size(); ++i) {
            children[i] = fork([&] { return tree(memory, height - 1, 2 * path + i); });
        }
        good = memory.write_half(path + 1) && good;
        for (auto const child : children) {
            count = sum(count, result_of(child));
        }
    }
    return good && memory.intact() ? count : 0;
}

/// Nobody writes before all are there.
Count share(Memory& memory, api::Word number) {
    bool const good = memory.intact();
    Count count = 1;
    if (number > 1) {
        count = sum(count, result_of(fork([&] { return share(memory, number - 1); })));
    }
    return good && memory.intact() && memory.write_half(number) ? count : 0;
}

Count storm(Memory& memory, api::Word number) {
    for (api::Word i = 1; i <= number; ++i) {
        auto const child = fork([&] { return memory.intact() && memory.write_half(i) ? 1 : 0; });
        memory.write(i, number + i);
        if (result_of(child) == 0 || !memory.intact()) {
            print("forks: child ", i, " went wrong\n");
            return 0;
        }
    }
    return number;
}

/// Nothing but the coming and going, for who counts what is left of very many.
Count cycles(api::Word number) {
    for (api::Word i = 1; i <= number; ++i) {
        if (result_of(fork([] { return 1; })) == 0) {
            print("forks: child ", i, " went wrong\n");
            return 0;
        }
    }
    return number;
}

struct Experiment {
    std::string_view name;
    api::Word most; // more is a typing error, or more than the system has room for
    Count (*run)(Memory& memory, api::Word number);
    std::string_view what_they_did{"found all memory as they left it"};
};

constexpr std::array experiments{
    Experiment{"tree", 9, [](Memory& memory, api::Word n) { return tree(memory, n, 1); }},
    Experiment{"storm", 1'000'000, storm},
    Experiment{"share", 1000, share},
    Experiment{"cycles", 1'000'000, [](Memory&, api::Word n) { return cycles(n); },
               "came and went"},
};

int run(Experiment const& experiment, api::Word number) {
    auto const address = client::vm::mmap(pages * api::page_size);
    if (!address) {
        print("forks: no memory: ", ipc::describe(address.error()), "\n");
        return 1;
    }
    Memory memory{*address};
    auto const count = experiment.run(memory, number);
    if (count == 0) {
        print("forks: FAILED\n");
        return 1;
    }
    print("forks: ", count, " processes ", experiment.what_they_did, "\n");
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    for (auto const& experiment : experiments) {
        if (argc == 3 && experiment.name == argv[1]) {
            auto const number = base::parse_number(argv[2]).value_or(0);
            if (number != 0 && number <= experiment.most) {
                return run(experiment, number);
            }
        }
    }
    print("usage: forks tree N     two children each, N generations of them (at most 9)\n"
          "       forks storm N    N children, one after the other\n"
          "       forks share N    N processes at the same time, each the child of another\n"
          "       forks cycles N   N children that end at once, one after the other\n");
    return 2;
}
