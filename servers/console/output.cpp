// SPDX-License-Identifier: BSD-2-Clause
//
// Who may write where.

#include <console/output.hpp>

namespace console {

Output::Output() {
    for (auto& line : lines_) {
        unused_.push_back(line);
    }
}

void Output::write(Pid client, std::string_view text) {
    if (client == foreground_ || (open_ && client == half_line_owner_)) {
        write_in_front(client, text);
    } else {
        write_behind(client, text);
    }
}

void Output::write_in_front(Pid client, std::string_view text) {
    if (open_ && half_line_owner_ != client) {
        put("\n"); // the one who was in front before left a half line
        open_ = false;
    }
    put(text);
    auto const end_of_lines = text.rfind('\n');
    if (!open_ || end_of_lines != text.npos) {
        half_line_.clear();
    }
    half_line_owner_ = client;
    auto half = end_of_lines == text.npos ? text : text.substr(end_of_lines + 1);
    open_ = half.empty() ? open_ && end_of_lines == text.npos : true;
    // A carriage return starts the line anew, so what was before need not be shown again.
    if (auto const start = half.rfind('\r'); start != half.npos) {
        half_line_.clear();
        half.remove_prefix(start);
    }
    static_cast<void>(half_line_.append(half.substr(0, half_line_.room())));
}

void Output::write_behind(Pid client, std::string_view text) {
    if (auto const end = text.rfind('\n'); end != text.npos) {
        auto* const begun = find(kept_, client);
        print_between(begun != nullptr ? begun->text.view() : "", text.substr(0, end + 1));
        if (begun != nullptr) {
            kept_.remove(*begun);
            unused_.push_back(*begun);
        }
        text.remove_prefix(end + 1);
    }
    if (!text.empty()) {
        keep(client, text);
    }
}

void Output::keep(Pid client, std::string_view text) {
    auto* const begun = find(kept_, client);
    auto& line = begun != nullptr ? *begun : new_kept_line(client);
    if (line.text.append(text)) {
        return;
    }
    print_between(line.text.view(), "\n");
    line.text.clear();
    static_assert(LineBuffer::capacity >= ipc::console::max_text);
    static_cast<void>(line.text.append(text));
}

Output::KeptLine* Output::find(KeptLines const& lines, Pid client) {
    auto* line = lines.front();
    while (line != nullptr && line->client != client) {
        line = KeptLines::next(*line);
    }
    return line;
}

Output::KeptLine& Output::new_kept_line(Pid client) {
    auto* line = unused_.pop_front();
    if (line == nullptr) {
        line = kept_.pop_front(); // never null: nobody writes while any is unfinished
        print_between(line->text.view(), "\n");
    }
    line->client = client;
    line->text.clear();
    line->ended = false;
    kept_.push_back(*line);
    return *line;
}

/// Whole lines while somebody else's half line may be on the screen: that one is shown again below.
void Output::print_between(std::string_view beginning, std::string_view rest) {
    if (open_) {
        put("\n");
    }
    put(beginning);
    put(rest);
    if (open_) {
        put(half_line_.view());
        open_ = !half_line_.view().empty();
    }
}

void Output::bring_to_front(Pid client) {
    foreground_ = client;
    if (auto* const line = find(kept_, client); line != nullptr) {
        kept_.remove(*line);
        unfinished_.push_back(*line);
    }
    finish_lines();
}

void Output::forget(Pid client) {
    if (auto* const line = find(kept_, client); line != nullptr) {
        kept_.remove(*line);
        unfinished_.push_back(*line);
    }
    if (auto* const line = find(unfinished_, client); line != nullptr) {
        line->ended = true;
    }
    if (foreground_ == client) {
        foreground_ = nobody;
    }
    if (half_line_owner_ == client) {
        half_line_owner_ = nobody;
        half_line_.clear(); // it stays where it is
    }
    finish_lines();
}

void Output::finish_lines() {
    while (has_room() && !unfinished_.empty()) {
        auto* const line = unfinished_.pop_front();
        finish(*line);
        unused_.push_back(*line);
    }
}

void Output::finish(KeptLine& line) {
    if (line.ended) {
        print_between(line.text.view(), "\n");
    } else {
        write_in_front(line.client, line.text.view());
    }
}

std::optional<char> Output::next() {
    auto const byte = queue_.pop();
    finish_lines();
    return byte;
}

/// The caller has made sure that there is room.
void Output::put(std::string_view text) {
    for (char const c : text) {
        if (c == '\n') {
            static_cast<void>(queue_.push('\r'));
        }
        static_cast<void>(queue_.push(c));
    }
}

} // namespace console
