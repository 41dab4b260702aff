// SPDX-License-Identifier: BSD-2-Clause
//
// The keys of the line editor. Drawing is in line_view.hpp.

#include <base/format.hpp>
#include <shell/line_editor.hpp>
#include <shell/line_view.hpp>

#include <algorithm>
#include <utility>

namespace shell {

LineEditor::Line LineEditor::read_line(std::string_view prompt) {
    prompt_ = prompt;
    line_.clear();
    draft_.clear();
    history_age_ = 0;
    overflowed_ = false;
    shown_ = 0;
    stale_ = Stale::Nothing;
    terminal_.write(prompt_);
    for (;;) {
        if (pending_.empty()) {
            refresh();
            fetch();
        }
        while (!pending_.empty()) {
            char const byte = pending_.front();
            pending_.remove_prefix(1);
            auto const key = decoder_.feed(byte);
            if (decoder_.take_garbage()) {
                ring_bell();
            }
            if (auto const status = key ? apply(*key) : std::nullopt) {
                return finish(*status);
            }
        }
    }
}

void LineEditor::fetch() {
    auto const input = terminal_.read();
    pending_ = input.text;
    if (input.lost > 0) {
        report_loss(input.lost);
    }
}

/// A line with a hole must not be run: what is there of it is dropped, and so is what follows of
/// it.
void LineEditor::report_loss(std::size_t lost) {
    std::array<char, 128> buffer;
    terminal_.write(base::format_to(
        buffer, "\ninput: ", lost,
        " characters came faster than they were read; their line is dropped up to its end\n"));
    decoder_ = {};
    line_.clear();
    overflowed_ = false;
    skipping_ = true;
    redraw();
}

/// The keys behind a gap: they count again after the line has ended.
void LineEditor::skip(Key const& key) {
    skipping_ = key.kind != KeyKind::Enter && key.kind != KeyKind::Cancel;
}

std::optional<LineEditor::Status> LineEditor::apply(Key const& key) {
    if (skipping_) {
        skip(key);
        return std::nullopt;
    }
    switch (key.kind) {
    case KeyKind::Text: insert(key.text()); return std::nullopt;
    case KeyKind::Enter: return overflowed_ ? Status::TooLong : Status::Entered;
    case KeyKind::Cancel: return Status::Cancelled;
    case KeyKind::DeleteOrEndOfInput:
        if (line_.empty()) {
            return Status::EndOfInput;
        }
        edit(KeyKind::Delete);
        return std::nullopt;
    case KeyKind::Up: show_history(true); return std::nullopt;
    case KeyKind::Down: show_history(false); return std::nullopt;
    case KeyKind::Tab: complete(); return std::nullopt;
    case KeyKind::ClearScreen: clear_screen(); return std::nullopt;
    default: edit(key.kind); return std::nullopt;
    }
}

void LineEditor::edit(KeyKind kind) {
    switch (kind) {
    case KeyKind::Backspace: line_.erase_before(); break;
    case KeyKind::Delete: line_.erase_at(); break;
    case KeyKind::Left: line_.move_left(); break;
    case KeyKind::Right: line_.move_right(); break;
    case KeyKind::WordLeft: line_.move_word_left(); break;
    case KeyKind::WordRight: line_.move_word_right(); break;
    case KeyKind::Home: line_.move_home(); break;
    case KeyKind::End: line_.move_end(); break;
    case KeyKind::KillToEnd: line_.erase_to_end(); break;
    case KeyKind::KillToStart: line_.erase_to_start(); break;
    case KeyKind::KillWord: line_.erase_word(); break;
    default: break;
    }
    overflowed_ = false; // whoever edits looks at what there is
    stale_ = Stale::Line;
}

void LineEditor::insert(std::string_view text) {
    bool const at_end = line_.at_end();
    if (!line_.insert(text)) {
        overflowed_ = true;
        ring_bell();
        return;
    }
    stale_ = at_end && stale_ != Stale::Line ? Stale::Tail : Stale::Line;
}

void LineEditor::show_history(bool older) {
    if (older ? history_age_ == history_.count() : history_age_ == 0) {
        ring_bell();
        return;
    }
    if (history_age_ == 0) {
        draft_ = line_;
    }
    history_age_ = older ? history_age_ + 1 : history_age_ - 1;
    line_.assign(history_age_ == 0 ? draft_.text() : history_.line(history_age_ - 1));
    overflowed_ = false;
    stale_ = Stale::Line;
}

namespace {

/// Finds how far all candidates that begin with `prefix` agree.
class CommonPrefix final : public CandidateVisitor {
public:
    explicit CommonPrefix(std::string_view prefix) : prefix_{prefix} {}

