// SPDX-License-Identifier: BSD-2-Clause
//
// The pager's loop: receive, serve, answer. It waits for nothing else and calls nobody. Beside it
// runs a thread that asks it, like a client, to do work ahead when nobody else wants the processor.

#include <api/fault.hpp>
#include <base/format.hpp>
#include <pager/bootstrap.hpp>
#include <pager/pager.hpp>
#include <pager/sys_port.hpp>
#include <sys/endpoint.hpp>
#include <sys/start/runtime.hpp>
#include <sys/thread.hpp>

#include <array>
#include <new>

namespace {

using namespace pager;

constinit Heap* books_heap = nullptr;

void* allocate(std::size_t size) {
    void* const object = books_heap->allocate(size);
    if (object == nullptr) {
        sys::trap(); // the reserve was to rule this out
    }
    return object;
}

[[noreturn]] void give_up(std::string_view reason) {
    char buffer[128];
    for (char const c : base::format_to(buffer, "pager: ", reason, "; the system stops here\n")) {
        sys::debug_put_char(c);
    }
    sys::trap();
}

constexpr sys::Endpoint endpoint{api::CPtr{startup::slot::endpoint}};
constexpr sys::Reply reply{api::CPtr{startup::slot::reply}};

bool is_vm_fault(sys::Received const& message) {
    return ipc::pager::Caller::IsFault::get(static_cast<api::Word>(message.badge)) &&
           message.info.label() == static_cast<api::Word>(api::Fault::VmFault) &&
           message.info.length() == api::vm_fault::length;
}

/// VM faults stay in registers all the way; the rest is unpacked.
sys::Received serve(Pager& pager, sys::Received const& message) {
    if (is_vm_fault(message)) {
        auto const fault = decode_fault(message.info.label(), message.words);
        auto const label = pager.on_fault(message.badge, fault);
        pager.finish_fault();
        return sys::reply_recv(endpoint.cptr(), reply.cptr(),
                               {.info = api::MessageInfo::make(label, 0)});
    }
    if (sys::brought_capability(message.info)) {
        pager.take_capability();
    }
    auto const answer = pager.on_message(message.badge, sys::load(message));
    pager.finish();
    return endpoint.reply_recv(reply, answer,
                               api::CPtr{static_cast<api::Word>(pager.attachment())});
}

// ---- the worker: a second thread, of the lowest priority, which knows no books ----------------

alignas(16) constinit std::array<std::byte, 4096> worker_stack{};

[[noreturn]] void work_ahead() {
    constexpr api::CPtr pager{startup::slot::worker_endpoint};
    for (;;) {
        // One word each way: this thread has no IPC buffer.
        auto const answer =
            sys::call(pager, {.info = api::MessageInfo::make(ipc::pager::WorkAhead::label, 0)});
        if (answer.words[0] == 0) {
            static_cast<void>(sys::wait(api::CPtr{startup::slot::worker_wake}));
        }
    }
}

bool start_worker() {
    api::UserRegisters registers{};
    registers.pc = reinterpret_cast<api::Word>(&work_ahead);
    registers.sp = reinterpret_cast<api::Word>(worker_stack.data() + worker_stack.size());
    constexpr sys::Tcb worker{api::CPtr{startup::slot::worker}};
    return worker.write_registers(registers, true).has_value();
}

/// Storage for what must not lie on the stack, built when there is something to build it from.
template <typename T>
class Late {
public:
    template <typename... Args>
    T& make(Args&&... args) {
        return *new (static_cast<void*>(bytes_)) T(std::forward<Args>(args)...);
    }

private:
    alignas(T) std::byte bytes_[sizeof(T)]{};
};

constinit Late<Bootstrap> bootstrap_storage;

} // namespace

void* operator new(std::size_t size) {
    return allocate(size);
}

void operator delete(void* object) noexcept {
    books_heap->release(object);
}

void operator delete(void* object, std::size_t) noexcept {
    books_heap->release(object);
}

int main(api::Word startup_block) {
    auto const& info = *reinterpret_cast<startup::Info const*>(startup_block);
    if (auto const fault = Bootstrap::check(info)) {
        give_up(*fault);
    }
    SysPort port;
    Bootstrap& bootstrap = bootstrap_storage.make(info, port);
    Heap heap{bootstrap.pages()};
    books_heap = &heap;
    if (auto const started = bootstrap.run(); !started) {
        give_up(started.error());
    }
    Pager pager{bootstrap.memory(), policy::selected(), bootstrap.fixed_slots()};
    if (!start_worker()) {
        give_up("the kernel refused to start the worker");
    }
    sys::set_receive_slot({api::CPtr{startup::slot::cnode}, startup::slot::received});
    for (sys::Received message = endpoint.recv(reply);;) {
        message = serve(pager, message);
    }
}
