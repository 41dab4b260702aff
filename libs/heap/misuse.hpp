// SPDX-License-Identifier: BSD-2-Clause
//
// What a program can do wrong with a heap's blocks, and who is told.
#pragma once

#include <cstdint>
#include <string_view>

namespace heap {

enum class Misuse : std::uint8_t {
    ForeignPointer, // not of this heap
    NotABlock, // inside this heap, but no block begins there, or what lies before it was spoiled
    ReleasedTwice,
    WrittenBehind, // past the end of the block
    BrokenBooks,   // the heap's own notes contradict each other: something wrote where it must not
};

/// For people.
constexpr std::string_view describe(Misuse misuse) {
    switch (misuse) {
    case Misuse::ForeignPointer: return "pointer of no block of this heap";
    case Misuse::NotABlock: return "no block begins here, or its header was overwritten";
    case Misuse::ReleasedTwice: return "released twice";
    case Misuse::WrittenBehind: return "written past the end of the block";
    case Misuse::BrokenBooks: return "the heap's own notes were overwritten";
    }
    return "unknown misuse";
}

/// If `on_misuse` returns, the heap leaves the block in question as it is, and goes on.
class MisuseHandler {
public:
    virtual void on_misuse(Misuse what, void const* where) = 0;

protected:
    ~MisuseHandler() = default; // never owned through this interface
};

} // namespace heap
