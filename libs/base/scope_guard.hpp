// SPDX-License-Identifier: BSD-2-Clause
//
// ScopeGuard: undo written next to do. It runs on every early return and is disarmed at commit.
#pragma once

#include <utility>

namespace base {

template <typename Undo>
class [[nodiscard]] ScopeGuard {
public:
    explicit ScopeGuard(Undo undo) : undo_{std::move(undo)} {}
    ScopeGuard(ScopeGuard const&) = delete;
    ScopeGuard& operator=(ScopeGuard const&) = delete;

    ~ScopeGuard() {
        if (armed_) {
            undo_();
        }
    }

    void disarm() { armed_ = false; }

private:
    Undo undo_;
    bool armed_{true};
};

} // namespace base
