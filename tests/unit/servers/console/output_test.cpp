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
        while (auto const byte = output_.next()) {
            text.push_back(*byte);
        }
        return text;
    }

    Output output_;
};

TEST_F(OutputTest, GivesLineFeedsTheirCarriageReturn) {
    output_.write(one, "hello\nworld\n");
    EXPECT_EQ(shown(), "hello\r\nworld\r\n");
}

TEST_F(OutputTest, KeepsHalfLinesApartUntilTheyAreWhole) {
    output_.write(one, "from ");
    output_.write(two, "I am ");
    EXPECT_EQ(shown(), "");
    output_.write(one, "one\nand ");
    output_.write(two, "two\n");
    output_.write(one, "one again\n");
    EXPECT_EQ(shown(), "from one\r\nI am two\r\nand one again\r\n");
}

TEST_F(OutputTest, ShowsAPromptWhenItsClientReads) {
    output_.write(shell, "name? ");
    EXPECT_EQ(shown(), "");
    output_.bring_to_front(shell);
    EXPECT_EQ(shown(), "name? ");
}

TEST_F(OutputTest, LetsTheForegroundWriteHalfLines) {
    output_.bring_to_front(shell);
    output_.write(shell, "quire> ");
    output_.write(shell, "l");
    output_.write(shell, "s\n");
    EXPECT_EQ(shown(), "quire> ls\r\n");
}

TEST_F(OutputTest, PutsALineOfTheBackgroundBetweenAndShowsThePromptAgain) {
    output_.bring_to_front(shell);
    output_.write(shell, "quire> he");
    output_.write(one, "done\n");
    output_.write(shell, "lp\n");
    EXPECT_EQ(shown(), "quire> he\r\ndone\r\nquire> help\r\n");
}

TEST_F(OutputTest, ShowsOnlyWhatFollowsTheLastCarriageReturnAgain) {
    output_.bring_to_front(shell);
    output_.write(shell, "old\rquire> new");
    output_.write(one, "done\n");
    EXPECT_EQ(shown(), "old\rquire> new\r\ndone\r\n\rquire> new");
}

TEST_F(OutputTest, ForgetsTheHalfLineWhenItIsWhole) {
    output_.bring_to_front(shell);
    output_.write(shell, "quire> ls\n");
    output_.write(one, "done\n");
    EXPECT_EQ(shown(), "quire> ls\r\ndone\r\n");
}

TEST_F(OutputTest, EndsTheHalfLineOfWhoWasInFrontBefore) {
    output_.bring_to_front(shell);
    output_.write(shell, "half");
    output_.bring_to_front(one);
    output_.write(one, "name? ");
    EXPECT_EQ(shown(), "half\r\nname? ");
}

TEST_F(OutputTest, LetsWhoWasInFrontBeforeFinishItsLine) {
    output_.bring_to_front(shell);
    output_.write(shell, "half");
    output_.bring_to_front(one);
    output_.write(shell, " and whole\n");
    EXPECT_EQ(shown(), "half and whole\r\n");
}

TEST_F(OutputTest, EndsTheLineOfAClientThatHasEnded) {
    output_.write(one, "no newline");
    output_.forget(one);
    EXPECT_EQ(shown(), "no newline\r\n");
}

TEST_F(OutputTest, DoesNotShowTheHalfLineOfAnEndedForegroundAgain) {
    output_.bring_to_front(one);
    output_.write(one, "name? ");
    output_.forget(one);
    output_.write(shell, "[5] ended\n");
    EXPECT_EQ(shown(), "name? \r\n[5] ended\r\n");
}

TEST_F(OutputTest, GivesANumberThatIsUsedAgainAFreshLine) {
    output_.write(one, "first");
    output_.forget(one);
    output_.write(one, "second\n");
    EXPECT_EQ(shown(), "first\r\nsecond\r\n");
}

TEST_F(OutputTest, BreaksALineThatIsTooLong) {
    std::string const part(600, 'x');
    output_.write(one, part);
    output_.write(one, part);
    output_.write(one, "end\n");
    EXPECT_EQ(shown(), part + "\r\n" + part + "end\r\n");
}

TEST_F(OutputTest, PrintsTheOldestHalfLineWhenTooManyAreKept) {
    for (Pid pid = 10; pid <= 10 + Output::max_kept_lines; ++pid) {
        output_.write(pid, "half");
    }
    EXPECT_EQ(shown(), "half\r\n");
    output_.write(11, " of eleven\n");
    EXPECT_EQ(shown(), "half of eleven\r\n");
}

TEST_F(OutputTest, LosesNothingWhenTheQueueIsFull) {
    std::string const line = std::string(ipc::console::max_text - 1, '\n') + "x";
    std::size_t lines = 0;
    for (; output_.ready(); ++lines) {
        output_.write(one, line);
    }
    EXPECT_GE(lines, 2u);
    EXPECT_FALSE(output_.relaxed());
    auto const text = shown();
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), lines * (line.size() - 1));
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, 'x')),
              lines - 1); // the last one is kept
    EXPECT_TRUE(output_.relaxed());
}

TEST_F(OutputTest, FinishesLinesOfTheEndedWhenThereIsRoomAgain) {
    output_.write(two, "last words");
    std::string const line(ipc::console::max_text, '\n');
    while (output_.ready()) {
        output_.write(one, line);
    }
    output_.forget(two);
    EXPECT_FALSE(output_.ready());
    auto const text = shown();
    EXPECT_TRUE(text.ends_with("last words\r\n"));
    EXPECT_TRUE(output_.ready());
}

TEST_F(OutputTest, ShowsAVeryLongHalfLineAgainAsFarAsItIsKept) {
    output_.bring_to_front(shell);
    std::string const part(900, 'y');
    output_.write(shell, part);
    output_.write(shell, part);
    static_cast<void>(shown());
    output_.write(one, "done\n");
    EXPECT_EQ(shown(), "\r\ndone\r\n" + std::string(LineBuffer::capacity, 'y'));
}

} // namespace
} // namespace console
