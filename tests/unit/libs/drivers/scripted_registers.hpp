// SPDX-License-Identifier: BSD-2-Clause
//
// ScriptedRegisters: a device made of a script. It remembers what was written, in order, and
// answers reads with what the test laid ready, else with what was last written.
#pragma once

#include <base/mmio.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace drivers::test {

class ScriptedRegisters {
public:
    struct Write {
        std::size_t offset;
        std::uint64_t value;

        friend bool operator==(Write const&, Write const&) = default;
    };

    /// What drivers get: they copy it.
    class Io {
    public:
        explicit Io(ScriptedRegisters& device) : device_{&device} {}

        template <std::unsigned_integral T>
        [[nodiscard]] T load(std::size_t offset) const {
            return static_cast<T>(device_->read(offset));
        }

        template <std::unsigned_integral T>
        void store(std::size_t offset, T value) const {
            device_->writes.push_back({offset, value});
            device_->values[offset] = value;
        }

    private:
        ScriptedRegisters* device_;
    };

    Io io() { return Io{*this}; }

    /// The next reads of this register give these, one after another; then the last for ever.
    void will_read(std::size_t offset, std::initializer_list<std::uint64_t> answers) {
        script_[offset] = answers;
    }

    /// All that was written to one register, in order.
    [[nodiscard]] std::vector<std::uint64_t> written(std::size_t offset) const {
        std::vector<std::uint64_t> found;
        for (auto const& write : writes) {
            if (write.offset == offset) {
                found.push_back(write.value);
            }
        }
        return found;
    }

    /// The position of the first such write among all; the test fails without one.
    [[nodiscard]] std::size_t when(Write wanted) const {
        auto const found = std::ranges::find(writes, wanted);
        return static_cast<std::size_t>(found - writes.begin());
    }

    std::map<std::size_t, std::uint64_t> values;
    std::vector<Write> writes;

private:
    std::uint64_t read(std::size_t offset) {
        auto const found = script_.find(offset);
        if (found == script_.end() || found->second.empty()) {
            return values[offset];
        }
        auto const answer = found->second.front();
        if (found->second.size() > 1) {
            found->second.pop_front();
        }
        return answer;
    }

    std::map<std::size_t, std::deque<std::uint64_t>> script_;
};

static_assert(base::RegisterIo<ScriptedRegisters::Io>);

} // namespace drivers::test
