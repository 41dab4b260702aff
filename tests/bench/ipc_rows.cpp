// SPDX-License-Identifier: BSD-2-Clause
//
// Messages and faults: this thread calls or faults, a passive server in another address space, of
// higher priority, answers. The scheduling context goes there and comes back.

#include "loops.hpp"
#include "rows.hpp"
#include "second_space.hpp"
#include "worker.hpp"

namespace bench {

namespace {

using api::Error;
using api::Invocation;
using api::MessageInfo;
using test::require;
using test::Worker;

template <Word Words>
void call_reply(Lab& lab, Samples& samples) {
    constexpr auto info = MessageInfo::make(0, Words).raw();
    auto const endpoint = lab.make_endpoint();
    Worker server{lab, [](Worker& self) { answer_calls(self.endpoint, self.reply, info); },
                  Worker::default_priority, make_second_space(lab)};
    server.endpoint = endpoint;
    server.reply = lab.make_reply();
    server.start();
    server.take_time();
    samples.take([&] {
        auto const call = marked_trap(api::Syscall::Call, {{endpoint, info, 1, 2, 3, 4}});
        require(call.registers.info().length() == Words);
        return call.cost();
    });
}

void handle_faults(Worker& self) {
    constexpr auto map = MessageInfo::make(std::to_underlying(Invocation::PageMap), 3, 1);
    self.buffer().caps_or_badges[0] = Lab::vspace;
    map_faulting_pages(self.endpoint, self.reply, self.steps, map.raw());
}

void fault_map_resume(Lab& lab, Samples& samples) {
    auto const endpoint = lab.make_endpoint();
    auto const frame = lab.make(api::ObjectType::SmallPage);
    Worker handler{lab, handle_faults, Worker::default_priority, make_second_space(lab)};
    handler.endpoint = endpoint;
    handler.reply = lab.make_reply();
    handler.steps = frame;
    handler.start();
    handler.take_time();
    require(
        lab.invoke(Lab::tcb, Invocation::TcbSetSpace, {0, 0}, {endpoint, Lab::cnode, Lab::vspace})
            .error == Error::None);
    samples.take([&] {
        auto const before = mark();
        asm volatile("str xzr, [%0]" ::"r"(Lab::window) : "memory");
        auto const after = mark();
        require(lab.invoke(frame, Invocation::PageUnmap).error == Error::None);
        return between(before, after);
    });
}

constexpr Row rows[] = {
    {"ipc.call_reply.0", call_reply<0>},    {"ipc.call_reply.4", call_reply<4>},
    {"ipc.call_reply.10", call_reply<10>},  {"ipc.call_reply.100", call_reply<100>},
    {"fault.map_resume", fault_map_resume},
};

} // namespace

constinit Rows const ipc_rows{rows};

} // namespace bench
