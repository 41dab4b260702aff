// SPDX-License-Identifier: BSD-2-Clause
//
// Runs come whole and go whole.

#include <heap/run_set.hpp>

#include <new>

namespace heap {

Result<RunHeader*> RunSet::take(std::size_t size, Memory memory) {
    Run const taken = TRY(source_.take(base::align_up(size, page_bits), memory));
    auto* const run = new (taken.begin)
        RunHeader{.extent = {}, .memory = memory, .physical = taken.physical, .payload_offset = 0};
    runs_.insert(&run->extent, taken.size);
    reserved_ += taken.size;
    return run;
}

bool RunSet::give(RunHeader& run) {
    auto const size = run.extent.size;
    // The header goes with the run, and must be off the books by then.
    runs_.remove(run.extent);
    if (!source_.give(run.begin(), size)) {
        runs_.insert(&run.extent, size);
        return false;
    }
    reserved_ -= size;
    return true;
}

RunHeader& RunSet::split(RunHeader& run, std::size_t size) {
    auto const rest_size = run.extent.size - size;
    auto* const rest = new (run.begin() + size) RunHeader{run};
    runs_.remove(run.extent);
    runs_.insert(&run.extent, size);
    runs_.insert(&rest->extent, rest_size);
    return *rest;
}

} // namespace heap
