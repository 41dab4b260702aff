// SPDX-License-Identifier: BSD-2-Clause
//
// What all model tests share: a laboratory, in which the kernel and a model of it do the same
// operations and are compared after each, and two ways to choose them.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace model {

inline std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}

    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    bool one_in(std::uint64_t number) { return below(number) == 0; }

    template <typename Range>
    auto const& any_of(Range const& range) {
        return std::data(range)[below(std::size(range))];
    }

private:
    std::mt19937_64 engine_;
};

/// Operations are data that can be applied in any state, so sequences can be cut short and stay
/// meaningful. What apply() answers is what the kernel and the model disagree on, in words.
template <typename T>
concept Laboratory = requires(T lab, typename T::Operation const& operation) {
    { lab.reset() };
    { lab.apply(operation) } -> std::same_as<std::string>;
    { lab.describe(operation) } -> std::same_as<std::string>;
};

/// One that thinks of operations.
template <typename T>
concept RandomLaboratory = Laboratory<T> && requires(T lab, Random& random) {
    { lab.choose(random) } -> std::same_as<typename T::Operation>;
};

/// Applies the operations to a fresh system, until there is something to report.
template <Laboratory Lab>
std::string replay(Lab& lab, std::vector<typename Lab::Operation> const& operations) {
    lab.reset();
    for (auto const& operation : operations) {
        if (auto finding = lab.apply(operation); !finding.empty()) {
            return finding;
        }
    }
    return {};
}

/// Leaves out whatever is not needed for something to go wrong.
template <Laboratory Lab>
std::vector<typename Lab::Operation> shrunk(Lab& lab,
                                            std::vector<typename Lab::Operation> operations) {
    for (auto chunk = operations.size() / 2; chunk > 0; chunk /= 2) {
        for (std::size_t at = 0; at + chunk <= operations.size();) {
            auto fewer = operations;
            auto const from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            fewer.erase(from, from + static_cast<std::ptrdiff_t>(chunk));
            if (replay(lab, fewer).empty()) {
                at += chunk;
            } else {
                operations = std::move(fewer);
            }
        }
    }
    return operations;
}

template <Laboratory Lab>
std::string report(Lab& lab, std::vector<typename Lab::Operation> operations) {
    auto const length = operations.size();
    operations = shrunk(lab, std::move(operations));
    std::string text;
    std::string finding;
    lab.reset();
    for (auto const& operation : operations) {
        text += "  " + lab.describe(operation) + "\n";
        finding = lab.apply(operation);
    }
    return finding + "\nafter these of " + std::to_string(length) + " operations:\n" + text;
}

/// Episodes of random operations, each in a fresh system, `steps` operations in all. Empty if
/// kernel and model always agreed.
///
/// QUIRE_MODEL_STEPS and QUIRE_MODEL_SEED replace number and sequence. With QUIRE_MODEL_TRACE=1
/// each operation is printed before it is done: for failures that end the program.
template <RandomLaboratory Lab>
std::string search_at_random(Lab& lab, std::uint64_t steps, std::uint64_t episode_length = 500) {
    auto const total = from_environment("QUIRE_MODEL_STEPS", steps);
    auto const first_seed = from_environment("QUIRE_MODEL_SEED", 1);
    bool const traced = from_environment("QUIRE_MODEL_TRACE", 0) != 0;
    std::vector<typename Lab::Operation> operations;
    for (std::uint64_t done = 0, episode = 0; done < total; ++episode) {
        Random random{first_seed + (episode << 32)};
        lab.reset();
        operations.clear();
        for (; operations.size() < episode_length && done < total; ++done) {
            operations.push_back(lab.choose(random));
            if (traced) {
                std::fprintf(stderr, "%s\n", lab.describe(operations.back()).c_str());
            }
            if (!lab.apply(operations.back()).empty()) {
                return "seed " + std::to_string(first_seed) + ", step " + std::to_string(done) +
                       ": " + report(lab, std::move(operations));
            }
        }
    }
    return {};
}

} // namespace model
