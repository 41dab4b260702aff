// SPDX-License-Identifier: BSD-2-Clause
//
// LineEditor: asks a person for one line. It redraws after each batch of input, not after each key,
// so that pasted text costs no more than it must.
#pragma once

#include <shell/completion.hpp>
#include <shell/history.hpp>
#include <shell/key_decoder.hpp>
#include <shell/line_buffer.hpp>
#include <shell/terminal.hpp>

#include <cstdint>

namespace shell {

class LineEditor {
public:
    enum class Status : std::uint8_t {
        Entered,
        Cancelled,  // ctrl-C
        EndOfInput, // ctrl-D on an empty line
        TooLong,    // refused: it did not fit, and what is there is not what was typed
    };

    struct Line {
        Status status;
        std::string_view text; // valid until the next read_line()
    };

    LineEditor(Terminal& terminal, Completer& completer)
        : terminal_{terminal}, completer_{completer} {}

    [[nodiscard]] Line read_line(std::string_view prompt);

    /// Throws away what was typed or pasted ahead, as far as it has arrived here.
    void drop_typed_ahead() { pending_ = {}; }

private:
    /// What the screen needs to show the line again.
    enum class Stale : std::uint8_t { Nothing, Tail, Line };

    void fetch();
    void report_loss(std::size_t lost);
    void skip(Key const& key);
    std::optional<Status> apply(Key const& key);
    void edit(KeyKind kind);
    void insert(std::string_view text);
    void show_history(bool older);
    void complete();
    void list_candidates(std::string_view before, std::string_view prefix);
    void clear_screen();
    Line finish(Status status);

    void ring_bell() { bell_ = true; }
    void refresh();
    void redraw();

    Terminal& terminal_;
    Completer& completer_;
    History history_;
    KeyDecoder decoder_;
    LineBuffer line_;
    LineBuffer draft_; // the new line, while an older one is shown
    std::string_view prompt_;
    std::string_view pending_;   // input not decoded yet
    std::size_t history_age_{0}; // 0: the new line; n: history line n - 1
    std::size_t shown_{0}; // bytes of the line that are on the screen, if only its tail is stale
    Stale stale_{Stale::Nothing};
    bool overflowed_{false};
    bool skipping_{false}; // the rest of a line that has lost its beginning
    bool bell_{false};
};

} // namespace shell
