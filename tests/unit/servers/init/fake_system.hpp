// SPDX-License-Identifier: BSD-2-Clause
//
// The pager and the console as init sees them: they answer its calls and keep books of what init
// holds, so that a test can ask whether everything was given back.
#pragma once

#include "fake_kernel.hpp"
#include <ipc/protocol/console.hpp>
#include <ipc/protocol/pager_management.hpp>
#include <sys/syscall.hpp>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace init_test {

/// Where a request went wrong on purpose.
struct Trouble {
    unsigned after{~0u}; // so many more succeed first
    ipc::Error error{ipc::Error::OutOfMemory};
};

class FakePager {
public:
    /// Every request but those that give something back may run into trouble.
    Trouble trouble;

    std::set<api::Word> spaces;
    std::set<api::Word> untypeds;
    std::set<api::Word> buffers; // spaces that have got one
    std::vector<ipc::pager::MapFile> files;
    std::vector<ipc::pager::MapStack> stacks;
    std::vector<ipc::pager::WatchStack> watched;
    std::vector<ipc::pager::MapDevice> devices;
    std::map<api::Word, ipc::pager::SetQuota> quotas;
    std::map<api::Word, api::Word> forbidden;
    std::deque<ipc::pager::TakeReport::Reply> reports;
    api::Word last_space{0};
    std::map<api::Word, api::Word> clones; // that are complete: of which space

    template <typename R>
    using Result = ipc::Result<typename R::Reply>;

    Result<ipc::pager::CreateSpace> handle(api::Badge, ipc::pager::CreateSpace const&);
    Result<ipc::pager::DestroySpace> handle(api::Badge, ipc::pager::DestroySpace const& request);
    Result<ipc::pager::CloneSpace> handle(api::Badge, ipc::pager::CloneSpace const& request);
    Result<ipc::pager::MapFile> handle(api::Badge, ipc::pager::MapFile const& request);
    Result<ipc::pager::MapStack> handle(api::Badge, ipc::pager::MapStack const& request);
    Result<ipc::pager::SetQuota> handle(api::Badge, ipc::pager::SetQuota const& request);
    Result<ipc::pager::SetAccessPolicy> handle(api::Badge,
                                               ipc::pager::SetAccessPolicy const& request);
    Result<ipc::pager::WatchStack> handle(api::Badge, ipc::pager::WatchStack const& request);
    Result<ipc::pager::MapDevice> handle(api::Badge, ipc::pager::MapDevice const& request);
    Result<ipc::pager::MapBuffer> handle(api::Badge, ipc::pager::MapBuffer const& request);
    Result<ipc::pager::TakeUntyped> handle(api::Badge, ipc::pager::TakeUntyped const&);
    Result<ipc::pager::ReturnUntyped> handle(api::Badge, ipc::pager::ReturnUntyped const& request);
    Result<ipc::pager::TakeReport> handle(api::Badge, ipc::pager::TakeReport const&);

private:
    [[nodiscard]] bool in_trouble();

    api::Word last_untyped_{0};
    api::Word half_ended_{0};  // a space ends in two steps
    api::Word half_cloned_{0}; // and is cloned in two, once it is there
};

class FakeConsole {
public:
    std::string text;
    std::vector<api::Word> forgotten;
    bool interrupted{false};

    ipc::Result<ipc::console::Write::Reply> handle(api::Badge, ipc::console::Write const& request);
    ipc::Result<ipc::console::Forget::Reply> handle(api::Badge,
                                                    ipc::console::Forget const& request);
    ipc::Result<ipc::console::TakeInterrupt::Reply>
    handle(api::Badge, ipc::console::TakeInterrupt const& request);
};

/// Which capability pointer leads to whom.
inline constexpr api::CPtr manage{500}, speak{501};

/// Answers system calls while it lives.
class FakeSystem {
public:
    FakeSystem();
    ~FakeSystem();
    FakeSystem(FakeSystem const&) = delete;
    FakeSystem& operator=(FakeSystem const&) = delete;

    sys::Received call(api::CPtr target, sys::Outgoing message);

    FakeKernel kernel;
    FakePager pager;
    FakeConsole console;
    std::vector<std::string> thread_names;              // as they are given
    std::map<api::CPtr, std::vector<ipc::Packet>> sent; // answers, by reply object
    std::uint64_t milliseconds{0};
};

} // namespace init_test
