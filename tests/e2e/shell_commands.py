#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A person's session: every command, every small program, good and bad."""

import re

import session
from session import Shell, Suite, Target, check, check_matches, free_memory, memory_states

COMMANDS = [
    *("help", "memstat", "pagemap", "lazy", "growth", "stats", "cow", "trace", "#", "memtest"),
    *("fragtest", "ps", "spawn", "fg", "kill", "repeat", "time", "context", "echo", "clear"),
    *("uptime", "poweroff", "reboot"),
]
PROGRAMS = [
    *("hello", "touch", "forks", "misbehave", "spin", "arguments", "ask"),
    *("memtest", "fragtest", "hwclock"),
]
MISBEHAVIOURS = {
    "null": r"nothing is mapped there",
    "text": r"does not allow it",
    "execute": r"does not allow it",
    "stack": r"stack overflow",
    "stray": r"unused part of a stack",
    "wild": r"nothing is mapped there",
    "privileged": r"the processor refused",
}


def process_number(shell: Shell, name: str) -> int:
    return int(check_matches(rf"^ *(\d+) .* {name}$", shell.run("ps --plain"))[1])


class Commands:
    """The cases; each begins and ends at a prompt."""

    def __init__(self, shell: Shell, target: Target) -> None:
        self.shell = shell
        self.target = target

    def help_shows_every_command(self) -> None:
        text = self.shell.run("help")
        for command in COMMANDS:
            check_matches(rf"^  {command} .*\w", text)

    def help_explains_each_command(self) -> None:
        for command in COMMANDS:
            check_matches(rf"^{command}( |$)", self.shell.run(f"help {command}"))
        check_matches("no command named 'nonsense'", self.shell.run("help nonsense"))

    def echo_keeps_words_and_quotes(self) -> None:
        check(self.shell.run("echo one   'two  three' \"x\\\"y\"") == 'one two  three x"y', "echo")

    def uptime_goes_on(self) -> None:
        pattern = r"^up (\d+):(\d\d):(\d\d)\.(\d{3})$"
        before, after = (
            int("".join(check_matches(pattern, self.shell.run("uptime")).groups()))
            for _ in range(2)
        )
        check(after >= before, "time went backwards")

    def clear_clears(self) -> None:
        self.shell.uart.send("clear\r")
        self.shell.uart.wait_until(
            lambda: b"\x1b[2J" in self.shell.uart.transcript[self.shell.start :], "a clear screen"
        )
        self.shell.uart.expect("quire> ")
        self.shell.at_prompt()

    def unknown_commands_get_a_hint(self) -> None:
        check_matches("no such command", self.shell.run("frobnicate"))
        check_matches("try: spawn hello", self.shell.run("hello"))
        check_matches("quote|'", self.shell.run("echo 'open"))

    def memory_adds_up_to_the_device_tree(self) -> None:
        text = self.shell.run("memstat")
        check_matches(r"= RAM of the device tree, \d+ bytes: complete", text)
        states = memory_states(self.shell)
        total = states.pop("sum")
        check(sum(states.values()) == total, f"{states} do not add up to {total}")
        check(total == self.target.ram, f"{total} bytes, not the {self.target.ram} of the machine")

    def the_kernel_counts(self) -> None:
        counters = self._counters("context --plain")
        parts = ("fast_calls", "fast_faults", "fast_replies", "other_switches")
        check(
            sum(counters[part] for part in parts) == counters["thread_switches"] > 0,
            f"{parts} do not add up in {counters}",
        )
        faults = counters["fast_faults"] + counters["slow_page_faults"]
        check(faults == counters["page_faults"] > 0, f"page faults do not add up in {counters}")
        check(counters["asids_in_use"] >= 4, "there are four programs and more")
        check_matches(r"^  thread switches +\d+ +all together", self.shell.run("context"))

    def what_a_command_did_is_counted(self) -> None:
        nothing = self._counters("context --plain echo")
        hello = self._counters("context --plain spawn hello")
        for name in ("thread_switches", "page_faults", "objects_made", "bytes_cleared"):
            check(hello[name] > nothing[name], f"{name}: {hello[name]}, of nothing {nothing[name]}")
        check(nothing["objects_made"] == 0, "echo made objects")
        check(hello["asids_in_use"] == nothing["asids_in_use"], "an address space is left")

    def _counters(self, line: str, seconds: float = 30) -> dict[str, int]:
        lines = re.findall(r"^(\w+)=(\d+)$", self.shell.run(line, seconds), re.MULTILINE)
        check(len(lines) == 18, f"{len(lines)} counters")
        return {name: int(value) for name, value in lines}

    def processes_are_listed(self) -> None:
        text = self.shell.run("ps")
        for name in ("init", "console", "pager", "shell"):
            check_matches(rf"^ *\d+ +\w+ .* {name}$", text)

    def programs_are_listed(self) -> None:
        text = self.shell.run("spawn")
        for name in PROGRAMS:
            check_matches(rf"^  {name} +\d", text)

    def hello_says_hello(self) -> None:
        text = self.shell.run("spawn hello")
        check_matches("^Hello", text)
        check_matches(r"hello ended \(exit code 0\)", text)

    def a_program_drives_a_device_that_no_other_gets(self) -> None:
        says = r"^hwclock: [a-z0-9-]+ says (\d+) seconds$"
        text = self.shell.run("spawn hwclock 1")
        before = int(check_matches(says, text)[1])
        check(int(check_matches(r"^hwclock: and now (\d+)$", text)[1]) > before, "it stands still")
        driver = check_matches(r"\[(\d+)\] hwclock", self.shell.run("spawn hwclock 1000000 &"))[1]
        self.shell.uart.settle(0.5)  # it says so, and the prompt comes once more
        self.shell.at_prompt()
        device = r"^0x[0-9a-f]+-0x[0-9a-f]+  rw-  device +4.0 KiB\n *0x[0-9a-f]+  d$"
        check_matches(device, self.shell.run(f"pagemap {driver}"))
        check_matches("no clock to drive: busy", self.shell.run("spawn hwclock"))
        self.shell.run(f"kill {driver}")
        check_matches(says, self.shell.run("spawn hwclock"))
        check_matches("the books balance", self.shell.run("memstat --check", 120))

    def arguments_arrive(self) -> None:
        text = self.shell.run("spawn arguments one two")
        check_matches("one", text)
        check_matches("two", text)

    def touch_verifies_memory(self) -> None:
        check_matches("touch: 16 MiB written and verified", self.shell.run("spawn touch 16", 120))
        check_matches(r"exit code 2", self.shell.run("spawn touch nonsense"))

    def memory_far_apart_comes_and_goes(self) -> None:
        free = []
        for _ in range(2):  # the first time the pager's books may grow
            text = self.shell.run("spawn touch apart 5000", 120)
            check_matches("touch: 5000 words far apart written and verified", text)
            free.append(free_memory(self.shell))
        # Which pages of the books stay depends on a little chance; 40 MiB came and went.
        check(free[0] - free[1] < 256 << 10, f"free memory was {free[0]} bytes and is {free[1]}")

    def unknown_programs_are_refused(self) -> None:
        check_matches("no program named 'nonsense'", self.shell.run("spawn nonsense"))
        check_matches("longer than", self.shell.run("spawn hello " + "x" * 300))

    def _misbehaviour(self, kind: str) -> None:
        text = self.shell.run(f"spawn misbehave {kind}")
        check_matches(rf"\*\*\* misbehave \(process \d+, thread 1\) stopped: .*", text)
        check_matches(MISBEHAVIOURS[kind], text)
        check_matches(r"^ +instruction +0x", text)
        check_matches(r"^ +pc ", text)
        check_matches(r"misbehave was stopped \(fault\)", text)
        check_matches("^Hello", self.shell.run("spawn hello"))

    def misbehaving_programs_are_stopped(self) -> None:
        for kind in MISBEHAVIOURS:
            self._misbehaviour(kind)

    def pagemap_shows_the_shell(self) -> None:
        number = process_number(self.shell, "shell")
        text = self.shell.run(f"pagemap {number}")
        check_matches(r"r-x +code", text)
        check_matches(r"rw- +stack", text)
        check_matches(r"guard", text)
        check_matches(r"^\d+ of \d+ pages in memory, \d+ regions$", text)
        check_matches("the pager knows no process 999", self.shell.run("pagemap 999"))

    def a_background_program_can_be_killed(self) -> None:
        number = int(check_matches(r"\[(\d+)\] spin started", self.shell.run("spawn spin &"))[1])
        check_matches(rf"^ *{number} +running ", self.shell.run("ps"))
        check_matches(rf"\[{number}\] spin was killed", self.shell.run(f"kill {number}"))
        check(f" {number} " not in self.shell.run("ps"), "it is still there")

    def the_foreground_reads(self) -> None:
        self._ask("spawn ask")
        check_matches(r"What is your name\? Ada\nHello, Ada\.", self.shell.type("Ada\r"))
        self._ask("spawn ask")
        check_matches("ask was killed", self.shell.type("x\x03"))
        self._ask("spawn ask")
        self.shell.uart.send("Bob\recho ahead\r")
        for text in (r"Hello, Bob\.", "quire> echo ahead", "^ahead", "quire> "):
            self.shell.uart.expect(text)
        self.shell.at_prompt()

    def the_background_waits_to_read(self) -> None:
        number = int(check_matches(r"\[(\d+)\] ask started", self.shell.run("spawn ask &"))[1])
        check(self.shell.run("echo mine") == "mine", "the shell does not read")
        check_matches("^Hello from", self.shell.run("spawn hello"))
        self._ask(f"fg {number}")
        text = self.shell.type("Ada\r")
        check_matches(r"Hello, Ada\.", text)
        check_matches(rf"\[{number}\] ask ended", text)

    def _ask(self, line: str) -> None:
        self.shell.uart.send(line + "\r")
        self.shell.uart.expect(r"What is your name\? ")

    def control_c_ends_a_program(self) -> None:
        self.shell.uart.send("spawn spin\r")
        self.shell.uart.expect(r"spawn spin\n")
        self.shell.uart.settle(1.0)  # until the shell waits
        check_matches(r"spin was killed", self.shell.type("\x03"))

    def servers_cannot_be_killed(self) -> None:
        number = process_number(self.shell, "pager")
        check_matches("part of the system", self.shell.run(f"kill {number}"))
        check_matches("no process 999", self.shell.run("kill 999"))
        check_matches("not a process number", self.shell.run("kill everyone"))

    def thousand_programs_leave_nothing_behind(self) -> None:
        self.shell.run("spawn hello")
        free = free_memory(self.shell)
        text = self.shell.run("repeat 1000 spawn hello", 300)
        check(len(re.findall("^Hello", text, re.MULTILINE)) == 1000, "not every one said hello")
        check("repeat: stopped" not in text, "it stopped early")
        left = free_memory(self.shell)
        check(left == free, f"free memory was {free} bytes and is {left}")

    def hundred_stopped_programs_leave_nothing_behind(self) -> None:
        self.shell.run("spawn misbehave null")
        free = free_memory(self.shell)
        text = self.shell.run("repeat 100 spawn misbehave null", 300)
        check(text.count("was stopped (fault)") == 100, "not every one was stopped")
        left = free_memory(self.shell)
        check(left == free, f"free memory was {free} bytes and is {left}")


def cases(suite: Suite, target: Target) -> None:
    suite.cases_of(target.machine(), lambda shell: Commands(shell, target))


if __name__ == "__main__":
    session.main(cases)
