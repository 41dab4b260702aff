// SPDX-License-Identifier: BSD-2-Clause
//
// What each key does to the line and to the screen.

#include "fakes.hpp"
#include "screen.hpp"
#include <shell/line_editor.hpp>

#include <gtest/gtest.h>
#include <random>

namespace shell::test {
namespace {

constexpr std::string_view left = "\x1b[D", right = "\x1b[C", up = "\x1b[A", down = "\x1b[B",
                           home = "\x1b[H", end = "\x1b[F", erase = "\x1b[3~";

class NoCompleter final : public Completer {
public:
    void candidates(std::string_view, CandidateVisitor&) override {}
};

class LineEditorTest : public testing::Test {
protected:
    /// What the line is when these keys and Enter have been pressed, one batch per key string.
    template <typename... Keys>
    std::string line_after(Keys const&... keys) {
        (terminal.type(std::string{keys}), ...);
        terminal.type("\r");
        return read();
    }

    std::string read() {
        line = editor.read_line("quire> ");
        return std::string{line.text};
    }

    FakeTerminal terminal;
    NoCompleter completer;
    LineEditor editor{terminal, completer};
    LineEditor::Line line{};
};

TEST_F(LineEditorTest, TakesALine) {
    EXPECT_EQ(line_after("hello"), "hello");
    EXPECT_EQ(line.status, LineEditor::Status::Entered);
    EXPECT_EQ(terminal.shown, "quire> hello\n");
}

TEST_F(LineEditorTest, MovesAndInserts) {
    EXPECT_EQ(line_after("ac", left, "b"), "abc");
    EXPECT_EQ(line_after("ac", left, "b", right, "d"), "abcd");
    EXPECT_EQ(line_after("bc", home, "a", end, "d"), "abcd");
    EXPECT_EQ(line_after("bc", "\x01", "a", "\x05", "d"), "abcd");
    EXPECT_EQ(line_after("one two", "\x1b[1;5D", "x", "\x1b[1;5C", "y"), "one xtwoy");
}

TEST_F(LineEditorTest, Erases) {
    EXPECT_EQ(line_after("abc", "\x7f"), "ab");
    EXPECT_EQ(line_after("abc", left, "\x08"), "ac");
    EXPECT_EQ(line_after("abc", home, erase), "bc");
    EXPECT_EQ(line_after("abc", home, "\x04"), "bc");
    EXPECT_EQ(line_after("one two", left, left, left, "\x0b"), "one ");
    EXPECT_EQ(line_after("one two", left, left, left, "\x15"), "two");
    EXPECT_EQ(line_after("one two", "\x17"), "one ");
}

TEST_F(LineEditorTest, ShowsTheLineAndTheCursor) {
    terminal.type("ac");
    terminal.type(std::string{left});
    terminal.type("b");
    EXPECT_THROW(read(), EndOfScript);
    Screen const screen{terminal.shown};
    EXPECT_EQ(screen.last_line(), "quire> abc");
    EXPECT_EQ(screen.column(), std::string_view{"quire> ab"}.size());
}

TEST_F(LineEditorTest, ShowsWideCharacters) {
    terminal.type("\xe6\xbc\xa2x" + std::string{left});
    EXPECT_THROW(read(), EndOfScript);
    EXPECT_TRUE(terminal.shown.ends_with("\r\x1b[9C")) << terminal.shown;
}

TEST_F(LineEditorTest, AppendsWithoutDrawingTheLineAgain) {
    terminal.type("ab");
    terminal.type("c");
    EXPECT_THROW(read(), EndOfScript);
    EXPECT_EQ(terminal.shown, "quire> abc");
}

TEST_F(LineEditorTest, ScrollsLongLines) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
        text += "word" + std::to_string(i) + ' ';
    }
    terminal.type(text);
    EXPECT_THROW(read(), EndOfScript);
    Screen const at_end{terminal.shown};
    EXPECT_TRUE(at_end.last_line().ends_with("word29"));
    EXPECT_LE(at_end.last_line().size(), 80u);
    terminal.type(std::string{home});
    terminal.type("x\x7f");
    EXPECT_EQ(line_after(), ""); // a new read_line() starts anew
    terminal.type(text + std::string{home} + "x");
    EXPECT_THROW(read(), EndOfScript);
    EXPECT_TRUE(Screen{terminal.shown}.last_line().starts_with("quire> xword0 word1"));
}

