// SPDX-License-Identifier: BSD-2-Clause
//
// Completion: what the word before the cursor could become. Candidates are visited, not stored, so
// there may be any number of them.
#pragma once

#include <cstddef>
#include <string_view>

namespace shell {

class CandidateVisitor {
public:
    virtual void visit(std::string_view candidate) = 0;

protected:
    ~CandidateVisitor() = default;
};

class Completer {
public:
    /// Visits everything that may follow `before` (the line up to the word being completed) as the
    /// next word, whatever the word begins with.
    virtual void candidates(std::string_view before, CandidateVisitor& visitor) = 0;

protected:
    ~Completer() = default;
};

} // namespace shell
