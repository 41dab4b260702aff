// SPDX-License-Identifier: BSD-2-Clause
//
// VSpace invocations: cache maintenance by address. Mapping has a file of its own.

#include "cache_request.hpp"
#include "map_request.hpp"
#include <kernel/kernel_state.hpp>
#include <kernel/object/vspace.hpp>

#include <optional>

namespace kernel {

namespace {

std::optional<arch::CacheOperation> operation_of(Word label) {
    switch (api::Invocation{label}) {
    case api::Invocation::VSpaceCleanData: return arch::CacheOperation::Clean;
    case api::Invocation::VSpaceInvalidateData: return arch::CacheOperation::Invalidate;
    case api::Invocation::VSpaceCleanInvalidateData: return arch::CacheOperation::CleanInvalidate;
    case api::Invocation::VSpaceUnifyInstruction: return arch::CacheOperation::Unify;
    default: return std::nullopt;
    }
}

Result<> maintain(KernelState& kernel, Invocation const& call) {
    auto const operation = operation_of(call.label);
    if (!operation) {
        return fail(Failure::illegal_operation());
    }
    if (!call.has(CacheRequest::count)) {
        return fail(Failure::truncated_message());
    }
    CacheRequest const request{call.args};
    if (request.end() <= request.start()) {
        return fail(Failure::invalid_argument(1));
    }
    if (request.end() > api::user_top) {
        return fail(Failure::illegal_operation());
    }
    auto const space = TRY(find_address_space(kernel, call.cap(), 0));
    base::UserAddr const start{request.start()};
    auto const position = space.vspace.root.walk(start);
    if (!position.entry.is_leaf(position.level)) {
        return {}; // nothing there, nothing cached
    }
    auto const page_end =
        start.aligned_down(position.bits_left()) + base::bit(position.bits_left());
    if (request.end() > page_end.raw()) {
        return fail(Failure::range(start.raw(), page_end.raw() - 1));
    }
    TRY(check_permission(*operation, position.entry));
    return maintain_range(
        kernel, call.caller, *operation,
        {.root = call.cap().address(), .asid = space.asid, .begin = start, .size = request.size()});
}

} // namespace

Result<> invoke_vspace(KernelState& kernel, Invocation& call, Answer&) {
    return call.is(api::Invocation::VSpaceMapFrames) ? map_frames(kernel, call)
                                                     : maintain(kernel, call);
}

} // namespace kernel
