// SPDX-License-Identifier: BSD-2-Clause
//
// The file header first, then each program header in turn; nothing is looked at before it is known
// to lie inside the file.

#include <base/bits.hpp>
#include <formats/elf.hpp>

#include <algorithm>

namespace formats::elf {

namespace {

/// The file header of ELF64.
namespace header {
constexpr std::uint64_t size = 64;
constexpr std::array<char, 4> magic{'\x7f', 'E', 'L', 'F'};
constexpr std::uint64_t file_class = 4;
constexpr std::uint64_t byte_order = 5;
constexpr std::uint64_t ident_version = 6;
constexpr std::uint64_t type = 16;
constexpr std::uint64_t machine = 18;
constexpr std::uint64_t version = 20;
constexpr std::uint64_t entry = 24;
constexpr std::uint64_t program_headers = 32;
constexpr std::uint64_t header_size = 52;
constexpr std::uint64_t program_header_size = 54;
constexpr std::uint64_t program_header_count = 56;

constexpr std::uint8_t class_64 = 2;
constexpr std::uint8_t little_endian = 1;
constexpr std::uint8_t current_version = 1;
constexpr std::uint16_t executable = 2;
constexpr std::uint16_t aarch64 = 183;
} // namespace header

/// One entry of the program header table.
namespace program_header {
constexpr std::uint64_t size = 56;
constexpr std::uint64_t type = 0;
constexpr std::uint64_t flags = 4;
constexpr std::uint64_t offset = 8;
constexpr std::uint64_t address = 16;
constexpr std::uint64_t physical_address = 24;
constexpr std::uint64_t file_size = 32;
constexpr std::uint64_t memory_size = 40;

constexpr std::uint32_t load = 1;
using Executable = base::Bits<bool, 0>;
using Writable = base::Bits<bool, 1>;
} // namespace program_header

Segment read_segment(Bytes entry) {
    namespace field = program_header;
    auto const flags = load_little<std::uint32_t>(entry, field::flags);
    auto const word = [&](std::uint64_t offset) {
        return load_little<std::uint64_t>(entry, offset);
    };
    return {.file_offset = word(field::offset),
            .file_size = word(field::file_size),
            .address = word(field::address),
            .physical_address = word(field::physical_address),
            .memory_size = word(field::memory_size),
            .writable = field::Writable::get(flags),
            .executable = field::Executable::get(flags)};
}

/// What can be said of a segment without knowing the others.
Result<> check(Segment const& segment, Bytes file, AddressRange allowed) {
    if (!holds(file, segment.file_offset, segment.file_size)) {
        return base::fail(Error::SegmentOutsideFile);
    }
    if (segment.file_size > segment.memory_size) {
        return base::fail(Error::FileLargerThanMemory);
    }
    // The page behind the end must have an address too, so that rounding up cannot wrap.
    if (segment.memory_size > anywhere.end - std::min(segment.address, anywhere.end)) {
        return base::fail(Error::AddressOverflow);
    }
    if (segment.address < allowed.begin || segment.end() > allowed.end) {
        return base::fail(Error::AddressOutOfRange);
    }
    if (!base::is_aligned(segment.address - segment.file_offset, page_bits)) {
        return base::fail(Error::Misaligned);
    }
    if (segment.writable && segment.executable) {
        return base::fail(Error::WritableAndExecutable);
    }
    return {};
}

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::Truncated: return "the file is shorter than an ELF header";
    case Error::NotElf: return "not an ELF file";
    case Error::Not64Bit: return "not a 64-bit program";
    case Error::NotLittleEndian: return "not a little-endian program";
    case Error::UnknownVersion: return "unknown version of ELF";
    case Error::NotExecutable: return "not an executable linked at fixed addresses";
    case Error::WrongMachine: return "not a program for AArch64";
    case Error::BadHeaderSize: return "headers of an unknown size";
    case Error::HeadersOutsideFile: return "program headers outside the file";
    case Error::NoSegments: return "nothing to load";
    case Error::SegmentOutsideFile: return "a segment outside the file";
    case Error::FileLargerThanMemory: return "a segment larger in the file than in memory";
    case Error::AddressOverflow: return "a segment beyond the end of the address space";
    case Error::AddressOutOfRange: return "a segment where no program may be";
    case Error::Misaligned: return "a segment not aligned like its bytes in the file";
    case Error::WritableAndExecutable: return "a segment both writable and executable";
    case Error::Overlap: return "segments that overlap, share a page or are out of order";
    case Error::BadEntry: return "an entry point outside the code";
    }
    return "unknown error";
}

