// SPDX-License-Identifier: BSD-2-Clause
//
// THE table of commands, in the order in which help shows them.

#include <shell/command/command.hpp>
#include <shell/commands.hpp>

#include <algorithm>

namespace shell {

namespace {

constexpr std::array table{
    Command{.name = "help",
            .synopsis = "[COMMAND]",
            .summary = "show what can be typed here",
            .details = "",
            .run = command::help,
            .argument = ArgumentKind::Command},
    Command{.name = "memstat",
            .synopsis = "[--plain] [--check]",
            .summary = "show where all memory is, also per program",
            .details =
                "The upper part lists every byte of RAM once and checks the sum. The lower\n"
                "part lists the programs whose memory the pager manages:\n"
                "  reserved  all memory the program may touch\n"
                "  private   pages of its own that are in memory\n"
                "  file      pages of its program file, mapped in place\n"
                "  zero      untouched pages that read as the one shared zero page\n"
                "  tables    translation tables\n"
                "  faults    page faults served so far\n"
                "--plain: NAME=NUMBER, one a line, in bytes; each program begins with its pid.\n"
                "--check: instead, have the pager check all its books against one another;\n"
                "nothing else gets memory meanwhile.",
            .run = command::memstat},
    Command{.name = "pagemap",
            .synopsis = "[--plain] PID [RANGE]",
            .summary = "show a program's memory, region by region",
            .details =
                "One letter is one page of 4 KiB, 64 pages in a row; rows of untouched pages\n"
                "are counted, not shown. RANGE is START-END or START+SIZE, in bytes, decimal\n"
                "or 0x...: then only its pages. --plain: NAME=VALUE, one a line; each region\n"
                "begins with its start, each row of pages with at.",
            .run = command::pagemap,
            .argument = ArgumentKind::Process},
    Command{.name = "lazy",
            .synopsis = "[--plain] [PID]",
            .summary = "show how the pages of programs came",
            .details =
                "Memory comes when it is touched, by a fault: of one process in full, or a\n"
                "table of all. A fault shows the page of zeroes or one of a file, takes a\n"
                "frame, copies a shared page, or finds the page there. --plain: NAME=NUMBER,\n"
                "one a line, in pages; each process begins with its pid.",
            .run = command::lazy,
            .argument = ArgumentKind::Process},
    Command{.name = "growth",
            .synopsis = "[--plain] [PID [set X]]",
            .summary = "show the stacks and heaps of programs",
            .details =
                "They grow by themselves: how much room each has (reserved), how much of it is\n"
                "in memory (resident), and the guard below it that stops it from running into\n"
                "something else. Of one process also its limits, and how its stacks grew. X is\n"
                "any of these: stack=SIZE, heap=SIZE, as 65536, 64K, 2M, 1G or unlimited;\n"
                "ahead=N, how many pages may come along with one that is touched.\n"
                "--plain: NAME=NUMBER, one a line, in bytes; each stack or heap begins with\n"
                "its pid.",
            .run = command::growth,
            .argument = ArgumentKind::Process},
    Command{.name = "stats",
            .synopsis = "[--plain]",
            .summary = "show all that the pager counts",
            .details =
                "The states of its memory; how pages came, as lazy; what copy-on-write did, as\n"
                "cow. --plain: NAME=NUMBER, one a line, for scripts.",
            .run = command::stats},
    Command{.name = "cow",
            .synopsis = "[--plain] WHAT",
            .summary = "see copy-on-write at work",
            .details =
                "  ~1  cow status     what it saves, and who has pages that others share\n"
                "  ~2  cow stats      what it did since boot: pages cloned, copied, kept\n"
                "  ~3  cow create     let 3 processes share memory, or as many as said\n"
                "  ~4  cow protect    of a PID the page at an ADDRESS: its next write faults\n"
                "  ~5  cow unprotect  likewise: writes do not fault, if nobody shares it\n"
                "  ~6  cow test       clone a process 20 times, or as often as said\n"
                "~1 to ~6 are short names. create and test show what copy-on-write did\n"
                "meanwhile. --plain: NAME=NUMBER, one a line, for scripts.",
            .run = command::cow,
            .argument = ArgumentKind::Choice,
            .choices = "status stats create protect unprotect test"},
    Command{.name = "trace",
            .synopsis = "[--plain] [PID] [COUNT]",
            .summary = "show the last page faults, one by one",
            .details =
                "  trace on     have the pager write down each fault, which then takes longer\n"
                "  trace off    stop that; what is written stays\n"
                "  trace clear  stop that, and forget all\n"
                "There is room for many, then the oldest go. Shown are the last 20, or COUNT,\n"
                "of a PID or of all:\n"
                "  COST  instructions the pager took, and the kernel for it; 0: nobody counts\n"
                "  WHAT  what was done, +N other pages that came along: it shows the zero page\n"
                "        or a page of a file, has a frame, or a copy of one that others share;\n"
                "        again: it was there; upgrade: nobody shares it any more; stop: not\n"
                "        allowed\n"
                "--plain: all of them, a line of NAME=VALUE each, for scripts and tools/trace.",
            .run = command::trace,
            .argument = ArgumentKind::Choice,
            .choices = "on off clear all"},
    Command{.name = "#",
            .synopsis = "[--plain]",
            .summary = "open the memory menu",
            .details =
                "Its entries are commands, run by their number or name; arguments may follow.\n"
                "q, an empty line, ctrl-C or ctrl-D leave it. --plain: so are the commands.",
            .run = command::menu},
    Command{.name = "memtest",
            .synopsis = "[--plain] [MiB]",
            .summary = "test memory: 4 MiB, or as many as said",
            .details =
                "Five tests write patterns and read them again; ctrl-C ends them. Each word is\n"
                "read and written 768 times in all.\n"
                "--plain: without bars, for scripts.\n"
                "--seed=N: the random patterns of an earlier test, which said its seed.\n"
                "--self-test: instead, try each test on a small memory with faults:\n"
                "  found   wherever the fault was\n"
                "  -       not everywhere; other tests are there for that\n"
                "  clean   there was no fault, and none was found",
            .run = command::memtest},
    Command{.name = "fragtest",
            .synopsis = "[--plain]",
            .summary = "see how much memory a heap loses to holes",
            .details =
                "A heap's blocks of many sizes come and go at random, in phases; then they\n"
                "only go. After each phase:\n"
                "  blocks    how many there are\n"
                "  in use    what was asked for, of all of them, in KiB\n"
                "  held      the memory that the heap has for them\n"
                "  lost      the part of it that is not in use: less than 25 % is good, until\n"
                "            half of them are gone; the fewer are left, the more is lost\n"
                "  hole      the largest free piece of addresses\n"
                "The map shows where they lie. In the end all is released, and the pager has\n"
                "everything back.\n"
                "--plain: without bars and map, for scripts.\n"
                "--seed=N: other sizes, in another order.",
            .run = command::fragtest},
    Command{.name = "ps",
            .synopsis = "[--plain]",
            .summary = "list the running programs",
            .details = "--plain: bytes and no colours, for scripts.",
            .run = command::ps},
    Command{.name = "spawn",
            .synopsis = "[NAME [ARG...]] [&]",
            .summary = "start a program and wait until it ends",
            .details =
                "Without a name: list the programs. With & at the end the shell does not wait,\n"
                "and tells when the program has ended. Ctrl-C ends a program that is waited\n"
                "for.",
            .run = command::spawn,
            .argument = ArgumentKind::Program,
            .may_run_in_background = true},
    Command{.name = "fg",
            .synopsis = "PID",
            .summary = "wait for a program in the foreground",
            .details =
                "What is typed goes to the program in the foreground. Programs that read in\n"
                "the background wait until they are brought to the foreground.",
            .run = command::fg,
            .argument = ArgumentKind::Process},
    Command{.name = "kill",
            .synopsis = "PID...",
            .summary = "end programs",
            .details = "",
            .run = command::kill,
            .argument = ArgumentKind::Process},
    Command{.name = "repeat",
            .synopsis = "COUNT COMMAND...",
            .summary = "run a command several times",
            .details = "Stops when the command fails, or on ctrl-C.",
            .run = command::repeat,
            .argument = ArgumentKind::CommandAfterCount,
            .may_run_in_background = true},
    Command{.name = "time",
            .synopsis = "COMMAND...",
            .summary = "run a command and show how long it took",
            .details = "",
            .run = command::time,
            .argument = ArgumentKind::CommandLine},
    Command{.name = "context",
            .synopsis = "[--plain] [LINE]",
            .summary = "show what the kernel counts: switches, faults",
            .details =
                "Since boot; with a LINE, such as 'spawn hello': while it ran, and what the\n"
                "shell did meanwhile is in it. What takes a fast path is counted there only:\n"
                "all switches between threads are the fast calls, faults and replies, and the\n"
                "others. --plain, in front of the LINE: NAME=NUMBER, one a line, for scripts.",
            .run = command::context,
            .argument = ArgumentKind::CommandLine},
    Command{.name = "echo",
            .synopsis = "[WORD...]",
            .summary = "print the words",
            .details = "",
            .run = command::echo},
    Command{.name = "clear",
            .synopsis = "",
            .summary = "clear the screen",
            .details = "",
            .run = command::clear},
    Command{.name = "uptime",
            .synopsis = "",
            .summary = "show how long the machine has been running",
            .details = "",
            .run = command::uptime},
    Command{.name = "poweroff",
            .synopsis = "",
            .summary = "switch the machine off",
            .details = "",
            .run = command::poweroff},
    Command{.name = "reboot",
            .synopsis = "",
            .summary = "restart the machine",
            .details = "",
            .run = command::reboot},
};

} // namespace

std::span<Command const> commands() {
    return table;
}

Command const* find_command(std::string_view name) {
    auto const* const found = std::ranges::find(table, name, &Command::name);
    return found == table.end() ? nullptr : found;
}

} // namespace shell
