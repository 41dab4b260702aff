// SPDX-License-Identifier: BSD-2-Clause
//
// #: the memory menu: commands by number or name, until there is an empty line.

#include <shell/command/command.hpp>
#include <shell/parser.hpp>

#include <algorithm>

namespace shell::command {

namespace {

constexpr std::string_view question = "memory> ";

struct Entry {
    std::string_view name;  // of a command
    std::string_view later; // what it will do, if there is no such command yet
};

/// Numbered from 1 on.
constexpr std::array<Entry, 6> entries{{{"growth", ""},
                                        {"lazy", ""},
                                        {"pressure", "taking pages away when memory is short"},
                                        {"optimize", "moving pages together"},
                                        {"stats", ""},
                                        {"context", ""}}};

void print_entries(Printer& out) {
    out.line(Style::Bold, "memory", Style::Normal);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto const& [name, later] = entries[i];
        out.print("  ", i + 1, "  ", base::Left{name, 10});
        if (later.empty()) {
            out.line(find_command(name)->summary);
        } else {
            out.line(Style::Dim, later, ": comes later", Style::Normal);
        }
    }
    out.line("  q  leave");
}

/// By name, or by number as text. Null: it is not in the menu.
Entry const* find_entry(std::string_view word) {
    auto const number = parse_number(word);
    if (number && *number >= 1 && *number <= entries.size()) {
        return &entries[*number - 1];
    }
    auto const* const found = std::ranges::find(entries, word, &Entry::name);
    return found == entries.end() ? nullptr : found;
}

/// The arguments behind an entry are its command's.
Status run_entry(Context& context, Entry const& entry, CommandLine const& line) {
    if (!entry.later.empty()) {
        context.out.line(entry.name, ": ", entry.later, " comes later");
        return Status::Done;
    }
    std::array<std::string_view, CommandLine::max_words + 1> words;
    std::size_t count = 0;
    words[count++] = entry.name;
    if (context.out.plain()) {
        words[count++] = "--plain";
    }
    for (auto const word : line.words().subspan(1)) {
        words[count++] = word;
    }
    return context.runner.run({words.data(), count}, line.background());
}

} // namespace

Status menu(Context& context) {
    context.take_plain();
    if (!context.arguments.empty()) {
        return context.fail_with_hint("'", context.arguments[0], "' is no option");
    }
    auto& out = context.out;
    print_entries(out);
    while (auto const answer = context.runner.ask(question)) {
        CommandLine line;
        if (auto const parsed = line.parse(*answer); !parsed) {
            context.fail(describe(parsed.error()));
            continue;
        }
        if (line.words().empty() || line.words().front() == "q") {
            break;
        }
        auto const* const entry = find_entry(line.words().front());
        if (entry == nullptr) {
            context.fail("'", line.words().front(), "' is not in the menu");
            print_entries(out);
        } else if (run_entry(context, *entry, line) == Status::Interrupted) {
            return Status::Interrupted;
        }
    }
    return Status::Done;
}

} // namespace shell::command
