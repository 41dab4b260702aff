// SPDX-License-Identifier: BSD-2-Clause
//
// memtest: tests memory that it gets from the pager, or its own tests.

#include <client/clock.hpp>
#include <client/console.hpp>
#include <client/vm.hpp>

#include <programs/memtest/findings.hpp>
#include <programs/memtest/options.hpp>
#include <programs/memtest/self_test.hpp>
#include <programs/progress_line.hpp>

namespace {

using namespace memtest;
using client::console::print;
using programs::ProgressLine;

constexpr api::Word mebibyte = 1024 * 1024;

/// Each word is read and written when it is said, however little the compiler thinks of it.
class PlainMemory {
public:
    PlainMemory(api::Word address, api::Word size)
        : words_{reinterpret_cast<Word volatile*>(address)}, size_{size / sizeof(Word)} {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Word read(std::size_t index) const { return words_[index]; }
    void write(std::size_t index, Word value) { words_[index] = value; }

private:
    Word volatile* words_;
    std::size_t size_;
};

static_assert(Memory<PlainMemory>);

/// The number of errors.
std::uint64_t run_tests(api::Word address, api::Word size, Word seed, bool plain) {
    PlainMemory memory{address, size};
    std::uint64_t errors = 0;
    for (auto const& test : tests) {
        ProgressLine line{test.name, test.sweeps * memory.size(), plain};
        auto const findings = run(test.kind, memory, seed, line);
        errors += findings.errors;
        std::array<char, 200> buffer;
        base::Writer text{buffer};
        put(text, findings, address);
        line.finish(text.text());
    }
    return errors;
}

int test_memory(Options const& options) {
    auto const mebibytes = options.mebibytes.value_or(usual_mebibytes);
    auto const size = mebibytes * mebibyte;
    auto const address = client::vm::mmap(size);
    if (!address) {
        print("memtest: no ", mebibytes, " MiB to test: ", ipc::describe(address.error()), '\n');
        return 1;
    }
    auto const seed = options.seed.value_or(client::clock::ticks());
    print("memtest: ", mebibytes, " MiB at ", base::Hex{*address}, ", seed ", seed, '\n');
    auto const errors = run_tests(*address, size, seed, options.plain);
    if (auto const done = client::vm::munmap(*address, size); !done) {
        print("memtest: could not give the memory back: ", ipc::describe(done.error()), '\n');
        return 1;
    }
    if (errors != 0) {
        print("memtest: FAILED: ", errors, errors == 1 ? " error" : " errors",
              ", this memory cannot be relied on\n");
        return 1;
    }
    print("memtest: passed: ", mebibytes, " MiB without an error\n");
    return 0;
}

// ---- the self-test

constexpr std::size_t name_width = 24;
constexpr std::size_t verdict_width = 10;
constexpr unsigned places = 8; // where each kind of fault is tried

std::array<Word, 512> self_test_words;

void print_head() {
    std::array<char, 100> buffer;
    base::Writer line{buffer};
    line.fill(' ', 2 + name_width);
    for (auto const& test : tests) {
        line.put(base::Left{test.short_name, verdict_width});
    }
    print(line.text(), '\n');
}

/// How the tests do with faults of one kind, in one line or, for scripts, one line for each test.
bool judge_all(FaultName const& fault, bool plain) {
    std::array<char, 100> buffer;
    base::Writer line{buffer};
    line.put("  ").put(base::Left{fault.name, name_width});
    bool good = true;
    for (auto const& test : tests) {
        auto const verdict = judge(test.kind, fault.kind, self_test_words, places);
        good = good && is_good(verdict);
        line.put(base::Left{describe(verdict), verdict_width});
        if (plain) {
            print(fault.name, ", ", test.name, ": ", describe(verdict), '\n');
        }
    }
    if (!plain) {
        print(line.text(), '\n');
    }
    return good;
}

int self_test(bool plain) {
    print("memtest: every test, over a memory with one fault; every fault, at ", places,
          " places\n");
    if (!plain) {
        print_head();
    }
    bool good = true;
    for (auto const& fault : fault_names) {
        good = judge_all(fault, plain) && good;
    }
    print(good ? "memtest: passed: every test finds what it is there to find\n"
               : "memtest: FAILED: a test does not find what it is there to find\n");
    return good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    auto const options = parse_options({argv + 1, argv + std::max(argc, 1)});
    if (!options) {
        print("memtest: '", options.error(), "' is no option, nor 1 to ", most_mebibytes,
              " MiB (try: help memtest)\n");
        return 2;
    }
    return options->self_test ? self_test(options->plain) : test_memory(*options);
}