TEST_F(LineEditorTest, GoesThroughHistory) {
    EXPECT_EQ(line_after("one"), "one");
    EXPECT_EQ(line_after("two"), "two");
    EXPECT_EQ(line_after(up), "two");
    EXPECT_EQ(line_after(up, up), "one");
    EXPECT_EQ(line_after("draft", up, down), "draft");
    EXPECT_EQ(line_after("\x10", "\x10", "\x0e", "!"), "draft!");
    EXPECT_EQ(Screen{terminal.shown}.bells(), 0u);
    EXPECT_EQ(line_after(down), "");
    EXPECT_EQ(Screen{terminal.shown}.bells(), 1u);
}

TEST_F(LineEditorTest, RingsAtTheOldestLine) {
    EXPECT_EQ(line_after(up, "x"), "x");
    EXPECT_EQ(Screen{terminal.shown}.bells(), 1u);
}

TEST_F(LineEditorTest, GivesUpOnControlC) {
    terminal.type("half\x03");
    read();
    EXPECT_EQ(line.status, LineEditor::Status::Cancelled);
    EXPECT_EQ(terminal.shown, "quire> half^C\n");
    EXPECT_EQ(line_after(up), "");
}

TEST_F(LineEditorTest, EndsOnControlDOnlyWhenEmpty) {
    terminal.type("\x04");
    read();
    EXPECT_EQ(line.status, LineEditor::Status::EndOfInput);
    EXPECT_EQ(line_after("a\x04"), "a");
}

TEST_F(LineEditorTest, ClearsTheScreenAndKeepsTheLine) {
    terminal.type("before");
    terminal.type("\x0c");
    EXPECT_THROW(read(), EndOfScript);
    EXPECT_EQ(Screen{terminal.shown}.lines(), std::vector<std::string>{"quire> before"});
}

TEST_F(LineEditorTest, RefusesAnOverLongLine) {
    terminal.type(std::string(LineBuffer::capacity, 'x'));
    terminal.type("yyy");
    terminal.type("zzz\r");
    read();
    EXPECT_EQ(line.status, LineEditor::Status::TooLong);
    EXPECT_GE(Screen{terminal.shown}.bells(), 1u);
    EXPECT_EQ(line_after("next"), "next");
    EXPECT_EQ(line.status, LineEditor::Status::Entered);
}

TEST_F(LineEditorTest, TakesAnOverLongLineOnceItHasBeenEdited) {
    terminal.type(std::string(LineBuffer::capacity + 1, 'x'));
    EXPECT_EQ(line_after("\x15", "short"), "short");
    EXPECT_EQ(line.status, LineEditor::Status::Entered);
}

TEST_F(LineEditorTest, TakesAPasteOfManyLines) {
    terminal.type("one\rtwo\r\nthree\n");
    EXPECT_EQ(read(), "one");
    EXPECT_EQ(read(), "two");
    EXPECT_EQ(read(), "three");
    EXPECT_EQ(Screen{terminal.shown}.lines(),
              (std::vector<std::string>{"quire> one", "quire> two", "quire> three", ""}));
}

TEST_F(LineEditorTest, CanForgetWhatWasTypedAhead) {
    terminal.type("one\rtwo\r");
    EXPECT_EQ(read(), "one");
    editor.drop_typed_ahead();
    EXPECT_EQ(line_after("three"), "three");
}

TEST_F(LineEditorTest, DropsWhatIsNoTextWithOneBell) {
    EXPECT_EQ(line_after(std::string{"a\xff\xfe\x80\0b\x1b[99~c", 12}), "abc");
    EXPECT_EQ(Screen{terminal.shown}.bells(), 1u);
}

TEST_F(LineEditorTest, SaysWhatWasLostAndDropsTheLine) {
    terminal.type("kill 1");
    terminal.type("", 4711);
    terminal.type("2 3");
    terminal.type("4\recho");
    EXPECT_EQ(line_after(" ok"), "echo ok");
    auto const lines = Screen{terminal.shown}.lines();
    EXPECT_EQ(lines[1], "input: 4711 characters came faster than they were read; their line is "
                        "dropped up to its end");
    EXPECT_EQ(lines[2], "quire> echo ok");
}

TEST_F(LineEditorTest, ControlCEndsALineThatLostItsBeginning) {
    terminal.type("", 1);
    terminal.type("junk\x03");
    EXPECT_EQ(line_after("fine"), "fine");
}

/// A megabyte of noise: the editor neither hangs nor grows, and works afterwards.
TEST_F(LineEditorTest, SurvivesNoise) {
    std::mt19937 random{1};
    for (int batch = 0; batch < 1000; ++batch) {
        std::string noise;
        for (int i = 0; i < 1000; ++i) {
            noise += static_cast<char>(random());
        }
        terminal.type(noise);
    }
    EXPECT_THROW(for (;;) { read(); }, EndOfScript);
    terminal.shown.clear();
    terminal.type("\x03");
    read();
    EXPECT_EQ(line_after("fine"), "fine");
}

} // namespace
} // namespace shell::test
