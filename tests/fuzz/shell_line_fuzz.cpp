// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes at all, typed at the shell in pieces of any length: it must neither crash nor hang, ask
// nothing of the system that the protocols forbid, and show no byte that a terminal misreads.

#include "../unit/servers/shell/fakes.hpp"
#include <shell/shell.hpp>

#include <algorithm>
#include <cstdlib>

namespace {

using shell::test::EndOfScript;
using shell::test::FakeSystem;

/// Types the input in pieces, whose lengths the input says, too.
class FuzzTerminal final : public shell::Terminal {
public:
    explicit FuzzTerminal(std::string_view input) : rest_{input} {}

    void write(std::string_view text) override { shown_ += text.size(); }

    shell::Input read() override {
        if (rest_.empty()) {
            throw EndOfScript{};
        }
        auto const control = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        auto const text = rest_.substr(0, control / 2);
        rest_.remove_prefix(text.size());
        // Every other piece comes behind a gap, if it is a long one.
        auto const lost = control % 2 == 1 && control > 200 ? control : std::size_t{0};
        return {.text = text, .lost = lost};
    }

    void bring_to_front(std::uint64_t /*pid*/) override {}

    /// Somebody gets tired of `repeat 4000000000 help`.
    bool interrupted() override { return shown_ > patience; }

private:
    static constexpr std::size_t patience = 64 * 1024;

    std::string_view rest_;
    std::size_t shown_{0};
};

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check_what_was_spawned(FakeSystem const& system) {
    for (auto const& command : system.spawned) {
        require(!command.empty() && command.size() <= ipc::process::max_command);
        require(!command.starts_with(' ') && !command.ends_with(' '));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    FuzzTerminal terminal{{reinterpret_cast<char const*>(data), size}};
    FakeSystem system;
    shell::Shell shell{terminal, system};
    shell.greet();
    try {
        for (;;) {
            shell.run_once();
        }
    } catch (EndOfScript const&) {
        check_what_was_spawned(system);
    }
    return 0;
}
