// SPDX-License-Identifier: BSD-2-Clause
//
// The start of a process: its command line becomes main's arguments, main's result its exit code.

#include <client/arguments.hpp>
#include <client/process.hpp>
#include <sys/start/runtime.hpp>

int main(int argc, char** argv);

namespace {

constexpr std::size_t line_size = ipc::process::max_command + 1;

std::array<char, line_size> line;           // ends in a zero, whatever comes
std::array<char*, line_size / 2 + 1> words; // as many as `line` can hold, and the null

std::size_t fetch_arguments() {
    auto const reply = client::process::arguments();
    auto const text = reply ? reply->view() : std::string_view{};
    std::copy(text.begin(), text.end(), line.begin());
    return client::split_arguments(line, words);
}

} // namespace

extern "C" [[noreturn]] void start_program(api::IpcBuffer* buffer);

extern "C" void start_program(api::IpcBuffer* buffer) {
    sys::set_ipc_buffer(*buffer);
    sys::run_constructors();
    auto const count = fetch_arguments();
    client::process::exit(static_cast<api::Word>(main(static_cast<int>(count), words.data())));
}

namespace client::process {

void exit(api::Word code) {
    for (;;) {
        auto const never = ipc::call(init_server, ipc::process::Exit{.code = code});
        static_cast<void>(never);
    }
}

} // namespace client::process
