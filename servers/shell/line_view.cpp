// SPDX-License-Identifier: BSD-2-Clause
//
// The redraw: return, prompt, the visible part, erase the rest, put the cursor back.

#include <base/format.hpp>
#include <shell/line_view.hpp>
#include <shell/utf8.hpp>

namespace shell {

namespace {

/// How many columns the line itself may take: one is left for the cursor behind its end.
std::size_t room_for_line(std::string_view prompt) {
    return LineView::terminal_width - utf8::columns(prompt) - 1;
}

/// The first visible byte: as far left as possible with the cursor in sight.
std::size_t first_visible(LineBuffer const& line, std::size_t room) {
    std::size_t start = 0;
    auto const before = line.before_cursor();
    while (utf8::columns(before.substr(start)) > room) {
        start = utf8::next(before, start);
    }
    return start;
}

std::string_view cut_to(std::string_view text, std::size_t room) {
    while (utf8::columns(text) > room) {
        text = text.substr(0, utf8::previous(text, text.size()));
    }
    return text;
}

} // namespace

LineView::LineView(std::string_view prompt, LineBuffer const& line) {
    auto const room = room_for_line(prompt);
    auto const start = first_visible(line, room);
    auto const visible = cut_to(line.text().substr(start), room);
    base::Writer writer{text_};
    writer.put("\r").put(prompt).put(visible).put("\x1b[K");
    if (!line.at_end()) {
        auto const before = line.text().substr(start, line.cursor() - start);
        writer.put("\r\x1b[").put(utf8::columns(prompt) + utf8::columns(before)).put("C");
    }
    size_ = writer.text().size();
}

bool LineView::fits(std::string_view prompt, std::string_view line) {
    return utf8::columns(line) <= room_for_line(prompt);
}

} // namespace shell
