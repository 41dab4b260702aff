// SPDX-License-Identifier: BSD-2-Clause
//
// Console: the server. Interrupts move bytes between the UART and the queues, requests move them
// between the queues and the clients. Nothing here waits: who must wait is answered later.
#pragma once

#include <console/input.hpp>
#include <console/output.hpp>
#include <drivers/pl011.hpp>
#include <ipc/server_loop.hpp>

namespace console {

/// `Uart` is drivers::Pl011, `Interrupt` sys::IrqHandler, `Attention` sys::Notification, `Loop`
/// ipc::ServerLoop; or their fakes.
template <typename Uart, typename Interrupt, typename Attention, typename Loop>
class Console {
public:
    /// `attention` is for ctrl-C while the owner of the terminal does not read. Only `keeper` may
    /// say that a process is gone.
    Console(Uart& uart, Interrupt interrupt, Attention attention, Loop& loop, Pid keeper)
        : uart_{uart}, interrupt_{interrupt}, attention_{attention}, loop_{loop}, keeper_{keeper} {}

    /// Takes what was typed before anybody listened; from now on there are interrupts.
    void start() { serve_uart(); }

    void on_signals(api::Word /*signals*/) {
        serve_uart();
        // The interrupt is a level, so it may come again only after its cause has been seen to.
        static_cast<void>(interrupt_.acknowledge());
        answer_readers();
        answer_writers();
    }

    std::optional<ipc::Packet> on_message(api::Badge badge, ipc::Packet const& packet) {
        using namespace ipc::console;
        return ipc::dispatch<Write, Read, Foreground, TakeInterrupt, Forget>(*this, badge, packet);
    }

    template <typename R>
    using Answer = std::optional<ipc::Result<typename R::Reply>>;

    Answer<ipc::console::Write> handle(api::Badge badge, ipc::console::Write const& request) {
        if (request.length > ipc::console::max_text) {
            return base::fail(ipc::Error::BadMessage);
        }
        if (output_.ready()) {
            output_.write(pid(badge), request.view());
            transmit();
            return ipc::console::Write::Reply{};
        }
        auto* const caller = loop_.defer();
        if (caller == nullptr) {
            return base::fail(ipc::Error::Busy);
        }
        writers_.push_back(*caller);
        return std::nullopt;
    }

    Answer<ipc::console::Read> handle(api::Badge badge, ipc::console::Read const& request) {
        if (owns_terminal(badge)) {
            bring_to_front(pid(badge));
        }
        if (may_take_input(badge)) {
            return input_.take(request.max);
        }
        auto* caller = loop_.defer();
        if (caller == nullptr && owns_terminal(badge) && send_a_reader_away()) {
            caller = loop_.defer();
        }
        if (caller == nullptr) {
            return base::fail(ipc::Error::OutOfMemory);
        }
        caller->badge = badge;
        caller->note = request.max;
        readers_.push_back(*caller);
        return std::nullopt;
    }

    Answer<ipc::console::Foreground> handle(api::Badge badge,
                                            ipc::console::Foreground const& request) {
        if (!owns_terminal(badge)) {
            return base::fail(ipc::Error::PermissionDenied);
        }
        bring_to_front(request.pid);
        answer_readers();
        return ipc::console::Foreground::Reply{};
    }

    Answer<ipc::console::TakeInterrupt> handle(api::Badge badge,
                                               ipc::console::TakeInterrupt const&) {
        if (!owns_terminal(badge) && pid(badge) != keeper_) {
            return base::fail(ipc::Error::PermissionDenied);
        }
        return ipc::console::TakeInterrupt::Reply{.pressed = input_.take_interrupt()};
    }

    Answer<ipc::console::Forget> handle(api::Badge badge, ipc::console::Forget const& request) {
        if (pid(badge) != keeper_) {
            return base::fail(ipc::Error::PermissionDenied);
        }
        while (auto* const reader = reader_of(request.pid)) {
            readers_.remove(*reader);
            loop_.forget(*reader);
        }
        output_.forget(request.pid);
        transmit();
        return ipc::console::Forget::Reply{};
    }

private:
    /// The deepest transmit FIFO of a PL011: filling it passes the level at which it interrupts,
    /// and a long text does not keep us from the input.
    static constexpr unsigned burst = 32;

    [[nodiscard]] static Pid pid(api::Badge badge) {
        return ipc::console::Caller::Process::get(static_cast<api::Word>(badge));
    }

    [[nodiscard]] static bool owns_terminal(api::Badge badge) {
        return ipc::console::Caller::OwnsTerminal::get(static_cast<api::Word>(badge));
    }

    /// Ctrl-C is for the owner of the terminal only, whoever is in the foreground.
    [[nodiscard]] bool may_take_input(api::Badge badge) const {
        return pid(badge) == output_.foreground() && !input_.empty() &&
               (!input_.interrupted() || owns_terminal(badge));
    }

    /// The one that has waited longest, or null.
    [[nodiscard]] ipc::ReplyObject* reader_of(Pid client) const {
        auto* reader = readers_.front();
        while (reader != nullptr && pid(reader->badge) != client) {
            reader = ipc::CallerQueue::next(*reader);
        }
        return reader;
    }

    /// Makes room among those who wait. False if there is nobody to send.
    [[nodiscard]] bool send_a_reader_away() {
        auto* const reader = readers_.pop_front();
        if (reader != nullptr) {
            loop_.answer(*reader, ipc::refusal(ipc::Error::OutOfMemory));
        }
        return reader != nullptr;
    }

    void bring_to_front(Pid client) {
        output_.bring_to_front(client);
        transmit();
    }

    /// Clears first and looks afterwards, so that whatever comes in between interrupts again.
    void serve_uart() {
        uart_.acknowledge({.receive = true, .transmit = true});
        while (auto const byte = uart_.try_get()) {
            take_in(*byte);
        }
        for (unsigned sent = 0; sent < burst && uart_.can_put(); ++sent) {
            auto const byte = output_.next();
            if (!byte) {
                break;
            }
            uart_.put(*byte);
        }
        transmitting_ = !output_.empty();
        uart_.enable_interrupts({.receive = true, .transmit = transmitting_});
    }

    void take_in(char byte) {
        auto const* const reader = reader_of(output_.foreground());
        bool const owner_reads = reader != nullptr && owns_terminal(reader->badge);
        if (byte == Input::interrupt_key && !owner_reads) {
            input_.interrupt();
            attention_.signal();
        } else {
            input_.add(byte);
        }
    }

    /// While bytes are leaving, the next interrupt sees to the new ones.
    void transmit() {
        if (!transmitting_ && !output_.empty()) {
            serve_uart();
            answer_readers();
        }
    }

    void answer_readers() {
        while (auto* const reader = reader_of(output_.foreground())) {
            if (!may_take_input(reader->badge)) {
                return;
            }
            readers_.remove(*reader);
            loop_.answer(*reader, ipc::pack(static_cast<api::Word>(ipc::Error::None),
                                            input_.take(reader->note)));
        }
    }

    /// Their texts were not kept: they send them again, in the order in which they waited.
    void answer_writers() {
        if (!output_.relaxed()) {
            return;
        }
        while (auto* const caller = writers_.pop_front()) {
            loop_.answer(*caller, ipc::refusal(ipc::Error::Busy));
        }
    }

    Uart& uart_;
    Interrupt interrupt_;
    Attention attention_;
    Loop& loop_;
    Pid keeper_;
    Output output_;
    Input input_;
    ipc::CallerQueue readers_; // `note`: how much they want
    ipc::CallerQueue writers_;
    bool transmitting_{false};
};

} // namespace console
