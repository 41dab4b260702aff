// SPDX-License-Identifier: BSD-2-Clause
//
// ELF: a strict reader of static AArch64 programs (ELF-64 Object File Format 1.5; Arm IHI 0056).
// What it accepts can be mapped page by page with the rights the segments ask for.
#pragma once

#include <base/address.hpp>
#include <base/result.hpp>
#include <formats/bytes.hpp>

#include <optional>

namespace formats::elf {

enum class Error {
    TooShort,
    NotElf,
    Not64BitLittleEndian,
    NotAArch64,
    NotExecutable,
    BadProgramHeaders,
    NoSegments,
    OutsideFile,
    FileLargerThanMemory,
    OutsideAddressRange,
    BadAlignment,
    Overlap,
    WritableAndExecutable,
    BadEntry,
};

[[nodiscard]] std::string_view describe(Error error);

template <typename T>
using Result = base::Result<T, Error>;

/// One PT_LOAD program header.
struct Segment {
    std::uint64_t offset; // in the file
    std::uint64_t file_size;
    std::uint64_t address;
    std::uint64_t physical_address;
    std::uint64_t memory_size; // what the file does not fill is zero
    bool readable;
    bool writable;
    bool executable;

    [[nodiscard]] std::uint64_t end() const { return address + memory_size; }
};

/// Addresses a program may use, [begin, end).
struct AddressRange {
    std::uint64_t begin;
    std::uint64_t end;
};

class Program {
public:
    /// Segments are checked to be in ascending order, to share no page, to lie in `allowed`, and
    /// to be congruent to their file offset modulo the page size; the entry, to be in an
    /// executable one.
    [[nodiscard]] static Result<Program> parse(Bytes file, AddressRange allowed);

    [[nodiscard]] std::uint64_t entry() const { return entry_; }
    [[nodiscard]] Bytes file() const { return file_; }

    /// Number `index` of the segments that take up memory; nothing past the last.
    [[nodiscard]] std::optional<Segment> segment(std::size_t index) const;

    /// Number 0, which every program has.
    [[nodiscard]] Segment first() const { return segment(0).value_or(Segment{}); }

    /// From the first page of the first segment to the end of the last one's.
    [[nodiscard]] AddressRange pages() const;

private:
    struct Headers {
        std::uint64_t offset;
        std::uint64_t count;
    };

    Program(Bytes file, Headers headers, std::uint64_t entry)
        : file_{file}, headers_{headers}, entry_{entry} {}

    Bytes file_;
    Headers headers_;
    std::uint64_t entry_;
};

} // namespace formats::elf
