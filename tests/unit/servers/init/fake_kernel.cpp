// SPDX-License-Identifier: BSD-2-Clause
//
// Stands in for sys::invoke().

#include "fake_kernel.hpp"

namespace init_test {

namespace {

FakeKernel* the_kernel = nullptr;

} // namespace

FakeKernel::FakeKernel() {
    the_kernel = this;
}

FakeKernel::~FakeKernel() {
    the_kernel = nullptr;
}

std::vector<Invocation> FakeKernel::calls(api::Invocation label) const {
    std::vector<Invocation> found;
    for (auto const& call : calls_) {
        if (call.label == label) {
            found.push_back(call);
        }
    }
    return found;
}

sys::Result<sys::RegisterWords> FakeKernel::invoke(Invocation call) {
    calls_.push_back(call);
    if (answer_) {
        return answer_(call);
    }
    return sys::RegisterWords{};
}

} // namespace init_test

namespace sys {

Result<RegisterWords> invoke(api::CPtr object, api::Invocation label,
                             std::span<api::Word const> words, std::span<api::CPtr const> caps) {
    return init_test::the_kernel->invoke({.object = object,
                                          .label = label,
                                          .words = {words.begin(), words.end()},
                                          .caps = {caps.begin(), caps.end()}});
}

} // namespace sys
