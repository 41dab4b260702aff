// SPDX-License-Identifier: BSD-2-Clause
//
// Any order of writes, reads and ends of several clients, at any speed of the line: no line on the
// screen holds text of two clients, and of a client that never reads nothing is lost and nothing
// printed twice.

#include <console/output.hpp>

#include <array>
#include <cstdlib>
#include <string>

namespace {

using console::Output;
using console::Pid;

constexpr Pid first_client = 10;
constexpr std::size_t clients = 40; // more than the lines that are kept
constexpr std::size_t readers = 3;  // of them may come to the front

constexpr char letter_of(std::size_t client) {
    return static_cast<char>('0' + client);
}

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

class Screen {
public:
    explicit Screen(std::string_view input) : input_{input} {}

    void run() {
        while (!input_.empty()) {
            step();
        }
        for (std::size_t client = 0; client < clients; ++client) {
            output_.forget(first_client + client);
        }
        send(~std::size_t{0});
        check_lines();
        check_counts();
    }

private:
    std::size_t take() {
        if (input_.empty()) {
            return 0;
        }
        auto const byte = static_cast<unsigned char>(input_.front());
        input_.remove_prefix(1);
        return byte;
    }

    void step() {
        auto const action = take() % 8;
        auto const client = take() % clients;
        switch (action) {
        case 0: output_.bring_to_front(first_client + client % readers); return;
        case 1: output_.forget(first_client + client); return;
        case 2: send(take() * 64); return;
        default: write(client, take() * 4 % (ipc::console::max_text + 1), take()); return;
        }
    }

    /// Mostly the client's letter; a newline now and then.
    void write(std::size_t client, std::size_t length, std::size_t line_length) {
        if (!output_.ready()) {
            return;
        }
        std::string text(length, letter_of(client));
        for (auto at = line_length; at < length; at += line_length + 1) {
            text[at] = '\n';
        }
        output_.write(first_client + client, text);
        for (char const c : text) {
            written_[client] += c != '\n' ? 1 : 0;
        }
    }

    void send(std::size_t bytes) {
        for (; bytes > 0; --bytes) {
            auto const byte = output_.next();
            if (!byte) {
                return;
            }
            shown_.push_back(*byte);
        }
    }

    void check_lines() const {
        char owner = '\0';
        for (char const c : shown_) {
            if (c == '\n') {
                owner = '\0';
            } else if (c != '\r') {
                require(owner == '\0' || owner == c);
                owner = c;
            }
        }
    }

    void check_counts() const {
        std::array<std::size_t, clients> shown{};
        for (char const c : shown_) {
            if (c != '\n' && c != '\r') {
                ++shown[static_cast<std::size_t>(c - '0')];
            }
        }
        for (std::size_t client = 0; client < clients; ++client) {
            require(client < readers ? shown[client] >= written_[client]
                                     : shown[client] == written_[client]);
        }
        require(output_.empty() && output_.ready());
    }

    std::string_view input_;
    Output output_;
    std::string shown_;
    std::array<std::size_t, clients> written_{};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Screen screen{{reinterpret_cast<char const*>(data), size}};
    screen.run();
    return 0;
}
