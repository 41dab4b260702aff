// SPDX-License-Identifier: BSD-2-Clause
//
// What a person sees when several clients write at once.

#include <console/output.hpp>

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace console {
namespace {

constexpr Pid shell = 4;
constexpr Pid one = 5;
constexpr Pid two = 6;

class OutputTest : public testing::Test {
protected:
    std::string shown() {
        std::string text;
        while (auto const byte = output.next()) {
            text.push_back(*byte);
        }
        return text;
    }

    Output output;
};

TEST_F(OutputTest, GivesLineFeedsTheirCarriageReturn) {
    output.write(one, "hello\nworld\n");
    EXPECT_EQ(shown(), "hello\r\nworld\r\n");
}

TEST_F(OutputTest, KeepsHalfLinesApartUntilTheyAreWhole) {
    output.write(one, "from ");
    output.write(two, "I am ");
    EXPECT_EQ(shown(), "");
    output.write(one, "one\nand ");
    output.write(two, "two\n");
    output.write(one, "one again\n");
    EXPECT_EQ(shown(), "from one\r\nI am two\r\nand one again\r\n");
}

TEST_F(OutputTest, ShowsAPromptWhenItsClientReads) {
    output.write(shell, "name? ");
    EXPECT_EQ(shown(), "");
    output.bring_to_front(shell);
    EXPECT_EQ(shown(), "name? ");
}

TEST_F(OutputTest, LetsTheForegroundWriteHalfLines) {
    output.bring_to_front(shell);
    output.write(shell, "quire> ");
    output.write(shell, "l");
    output.write(shell, "s\n");
    EXPECT_EQ(shown(), "quire> ls\r\n");
}

TEST_F(OutputTest, PutsALineOfTheBackgroundBetweenAndShowsThePromptAgain) {
    output.bring_to_front(shell);
    output.write(shell, "quire> he");
    output.write(one, "done\n");
    output.write(shell, "lp\n");
    EXPECT_EQ(shown(), "quire> he\r\ndone\r\nquire> help\r\n");
}

TEST_F(OutputTest, ShowsOnlyWhatFollowsTheLastCarriageReturnAgain) {
    output.bring_to_front(shell);
    output.write(shell, "old\rquire> new");
    output.write(one, "done\n");
    EXPECT_EQ(shown(), "old\rquire> new\r\ndone\r\n\rquire> new");
}

TEST_F(OutputTest, ForgetsTheHalfLineWhenItIsWhole) {
    output.bring_to_front(shell);
    output.write(shell, "quire> ls\n");
    output.write(one, "done\n");
    EXPECT_EQ(shown(), "quire> ls\r\ndone\r\n");
}

TEST_F(OutputTest, EndsTheHalfLineOfWhoWasInFrontBefore) {
    output.bring_to_front(shell);
    output.write(shell, "half");
    output.bring_to_front(one);
    output.write(one, "name? ");
    EXPECT_EQ(shown(), "half\r\nname? ");
}

TEST_F(OutputTest, LetsWhoWasInFrontBeforeFinishItsLine) {
    output.bring_to_front(shell);
    output.write(shell, "half");
    output.bring_to_front(one);
    output.write(shell, " and whole\n");
    EXPECT_EQ(shown(), "half and whole\r\n");
}

TEST_F(OutputTest, EndsTheLineOfAClientThatHasEnded) {
    output.write(one, "no newline");
    output.forget(one);
    EXPECT_EQ(shown(), "no newline\r\n");
}

TEST_F(OutputTest, DoesNotShowTheHalfLineOfAnEndedForegroundAgain) {
    output.bring_to_front(one);
    output.write(one, "name? ");
    output.forget(one);
    output.write(shell, "[5] ended\n");
    EXPECT_EQ(shown(), "name? \r\n[5] ended\r\n");
}

TEST_F(OutputTest, GivesANumberThatIsUsedAgainAFreshLine) {
    output.write(one, "first");
    output.forget(one);
    output.write(one, "second\n");
    EXPECT_EQ(shown(), "first\r\nsecond\r\n");
}

TEST_F(OutputTest, BreaksALineThatIsTooLong) {
    std::string const part(600, 'x');
    output.write(one, part);
    output.write(one, part);
    output.write(one, "end\n");
    EXPECT_EQ(shown(), part + "\r\n" + part + "end\r\n");
}

TEST_F(OutputTest, PrintsTheOldestHalfLineWhenTooManyAreKept) {
    for (Pid pid = 10; pid <= 10 + Output::max_kept_lines; ++pid) {
        output.write(pid, "half");
    }
    EXPECT_EQ(shown(), "half\r\n");
    output.write(11, " of eleven\n");
    EXPECT_EQ(shown(), "half of eleven\r\n");
}

TEST_F(OutputTest, LosesNothingWhenTheQueueIsFull) {
    std::string const line = std::string(ipc::console::max_text - 1, '\n') + "x";
    std::size_t lines = 0;
    for (; output.ready(); ++lines) {
        output.write(one, line);
    }
    EXPECT_GE(lines, 2u);
    EXPECT_FALSE(output.relaxed());
    auto const text = shown();
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), lines * (line.size() - 1));
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, 'x')),
              lines - 1); // the last one is kept
    EXPECT_TRUE(output.relaxed());
}

TEST_F(OutputTest, FinishesLinesOfTheEndedWhenThereIsRoomAgain) {
    output.write(two, "last words");
    std::string const line(ipc::console::max_text, '\n');
    while (output.ready()) {
        output.write(one, line);
    }
    output.forget(two);
    EXPECT_FALSE(output.ready());
    auto const text = shown();
    EXPECT_TRUE(text.ends_with("last words\r\n"));
    EXPECT_TRUE(output.ready());
}

TEST_F(OutputTest, ShowsAVeryLongHalfLineAgainAsFarAsItIsKept) {
    output.bring_to_front(shell);
    std::string const part(900, 'y');
    output.write(shell, part);
    output.write(shell, part);
    static_cast<void>(shown());
    output.write(one, "done\n");
    EXPECT_EQ(shown(), "\r\ndone\r\n" + std::string(LineBuffer::capacity, 'y'));
}

} // namespace
} // namespace console
