#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Images and machines with something wrong: each is told why in one line, and stops."""

import dataclasses
import pathlib
import re
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable

import session
from images import Elf, Image, springboard
from make_archive import pack
from quire import boards, qemu
from quire.uart import Uart
from session import Suite, Target, check

# QEMU puts a raw image without a header here and enters it like any kernel; far behind it are the
# real image, and a device tree of our choice.
IMAGE_ADDRESS = {"qemu-virt": 0x4200_0000, "rpi4": 0x0200_0000}
TREE_ADDRESS = {"qemu-virt": 0x4A00_0000, "rpi4": 0x0800_0000}

WRITABLE, EXECUTABLE = 2, 1
X86_64 = 62

NO_FIRST_LINE = ["-serial", "null"]

Breakage = Callable[[bytes], bytes]
BROKEN_PROGRAMS: dict[str, tuple[Breakage, str]] = {
    "that is no ELF file": (lambda elf: b"no program at all" * 100, "not an ELF file"),
    "that is empty": (lambda elf: b"", "shorter than an ELF header"),
    "for another processor": (
        lambda elf: Elf(elf).set_machine(X86_64).encoded(),
        "not a program for AArch64",
    ),
    "with a writable and executable segment": (
        lambda elf: Elf(elf).change_segment(0, flags=7).encoded(),
        "both writable and executable",
    ),
    "whose segments overlap": (
        lambda elf: Elf(elf).change_segment(1, address=Elf(elf).segment(0)["address"]).encoded(),
        "segments that overlap",
    ),
    "that points outside its file": (
        lambda elf: Elf(elf).change_segment(0, file_size=1 << 40, memory_size=1 << 40).encoded(),
        "outside the file",
    ),
    "that begins outside its code": (
        lambda elf: Elf(elf).set_entry(0x1000).encoded(),
        "entry point outside the code",
    ),
    "that is cut off": (lambda elf: elf[: len(elf) // 2], "outside the file"),
}


class Bench:
    """Boots images that exist for one test only."""

    def __init__(self, target: Target, folder: pathlib.Path) -> None:
        self.target = target
        self.folder = folder
        self.image = Image(target.image)

    def file(self, name: str, data: bytes) -> pathlib.Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def stops(self, reason: str, image: bytes, **choices) -> None:
        """The image gives the reason, in one line, and says nothing after it."""
        self.line_says_and_stops(self.machine(image, **choices).command(), reason)

    def machine(self, image: bytes, **choices):
        return self.target.machine(image=self.file("broken.img", image), **choices)

    def line_says_and_stops(self, command: list[str], reason: str) -> None:
        with Uart(command) as uart:
            uart.expect(rf"^.*{reason}.*\n")
            uart.expect_silence(0.5)
            check(uart.process.poll() is None, "the machine did not stay")

    def with_tree(self, tree: bytes | None) -> list[str]:
        """The real image, entered with a device tree that QEMU has not looked at."""
        name = self.target.board.name
        address = TREE_ADDRESS[name] if tree is not None else 0
        start = self.file("start.img", springboard(IMAGE_ADDRESS[name], address))
        loaders = [(self.target.image, IMAGE_ADDRESS[name])]
        if tree is not None:
            loaders.append((self.file("tree.dtb", tree), TREE_ADDRESS[name]))
        extra = []
        for path, where in loaders:
            extra += ["-device", f"loader,file={path},addr={where:#x},force-raw=on"]
        return self.target.machine(image=start, device_tree=None, extra=extra).command()

    def at_el3(self) -> list[str]:
        """The image, entered where QEMU itself starts firmware only."""
        where = IMAGE_ADDRESS[self.target.board.name]
        extra = ["-device", f"loader,file={self.target.image},addr={where:#x},force-raw=on"]
        extra += ["-device", f"loader,addr={where:#x},cpu-num=0"]
        if self.target.board is boards.VIRT:
            extra += ["-machine", "secure=on"]
        command = self.target.machine(device_tree=None, extra=extra).command()
        kernel = command.index("-kernel")
        return command[:kernel] + command[kernel + 2 :]

    def tree(self) -> bytes:
        """A good device tree of this machine."""
        if self.target.device_tree is not None:
            return self.target.device_tree.read_bytes()
        path = self.folder / "virt.dtb"
        command = self.target.machine(extra=["-machine", f"dumpdtb={path}"]).command()
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return path.read_bytes()

    def tree_with_ram(self, size: int) -> bytes:
        """This machine's device tree, with another size of memory from the same address on."""
        text = self.dtc("dtb", "dts", self.tree()).decode()
        cells = f"0x00 {0x4000_0000:#x} 0x00" if self.target.board is boards.VIRT else "0x00 0x00"
        memory = re.compile(r"(memory@\w+ \{[^}]*reg = <)[^>]*>")
        check(memory.search(text), "no memory node in the device tree")
        return self.dtc("dts", "dtb", memory.sub(rf"\g<1>{cells} {size:#x}>", text).encode())

    @staticmethod
    def dtc(source: str, result: str, data: bytes) -> bytes:
        command = ["dtc", "-q", "-I", source, "-O", result, "-o", "-", "-"]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def wrong_checksum(archive: bytes) -> str:
    """What is said of an archive that was to have another one."""
    return rf"boot archive truncated or damaged: its checksum is {zlib.crc32(archive):#010x}, not"


def archives(suite: Suite, bench: Bench) -> None:
    image = bench.image
    good = image.archive
    middle = len(good) // 2
    damaged = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
    whole = bytes(image.bytes)

    def case(name: str, reason: str, data: bytes) -> None:
        suite.case(f"boot archive {name}", lambda: bench.stops(reason, data))

    case("missing", "boot archive missing", image.with_archive(b""))
    case("cut off", "boot archive truncated or damaged", whole[: image.archive_offset + middle])
    flipped = whole[: image.archive_offset] + damaged
    case("with a wrong bit", wrong_checksum(damaged), flipped)
    for distance in (1, 4, 8):
        elsewhere = image.said_to_be_elsewhere(distance)
        case(f"said to be {distance} bytes further on", wrong_checksum(good[distance:]), elsewhere)
    case("that is no archive", "boot archive", image.with_archive(b"not an archive" * 1000))
    case("that has no end", "boot archive", image.with_archive(good[:middle]))
    for name in ("boot/kernel", "boot/init"):
        files = {path: data for path, data in image.files().items() if path != name}
        case(f"without {name}", name, image.with_archive(pack(files)))


def programs(suite: Suite, bench: Bench) -> None:
    for path in ("boot/kernel", "boot/init", "boot/pager"):
        for name, (breakage, reason) in BROKEN_PROGRAMS.items():
            def body(path=path, breakage=breakage, reason=reason) -> None:
                def change(files: dict[str, bytes]) -> None:
                    files[path] = breakage(files[path])

                name = path.removeprefix("boot/")
                bench.stops(f"{name}.*{reason}", bench.image.with_files(change))

            suite.case(f"{path} {name}", body)


def paged_programs(suite: Suite, bench: Bench) -> None:
    """A bad program of bin/ is refused when it is asked for; the shell goes on."""
    def change(files: dict[str, bytes]) -> None:
        for number, (breakage, _) in enumerate(BROKEN_PROGRAMS.values()):
            files[f"bin/bad{number}"] = breakage(files["bin/hello"])

    def body() -> None:
        with session.booted(bench.machine(bench.image.with_files(change))) as shell:
            for number, (name, (_, reason)) in enumerate(BROKEN_PROGRAMS.items()):
                text = shell.run(f"spawn bad{number}")
                check(re.search("not a program this machine can run", text), f"{name}: {text}")
                check(re.search(reason, text), f"{name}: {text}")
            check("Hello" in shell.run("spawn hello"), "the shell did not go on")

    suite.case("bad programs in bin/ are refused, and the shell goes on", body)


def device_trees(suite: Suite, bench: Bench) -> None:
    tree = bench.tree()

    def says(name: str, reason: str, data: bytes) -> None:
        command = bench.with_tree(data)
        suite.case(f"device tree {name}", lambda: bench.line_says_and_stops(command, reason))

    says("cut off", "device tree damaged", tree[:64].ljust(4096, b"\0"))
    says("with a wild structure", "device tree damaged", tree[:300] + b"\xff" * (len(tree) - 300))
    says("with wild offsets", "device tree damaged", tree[:8] + b"\xff" * 16 + tree[24:])

    def boots(name: str, data: bytes | None) -> None:
        def body() -> None:
            with Uart(bench.with_tree(data)) as uart:
                uart.expect("no device tree: assuming")
                uart.expect("^quire> ", session.BOOT_SECONDS)

        suite.case(f"device tree {name}: the board's RAM is assumed", body)

    boots("missing", None)
    boots("replaced by something else", b"\0" * 4096)


def little_memory(suite: Suite, bench: Bench) -> None:
    """Too little for the kernel, for init, for the pager: whoever notices first says so."""
    def says(name: str, reason: str, command: list[str]) -> None:
        suite.case(name, lambda: bench.line_says_and_stops(command, reason))

    says("RAM of 512 KiB", "not enough memory", bench.with_tree(bench.tree_with_ram(1 << 19)))
    says("no RAM at all", "describes no memory", bench.with_tree(bench.tree_with_ram(0)))
    if bench.target.board is boards.VIRT:
        less = bench.with_tree(bench.tree_with_ram((2 << 20) - 4096))
        says("RAM of a page less than 2 MiB", "too little RAM: no whole block of 2 MiB", less)
        image = bytes(bench.image.bytes)
        machine = bench.machine(image, memory="5M")
        says("RAM of 5 MiB", "too little memory.*the system stops here", machine.command())

        def pager_refuses() -> None:
            with Uart(bench.machine(image, memory="8M").command()) as uart:
                uart.expect("^pager: .* memory .*; the system stops here$")

        suite.case("RAM of 8 MiB", pager_refuses)


def entry_levels(suite: Suite, bench: Bench) -> None:
    reason = "entered at EL3: firmware has to start this image at EL2 or EL1"
    suite.case("entered at EL3", lambda: bench.line_says_and_stops(bench.at_el3(), reason))


def kernel_that_loads_from(address: int, kernel: bytes, with_symbols: bytes) -> bytes:
    """The kernel, in which the way in from a program goes wrong as soon as it has a stack frame."""
    broken = Elf(kernel)
    start = broken.code(Elf(with_symbols).symbol("handle_user_synchronous"))
    words = struct.unpack_from("<16I", broken.data, start)
    set_frame_pointer = 0x910003FD  # add x29, sp, #...
    opcodes = [word & ~0x3FFC00 for word in words]
    frame_made = opcodes.index(set_frame_pointer) + 1
    load = (0xD2800000 | address << 5, 0xF9400000)  # mov x0, #address; ldr x0, [x0]
    struct.pack_into("<2I", broken.data, start + 4 * frame_made, *load)
    return broken.encoded()


def kernel_panics(suite: Suite, bench: Bench) -> None:
    """A kernel that faults says where and why, and stops."""
    address = 0x10

    def change(files: dict[str, bytes]) -> None:
        symbols = (bench.target.build / "elf" / "kernel.elf").read_bytes()
        files["boot/kernel"] = kernel_that_loads_from(address, files["boot/kernel"], symbols)

    machine = bench.machine(bench.image.with_files(change))

    def body() -> None:
        number = "0x[0-9a-f]{16}"
        with Uart(machine.command()) as uart:
            uart.expect("^quire kernel: panic: synchronous exception: data abort$")
            uart.expect(rf"^for thread root at {number}, system call -?\d+$")
            uart.expect(rf"^x0 +0x{address:016x}  x1 +{number}  x2 +{number}$")
            uart.expect(rf"^x30 +{number}  sp +0xffff[0-9a-f]+  pc +0xffff[0-9a-f]+$")
            uart.expect(rf"^esr +{number}  far +0x{address:016x}  spsr +{number}$")
            uart.expect(rf"^  {number} handle_user_synchronous\+0x")
            uart.expect(rf"^  {number} user_synchronous\+0x.*\n")
            uart.expect_silence(0.5)
            check(uart.process.poll() is None, "the machine did not stay")

    def second_line() -> None:
        swapped = dataclasses.replace(machine, serial=[*NO_FIRST_LINE, *qemu.PIPES])
        with Uart(swapped.command()) as uart:
            uart.expect("^quire kernel: panic: synchronous exception: data abort$")

    suite.case("a kernel that faults says where, and stops", body)
    if bench.target.board is boards.RPI4:
        suite.case("a kernel that faults says so on the mini UART, too", second_line)


def cases(suite: Suite, target: Target) -> None:
    with tempfile.TemporaryDirectory(prefix="quire-e2e-") as folder:
        bench = Bench(target, pathlib.Path(folder))
        archives(suite, bench)
        programs(suite, bench)
        paged_programs(suite, bench)
        device_trees(suite, bench)
        little_memory(suite, bench)
        entry_levels(suite, bench)
        kernel_panics(suite, bench)


if __name__ == "__main__":
    session.main(cases)
