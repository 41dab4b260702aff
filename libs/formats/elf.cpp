// SPDX-License-Identifier: BSD-2-Clause
//
// ELF: headers first, then each segment against its predecessor.

#include <base/bits.hpp>
#include <formats/elf.hpp>

#include <algorithm>
#include <array>

namespace formats::elf {

namespace {

constexpr unsigned page_bits = 12;
constexpr std::array<std::uint8_t, 4> magic{0x7f, 'E', 'L', 'F'};
constexpr std::uint8_t class_64 = 2;
constexpr std::uint8_t little_endian = 1;
constexpr std::uint16_t type_executable = 2;
constexpr std::uint16_t machine_aarch64 = 183;
constexpr std::uint32_t program_header_load = 1;

struct FileHeader {
    std::array<std::uint8_t, 4> magic;
    std::uint8_t file_class;
    std::uint8_t data_encoding;
    std::array<std::uint8_t, 10> rest_of_identification;
    std::uint16_t type;
    std::uint16_t machine;
    std::uint32_t version;
    std::uint64_t entry;
    std::uint64_t program_headers;
    std::uint64_t section_headers;
    std::uint32_t flags;
    std::uint16_t header_size;
    std::uint16_t program_header_size;
    std::uint16_t program_header_count;
    std::uint16_t section_header_size;
    std::uint16_t section_header_count;
    std::uint16_t section_names;
};

static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
    using Executable = base::Bits<bool, 0>;
    using Writable = base::Bits<bool, 1>;
    using Readable = base::Bits<bool, 2>;

    std::uint32_t type;
    std::uint32_t flags;
    std::uint64_t offset;
    std::uint64_t virtual_address;
    std::uint64_t physical_address;
    std::uint64_t file_size;
    std::uint64_t memory_size;
    std::uint64_t alignment;
};

static_assert(sizeof(ProgramHeader) == 56);

Result<FileHeader> read_header(Bytes file) {
    if (file.size() < sizeof(FileHeader)) {
        return base::fail(Error::TooShort);
    }
    auto const header = read_at<FileHeader>(file, 0);
    if (header.magic != magic) {
        return base::fail(Error::NotElf);
    }
    if (header.file_class != class_64 || header.data_encoding != little_endian) {
        return base::fail(Error::Not64BitLittleEndian);
    }
    if (header.machine != machine_aarch64) {
        return base::fail(Error::NotAArch64);
    }
    if (header.type != type_executable) {
        return base::fail(Error::NotExecutable);
    }
    auto const table = std::uint64_t{sizeof(ProgramHeader)} * header.program_header_count;
    if (header.program_header_size != sizeof(ProgramHeader) ||
        !inside(file, header.program_headers, table)) {
        return base::fail(Error::BadProgramHeaders);
    }
    return header;
}

Result<Segment> check_segment(Bytes file, Segment const& segment, AddressRange allowed) {
    if (!inside(file, segment.offset, segment.file_size)) {
        return base::fail(Error::OutsideFile);
    }
    if (segment.file_size > segment.memory_size) {
        return base::fail(Error::FileLargerThanMemory);
    }
    if (segment.address < allowed.begin || segment.address > allowed.end ||
        segment.memory_size > allowed.end - segment.address) {
        return base::fail(Error::OutsideAddressRange);
    }
    if (!base::is_aligned(segment.address - segment.offset, page_bits)) {
        return base::fail(Error::BadAlignment);
    }
    if (segment.writable && segment.executable) {
        return base::fail(Error::WritableAndExecutable);
    }
    return segment;
}

} // namespace

std::string_view describe(Error error) {
    switch (error) {
    case Error::TooShort: return "shorter than an ELF header";
    case Error::NotElf: return "not an ELF file";
    case Error::Not64BitLittleEndian: return "not a 64-bit little-endian program";
    case Error::NotAArch64: return "not a program for AArch64";
    case Error::NotExecutable: return "not an executable linked at fixed addresses";
    case Error::BadProgramHeaders: return "program headers outside the file, or of an unknown size";
    case Error::NoSegments: return "nothing to load";
    case Error::OutsideFile: return "a segment outside the file";
    case Error::FileLargerThanMemory: return "a segment larger in the file than in memory";
    case Error::OutsideAddressRange: return "a segment where no program may be";
    case Error::BadAlignment: return "a segment not aligned like its bytes in the file";
    case Error::Overlap: return "segments that overlap, share a page or are out of order";
    case Error::WritableAndExecutable: return "a segment both writable and executable";
    case Error::BadEntry: return "an entry point outside the code";
    }
    return "unknown error";
}

Result<Program> Program::parse(Bytes file, AddressRange allowed) {
    auto const header = TRY(read_header(file));
    Program const program{
        file, {header.program_headers, header.program_header_count}, header.entry};
    std::uint64_t pages_end = 0;
    bool entry_found = false;
    std::size_t index = 0;
    for (; auto const found = program.segment(index); ++index) {
        auto const segment = TRY(check_segment(file, *found, allowed));
        if (index > 0 && base::align_down(segment.address, page_bits) < pages_end) {
            return base::fail(Error::Overlap);
        }
        pages_end = base::align_up(segment.end(), page_bits);
        entry_found = entry_found || (segment.executable && header.entry >= segment.address &&
                                      header.entry < segment.end());
    }
    if (index == 0) {
        return base::fail(Error::NoSegments);
    }
    if (!entry_found || !base::is_aligned(header.entry, 2)) {
        return base::fail(Error::BadEntry);
    }
    return program;
}

std::optional<Segment> Program::segment(std::size_t index) const {
    for (std::uint64_t i = 0; i < headers_.count; ++i) {
        auto const header =
            read_at<ProgramHeader>(file_, headers_.offset + i * sizeof(ProgramHeader));
        bool const counts = header.type == program_header_load && header.memory_size > 0;
        if (!counts || index-- > 0) {
            continue;
        }
        return Segment{.offset = header.offset,
                       .file_size = header.file_size,
                       .address = header.virtual_address,
                       .physical_address = header.physical_address,
                       .memory_size = header.memory_size,
                       .readable = ProgramHeader::Readable::get(header.flags),
                       .writable = ProgramHeader::Writable::get(header.flags),
                       .executable = ProgramHeader::Executable::get(header.flags)};
    }
    return std::nullopt;
}

AddressRange Program::pages() const {
    AddressRange range{base::align_down(first().address, page_bits), 0};
    for (std::size_t i = 0; auto const found = segment(i); ++i) {
        range.end = base::align_up(found->end(), page_bits);
    }
    return range;
}

} // namespace formats::elf
