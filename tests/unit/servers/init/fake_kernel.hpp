// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel as init's tests see it: it remembers every invocation and answers as the test says.
#pragma once

#include <sys/invoke.hpp>

#include <functional>
#include <vector>

namespace init_test {

struct Invocation {
    api::CPtr object;
    api::Invocation label;
    std::vector<api::Word> words;
    std::vector<api::CPtr> caps;
};

class FakeKernel {
public:
    using Answer = std::function<sys::Result<sys::RegisterWords>(Invocation const&)>;

    FakeKernel();
    ~FakeKernel();
    FakeKernel(FakeKernel const&) = delete;
    FakeKernel& operator=(FakeKernel const&) = delete;

    /// Instead of success.
    void answer(Answer answer) { answer_ = std::move(answer); }

    [[nodiscard]] std::vector<Invocation> const& calls() const { return calls_; }

    /// Those with one label.
    [[nodiscard]] std::vector<Invocation> calls(api::Invocation label) const;

    sys::Result<sys::RegisterWords> invoke(Invocation call);

private:
    std::vector<Invocation> calls_;
    Answer answer_;
};

inline sys::Error refused(api::Error code) {
    return {.code = code, .words = {}};
}

} // namespace init_test
