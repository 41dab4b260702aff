// SPDX-License-Identifier: BSD-2-Clause
//
// Output: makes one stream of the texts of many clients, so that nobody's line is torn by another.
// It knows no UART and no messages; bytes leave through next().
//
//     whole lines of anybody --------------------------------+
//     half lines, kept until whole: [ pid | text ] ... ------+--> queue --> UART
//     half lines of the foreground (a prompt, an echo) ------+
#pragma once

#include <api/types.hpp>
#include <base/intrusive_list.hpp>
#include <base/ring_buffer.hpp>
#include <console/line_buffer.hpp>
#include <ipc/protocol/console.hpp>

#include <optional>
#include <string_view>

namespace console {

using Pid = api::Word;

/// Invariants: a half line is on the screen only if the client in the foreground put it there
/// (`open_`); `half_line_` is what shows it again below lines that had to come in between.
class Output {
public:
    static constexpr Pid nobody = 0;

    /// How many half lines are kept. With more the oldest one is printed as if it were whole.
    static constexpr std::size_t max_kept_lines = 32;

    Output();
    Output(Output const&) = delete;
    Output& operator=(Output const&) = delete;

    /// Whether there is room for a text of any client. If not: when some bytes have left.
    [[nodiscard]] bool ready() const { return unfinished_.empty() && has_room(); }

    /// Half of the queue is free: time to let those who wait try again.
    [[nodiscard]] bool relaxed() const { return ready() && queue_.room() >= queue_.size(); }

    /// At most ipc::console::max_text bytes, and only when ready(). A line that is longer than a
    /// LineBuffer is broken.
    void write(Pid client, std::string_view text);

    /// A person deals with `client` now, and must see what it has written so far.
    void bring_to_front(Pid client);

    /// The client that was brought to the front last, unless it has ended.
    [[nodiscard]] Pid foreground() const { return foreground_; }

    /// `client` has ended; its last line has, too.
    void forget(Pid client);

    /// The next byte for the UART.
    [[nodiscard]] std::optional<char> next();

    [[nodiscard]] bool empty() const { return queue_.empty(); }

private:
    struct KeptLine {
        Pid client{nobody};
        LineBuffer text;
        bool ended{false};
        base::ListLink<KeptLine> link;
    };

    using KeptLines = base::IntrusiveList<KeptLine, &KeptLine::link>;

    /// The most that one write can add to the queue: its own text, a line that had to make room,
    /// the line it completes and the half line shown again.
    static constexpr std::size_t max_growth =
        2 * ipc::console::max_text + 3 * (LineBuffer::capacity + 2) + 2;
    static constexpr std::size_t queue_size = 16 * 1024;
    static_assert(queue_size >= 2 * max_growth);

    [[nodiscard]] bool has_room() const { return queue_.room() >= max_growth; }
    [[nodiscard]] static KeptLine* find(KeptLines const& lines, Pid client);
    [[nodiscard]] KeptLine& new_kept_line(Pid client);

    void write_in_front(Pid client, std::string_view text);
    void write_behind(Pid client, std::string_view text);
    void keep(Pid client, std::string_view text);
    void print_between(std::string_view beginning, std::string_view rest);
    void finish_lines();
    void finish(KeptLine& line);
    void put(std::string_view text);

    base::RingBuffer<char, queue_size> queue_;

    std::array<KeptLine, max_kept_lines> lines_;
    KeptLines unused_;
    KeptLines kept_;       // oldest first
    KeptLines unfinished_; // to be printed as they are, as soon as there is room

    Pid foreground_{nobody};
    bool open_{false}; // there is a half line on the screen
    Pid half_line_owner_{nobody};
    LineBuffer half_line_;
};

} // namespace console