    void visit(std::string_view candidate) override {
        if (!candidate.starts_with(prefix_) || candidate.size() > text_.size()) {
            return;
        }
        if (count_++ == 0) {
            std::ranges::copy(candidate, text_.begin());
            size_ = candidate.size();
            return;
        }
        std::size_t agreed = 0;
        while (agreed < std::min(size_, candidate.size()) && text_[agreed] == candidate[agreed]) {
            ++agreed;
        }
        size_ = agreed;
    }

    [[nodiscard]] std::size_t count() const { return count_; }

    /// What may be added to the word without a choice.
    [[nodiscard]] std::string_view addition() const {
        return count_ == 0 ? std::string_view{}
                           : std::string_view{text_.data(), size_}.substr(prefix_.size());
    }

private:
    std::string_view prefix_;
    std::array<char, 64> text_{};
    std::size_t size_{0};
    std::size_t count_{0};
};

/// Prints the candidates in as many columns as fit.
class CandidateList final : public CandidateVisitor {
public:
    CandidateList(Terminal& terminal, std::string_view prefix)
        : terminal_{terminal}, prefix_{prefix} {}

    void visit(std::string_view candidate) override {
        if (!candidate.starts_with(prefix_)) {
            return;
        }
        std::array<char, 80> buffer;
        base::Writer writer{buffer};
        bool const first_in_row = column_++ % columns == 0;
        writer.put(first_in_row ? "\n" : "").put(base::Left{candidate, width});
        terminal_.write(writer.text());
    }

private:
    static constexpr std::size_t columns = 4;
    static constexpr std::size_t width = 19;

    Terminal& terminal_;
    std::string_view prefix_;
    std::size_t column_{0};
};

} // namespace

void LineEditor::complete() {
    auto const before = line_.before_cursor();
    auto const blank = before.rfind(' ');
    auto const word = blank == std::string_view::npos ? 0 : blank + 1;
    CommonPrefix common{before.substr(word)};
    completer_.candidates(before.substr(0, word), common);
    if (common.count() == 0) {
        ring_bell();
        return;
    }
    if (!common.addition().empty()) {
        insert(common.addition());
    } else if (common.count() > 1) {
        list_candidates(before.substr(0, word), before.substr(word));
    }
    if (common.count() == 1) {
        insert(" ");
    }
}

/// Only for a person who waits: a pasted flood of tabs is not answered with a list each.
void LineEditor::list_candidates(std::string_view before, std::string_view prefix) {
    ring_bell();
    if (!pending_.empty()) {
        return;
    }
    refresh();
    CandidateList list{terminal_, prefix};
    completer_.candidates(before, list);
    terminal_.write("\n");
    redraw();
}

void LineEditor::clear_screen() {
    // The return tells the console that nothing in front of it belongs to this line any more.
    terminal_.write("\x1b[H\x1b[2J\r");
    stale_ = Stale::Line;
}

LineEditor::Line LineEditor::finish(Status status) {
    line_.move_end();
    refresh();
    switch (status) {
    case Status::Entered: history_.add(line_.text()); break;
    case Status::Cancelled: terminal_.write("^C"); break;
    default: break;
    }
    terminal_.write("\n");
    return {.status = status, .text = line_.text()};
}

/// Brings the screen up to date with the line.
void LineEditor::refresh() {
    if (std::exchange(bell_, false)) {
        terminal_.write("\a");
    }
    bool const fits = LineView::fits(prompt_, line_.text());
    if (stale_ == Stale::Tail && fits) {
        terminal_.write(line_.text().substr(shown_));
    } else if (stale_ != Stale::Nothing) {
        redraw();
    }
    stale_ = Stale::Nothing;
    shown_ = line_.text().size();
}

void LineEditor::redraw() {
    LineView const view{prompt_, line_};
    terminal_.write(view.text());
    stale_ = Stale::Nothing;
    shown_ = line_.text().size();
}

} // namespace shell
