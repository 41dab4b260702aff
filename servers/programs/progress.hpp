// SPDX-License-Identifier: BSD-2-Clause
//
// Progress: whom long work tells how far it is.
#pragma once

#include <cstdint>

namespace programs {

class Progress {
public:
    /// So much more is done.
    virtual void advance(std::uint64_t amount) = 0;

protected:
    ~Progress() = default; // never owned through this interface
};

/// For work that is done before anybody asks.
class NoProgress final : public Progress {
public:
    void advance(std::uint64_t) override {}
};

} // namespace programs
