// SPDX-License-Identifier: BSD-2-Clause
//
// The pager's loop: receive, serve, answer. It waits for nothing else and calls nobody.

#include <api/fault.hpp>
#include <base/format.hpp>
#include <pager/bootstrap.hpp>
#include <pager/pager.hpp>
#include <pager/sys_port.hpp>
#include <sys/endpoint.hpp>
#include <sys/start/runtime.hpp>

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
        pager.trim();
        return sys::reply_recv(endpoint.cptr(), reply.cptr(),
                               {.info = api::MessageInfo::make(label, 0)});
    }
    auto const answer = pager.on_message(message.badge, sys::load(message));
    pager.trim();
    return endpoint.reply_recv(reply, answer,
                               api::CPtr{static_cast<api::Word>(pager.attachment())});
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
    Pager pager{bootstrap.memory(), policy::selected()};
    for (sys::Received message = endpoint.recv(reply);;) {
        message = serve(pager, message);
    }
}
