// SPDX-License-Identifier: BSD-2-Clause
//
// All sequences of some operations up to a length. Two sequences that lead to the same bytes in the
// kernel have the same future, so each state is gone on from once only.
#pragma once

#include "lab.hpp"

#include <unordered_map>
#include <utility>

namespace model {

/// QUIRE_MODEL_LONGER: by how much sequences are to be longer than they usually are.
inline unsigned longer() {
    return static_cast<unsigned>(from_environment("QUIRE_MODEL_LONGER", 0));
}

/// A laboratory whose state can be put back, and told from others.
template <typename T>
concept StatefulLaboratory = Laboratory<T> && requires(T lab, typename T::State const& state,
                                                       typename T::Operation const& operation) {
    { lab.save() } -> std::same_as<typename T::State>;
    { lab.restore(state) };
    { lab.hash() } -> std::same_as<std::uint64_t>;
    { lab.means_something(operation) } -> std::same_as<bool>; // here and now
};

template <StatefulLaboratory Lab>
class Explorer {
public:
    using Operation = Lab::Operation;

    Explorer(Lab& lab, std::vector<Operation> alphabet)
        : lab_{lab}, alphabet_{std::move(alphabet)} {}

    /// From the state after `before`; empty if kernel and model always agreed.
    std::string search(unsigned length, std::vector<Operation> const& before = {}) {
        path_ = before;
        if (auto finding = replay(lab_, before); !finding.empty()) {
            return report(lab_, before);
        }
        return go_on(length);
    }

    [[nodiscard]] std::size_t states() const { return seen_.size(); }
    [[nodiscard]] std::size_t steps() const { return steps_; }

private:
    // NOLINTNEXTLINE(misc-no-recursion): as deep as sequences are long
    std::string go_on(unsigned length) {
        auto const here = lab_.save();
        bool is_here = true;
        for (auto const& operation : alphabet_) {
            if (!std::exchange(is_here, true)) {
                lab_.restore(here);
            }
            if (!lab_.means_something(operation)) {
                continue;
            }
            is_here = false;
            path_.push_back(operation);
            ++steps_;
            if (!lab_.apply(operation).empty()) {
                return report(lab_, path_);
            }
            if (length > 1 && is_news(length - 1)) {
                if (auto finding = go_on(length - 1); !finding.empty()) {
                    return finding;
                }
            }
            path_.pop_back();
        }
        return {};
    }

    /// This state has not been gone on from yet with as many operations.
    bool is_news(unsigned left) {
        auto& most = seen_[lab_.hash()];
        bool const more = left > most;
        most = std::max(most, left);
        return more;
    }

    Lab& lab_;
    std::vector<Operation> alphabet_;
    std::vector<Operation> path_;
    std::unordered_map<std::uint64_t, unsigned> seen_;
    std::size_t steps_{0};
};

} // namespace model
