// SPDX-License-Identifier: BSD-2-Clause
//
// Runs come whole and go in any parts.

#include <heap/run_set.hpp>

#include <new>

namespace heap {

RunHeader& RunSet::add(std::byte* begin, std::byte* end, RunHeader const& like) {
    auto* const run = new (begin) RunHeader{like};
    runs_.insert(&run->extent, static_cast<std::size_t>(end - begin));
    return *run;
}

Result<RunHeader*> RunSet::take(std::size_t size, Memory memory) {
    Run const run = TRY(source_.take(base::align_up(size, page_bits), memory));
    reserved_ += run.size;
    return &add(run.begin, run.begin + run.size,
                {.extent = {}, .memory = memory, .physical = run.physical, .payload_offset = 0});
}

bool RunSet::give(RunHeader& run, std::byte* begin, std::byte* end) {
    RunHeader const old = run;
    std::byte* const run_begin = run.begin();
    std::byte* const run_end = run.end();
    // The header is perhaps in what is given, and must be off the books by then.
    runs_.remove(run.extent);
    if (!source_.give(begin, static_cast<std::size_t>(end - begin))) {
        runs_.insert(&run.extent, old.extent.size);
        return false;
    }
    reserved_ -= static_cast<std::size_t>(end - begin);
    if (run_begin < begin) {
        add(run_begin, begin, old);
    }
    if (end < run_end) {
        add(end, run_end, old); // a block that devices use has its beginning in front
    }
    return true;
}

} // namespace heap
