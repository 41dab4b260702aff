// SPDX-License-Identifier: BSD-2-Clause
//
// Programs as ELF files, read strictly: a file that is accepted can be loaded without any further
// check. Only what this system runs is accepted, AArch64 programs linked at fixed addresses.
#pragma once

#include <base/result.hpp>
#include <formats/bytes.hpp>

#include <iterator>

namespace formats::elf {

enum class Error : std::uint8_t {
    Truncated,
    NotElf,
    Not64Bit,
    NotLittleEndian,
    UnknownVersion,
    NotExecutable,
    WrongMachine,
    BadHeaderSize,
    HeadersOutsideFile,
    NoSegments,
    SegmentOutsideFile,
    FileLargerThanMemory,
    AddressOverflow,
    AddressOutOfRange,
    Misaligned,
    WritableAndExecutable,
    Overlap,
    BadEntry,
};

std::string_view describe(Error error);

template <typename T = void>
using Result = base::Result<T, Error>;

/// A part of the program that occupies memory: bytes of the file, then zeroes.
struct Segment {
    std::uint64_t file_offset;
    std::uint64_t file_size;
    std::uint64_t address;
    std::uint64_t physical_address; // where a boot loader puts it
    std::uint64_t memory_size;      // not 0
    bool writable;
    bool executable;

    [[nodiscard]] std::uint64_t end() const { return address + memory_size; }
};

/// Where segments may lie; `end` is the first address behind.
struct AddressRange {
    std::uint64_t begin;
    std::uint64_t end;
};

/// All addresses: for a reader that places programs as they wish.
inline constexpr AddressRange anywhere{0, ~std::uint64_t{0} - 0xfff};

/// Pages of this size have one kind of access; segments share none.
inline constexpr unsigned page_bits = 12;

class Segments;

class Program {
public:
    static Result<Program> open(Bytes file, AddressRange allowed);

    [[nodiscard]] std::uint64_t entry() const { return entry_; }

    /// The loadable segments, by ascending address; at least one.
    [[nodiscard]] Segments segments() const;

    /// The bytes of the file that `segment` begins with.
    [[nodiscard]] Bytes contents(Segment const& segment) const {
        return file_.subspan(segment.file_offset, segment.file_size);
    }

    /// From the first page of the first segment to the end of the last page of the last.
    [[nodiscard]] AddressRange pages() const { return pages_; }

private:
    friend class Segments;

    explicit Program(Bytes file) : file_{file} {}

    Result<> read_header();
    Result<> check_segments(AddressRange allowed);

    Bytes file_;
    std::uint64_t entry_{0};
    std::uint64_t headers_{0}; // the table's offset in the file
    std::uint16_t header_count_{0};
    AddressRange pages_{};
};

/// A range over the loadable segments of an accepted program.
class Segments {
public:
    class Iterator {
    public:
        using value_type = Segment;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(Program const& program, std::uint16_t index);

        Segment operator*() const;
        Iterator& operator++();
        Iterator operator++(int);

        friend bool operator==(Iterator const& a, Iterator const& b) {
            return a.index_ == b.index_;
        }

    private:
        void skip_others();

        Bytes file_;
        std::uint64_t headers_{0};
        std::uint16_t index_{0};
        std::uint16_t count_{0};
    };

    explicit Segments(Program const& program)
        : begin_{program, 0}, end_{program, program.header_count_} {}

    [[nodiscard]] Iterator begin() const { return begin_; }
    [[nodiscard]] Iterator end() const { return end_; }

private:
    Iterator begin_;
    Iterator end_;
};

inline Segments Program::segments() const {
    return Segments{*this};
}

} // namespace formats::elf