Result<Program> Program::open(Bytes file, AddressRange allowed) {
    Program program{file};
    TRY(program.read_header());
    TRY(program.check_segments(allowed));
    return program;
}

Result<> Program::read_header() {
    namespace field = header;
    if (!std::ranges::equal(as_text(file_.first(std::min(file_.size(), field::magic.size()))),
                            field::magic)) {
        return base::fail(Error::NotElf);
    }
    if (file_.size() < field::size) {
        return base::fail(Error::Truncated);
    }
    auto const byte = [&](std::uint64_t at) { return load_little<std::uint8_t>(file_, at); };
    auto const half = [&](std::uint64_t at) { return load_little<std::uint16_t>(file_, at); };
    if (byte(field::file_class) != field::class_64) {
        return base::fail(Error::Not64Bit);
    }
    if (byte(field::byte_order) != field::little_endian) {
        return base::fail(Error::NotLittleEndian);
    }
    if (byte(field::ident_version) != field::current_version ||
        load_little<std::uint32_t>(file_, field::version) != field::current_version) {
        return base::fail(Error::UnknownVersion);
    }
    if (half(field::type) != field::executable) {
        return base::fail(Error::NotExecutable);
    }
    if (half(field::machine) != field::aarch64) {
        return base::fail(Error::WrongMachine);
    }
    if (half(field::header_size) != field::size ||
        half(field::program_header_size) != program_header::size) {
        return base::fail(Error::BadHeaderSize);
    }
    entry_ = load_little<std::uint64_t>(file_, field::entry);
    headers_ = load_little<std::uint64_t>(file_, field::program_headers);
    header_count_ = half(field::program_header_count);
    if (!holds(file_, headers_, header_count_ * program_header::size)) {
        return base::fail(Error::HeadersOutsideFile);
    }
    return {};
}

Result<> Program::check_segments(AddressRange allowed) {
    bool is_first = true;
    bool entry_found = false;
    for (auto const& segment : segments()) {
        TRY(check(segment, file_, allowed));
        auto const first_page = base::align_down(segment.address, page_bits);
        if (!is_first && first_page < pages_.end) {
            return base::fail(Error::Overlap);
        }
        if (is_first) {
            pages_.begin = first_page;
        }
        is_first = false;
        pages_.end = base::align_up(segment.end(), page_bits);
        entry_found |= segment.executable && segment.address <= entry_ && entry_ < segment.end();
    }
    if (is_first) {
        return base::fail(Error::NoSegments);
    }
    if (!entry_found || !base::is_aligned(entry_, 2)) {
        return base::fail(Error::BadEntry);
    }
    return {};
}

Segments::Iterator::Iterator(Program const& program, std::uint16_t index)
    : file_{program.file_}, headers_{program.headers_}, index_{index},
      count_{program.header_count_} {
    skip_others();
}

/// To the next header that asks for memory.
void Segments::Iterator::skip_others() {
    for (; index_ < count_; ++index_) {
        auto const entry =
            file_.subspan(headers_ + index_ * program_header::size, program_header::size);
        auto const type = load_little<std::uint32_t>(entry, program_header::type);
        if (type == program_header::load && read_segment(entry).memory_size != 0) {
            return;
        }
    }
}

Segment Segments::Iterator::operator*() const {
    return read_segment(
        file_.subspan(headers_ + index_ * program_header::size, program_header::size));
}

Segments::Iterator& Segments::Iterator::operator++() {
    ++index_;
    skip_others();
    return *this;
}

Segments::Iterator Segments::Iterator::operator++(int) {
    auto const old = *this;
    ++*this;
    return old;
}

} // namespace formats::elf
