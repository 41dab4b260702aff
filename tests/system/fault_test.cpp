// SPDX-License-Identifier: BSD-2-Clause
//
// Faults: each kind with its message, and what the answer does.

#include "registers.hpp"
#include "suites.hpp"
#include "worker.hpp"

namespace test {

namespace {

using api::Error;
using api::Invocation;
using api::Syscall;

/// A worker with a fault handler, which is this test.
struct Patient {
    Patient(Lab& lab, Body body)
        : worker{lab, body}, faults{lab.make_endpoint()}, reply{lab.make_reply()} {
        worker.set_fault_handler(lab.mint(faults, 0xfa));
    }

    Registers next_fault() { return recv(faults, reply); }

    Worker worker;
    Word faults;
    Word reply;
};

void access_to_nothing(Lab& lab) {
    Patient patient{
        lab, [](Worker& self) { self.steps = *reinterpret_cast<Word volatile*>(Lab::window); }};
    patient.worker.start();
    auto const fault = patient.next_fault();
    expect_equal(fault.badge(), 0xfa);
    expect_equal(fault.label(), 6);
    expect_equal(fault.info().length(), 4);
    expect_equal(fault.word(1), Lab::window);
    expect_equal(fault.word(2), 0);
    expect_equal(fault.word(0), patient.worker.read_register(0));
    expect_equal(fault.word(3) / base::bit(26), 0x24); // a data abort from a program
    expect_equal(fault.word(3) / base::bit(6) % 2, 0); // a read

    auto const frame = lab.make(api::ObjectType::SmallPage);
    expect_success(lab.invoke(frame, Invocation::PageMap, {Lab::window, 3, 5}, {Lab::vspace}));
    *reinterpret_cast<Word volatile*>(Lab::window) = 77;
    send(patient.reply, {.label = 1}); // the label does not matter: it tries again
    expect(patient.worker.finished != 0);
    expect_equal(patient.worker.steps, 77);
}

void write_and_execute(Lab& lab) {
    Patient writer{lab, [](Worker&) { *reinterpret_cast<Word volatile*>(Lab::window + 8) = 1; }};
    writer.worker.start();
    auto fault = writer.next_fault();
    expect_equal(fault.word(1), Lab::window + 8);
    expect_equal(fault.word(3) / base::bit(6) % 2, 1);
    Patient jumper{lab, [](Worker&) { reinterpret_cast<void (*)()>(Lab::window + 4)(); }};
    jumper.worker.start();
    fault = jumper.next_fault();
    expect_equal(fault.word(0), Lab::window + 4);
    expect_equal(fault.word(1), Lab::window + 4);
    expect_equal(fault.word(2), 1);
    expect_equal(fault.word(3) / base::bit(26), 0x20);
}

void kernel_memory_is_out_of_reach(Lab& lab) {
    constexpr Word kernel_address = 0xffff'ffff'c000'0000;
    Patient patient{
        lab, [](Worker&) { static_cast<void>(*reinterpret_cast<Word volatile*>(kernel_address)); }};
    patient.worker.start();
    auto const fault = patient.next_fault();
    expect_equal(fault.label(), 6);
    expect_equal(fault.word(1), kernel_address);
}

void undefined_instruction(Lab& lab) {
    Patient patient{lab, [](Worker& self) {
                        asm volatile("udf #0");
                        ++self.steps;
                    }};
    patient.worker.start();
    auto const fault = patient.next_fault();
    expect_equal(fault.label(), 3);
    expect_equal(fault.info().length(), 5);
    auto const stack = fault.word(1);
    expect_equal(stack, patient.worker.read_register(1));
    send(patient.reply, {.length = 1, .words = {fault.word(0) + 4}}); // go on behind it
    expect(patient.worker.finished != 0);
    expect_equal(patient.worker.steps, 1);
}

void privileged_instruction_and_breakpoint(Lab& lab) {
    Patient privileged{lab, [](Worker&) { asm volatile("msr vbar_el1, xzr"); }};
    privileged.worker.start();
    expect_equal(privileged.next_fault().label(), 3);
    Patient stopped{lab, [](Worker&) { asm volatile("brk #7"); }};
    stopped.worker.start();
    auto const fault = stopped.next_fault();
    expect_equal(fault.label(), 3);
    expect_equal(fault.word(3) / base::bit(26), 0x3c);
    send(stopped.reply, {.label = 1}); // any other label stops it
    expect(stopped.worker.finished == 0);
}

void floating_point_when_disabled(Lab& lab) {
    Patient patient{lab, [](Worker&) { set_d31(1); }};
    expect_success(lab.invoke(patient.worker.tcb(), Invocation::TcbSetFlags, {0, 1}), {1});
    patient.worker.start();
    auto const fault = patient.next_fault();
    expect_equal(fault.label(), 3);
    expect_equal(fault.word(3) / base::bit(26), 0x07);
    expect_success(lab.invoke(patient.worker.tcb(), Invocation::TcbSetFlags, {1, 0}), {0});
    send(patient.reply);
    expect(patient.worker.finished != 0);
}

/// Even if its values are in the registers; it finds them again when it may.
void floating_point_when_disabled_in_use(Lab& lab) {
    Patient patient{lab, [](Worker& self) {
                        set_d31(0x5555);
                        wait(self.notification);
                        self.steps = get_d31();
                    }};
    patient.worker.notification = lab.make_notification();
    patient.worker.start();
    expect_success(lab.invoke(patient.worker.tcb(), Invocation::TcbSetFlags, {0, 1}), {1});
    send(patient.worker.notification);
    auto const fault = patient.next_fault();
    expect_equal(fault.label(), 3);
    expect_equal(fault.word(3) / base::bit(26), 0x07);
    expect_success(lab.invoke(patient.worker.tcb(), Invocation::TcbSetFlags, {1, 0}), {0});
    send(patient.reply);
    expect_equal(patient.worker.steps, 0x5555);
}

void unknown_system_call(Lab& lab) {
    Patient patient{lab, [](Worker& self) {
                        self.got = trap(Syscall{-1234}, {{10, 11, 12, 13, 14, 15, 16, 0, 18}});
                    }};
    patient.worker.start();
    auto const fault = patient.next_fault();
    expect_equal(fault.label(), 2);
    expect_equal(fault.info().length(), 13);
    for (std::size_t i = 0; i < 4; ++i) {
        expect_equal(fault.word(i), 10 + i);
    }
    auto& words = lab.buffer().words;
    expect_equal(words[6], 16);
    expect_equal(words[7], static_cast<Word>(-1234));
    expect_equal(words[10], words[8] + 4); // it would go on behind the call
    expect_equal(words[12], static_cast<Word>(-1234));
    words[8] += 4;
    send(patient.reply, {.length = 9, .words = {90, 91, 92, 93}}); // emulated
    expect(patient.worker.finished != 0);
    expect_equal(patient.worker.got.x[0], 90);
    expect_equal(patient.worker.got.x[3], 93);
    expect_equal(patient.worker.got.x[8], 18);
}

void capability_faults(Lab& lab) {
    Patient sender{lab, [](Worker&) { send(Lab::unresolvable); }};
    sender.worker.start();
    auto fault = sender.next_fault();
    expect_equal(fault.label(), 1);
    expect_equal(fault.info().length(), 7);
    expect_equal(fault.word(1), Lab::unresolvable);
    expect_equal(fault.word(2), 0);
    expect_equal(fault.word(3), 4); // guard mismatch: 64 bits left, guard 0 of 51 bits
    expect_equal(lab.buffer().words[4], 64);
    expect_equal(lab.buffer().words[5], 0);
    expect_equal(lab.buffer().words[6], 64 - lab.boot_info().root_cnode_bits);

    Patient receiver{lab, [](Worker& self) { self.got = wait(self.notification); }};
    auto const slot = lab.slots();
    receiver.worker.notification = slot;
    receiver.worker.start();
    fault = receiver.next_fault();
    expect_equal(fault.label(), 1);
    expect_equal(fault.info().length(), 5);
    expect_equal(fault.word(2), 1);
    expect_equal(fault.word(3), 2);
    auto const note = lab.make_notification();
    send(note);
    expect_success(lab.invoke(Lab::cnode, Invocation::CNodeMove,
                              {slot, Lab::depth, note, Lab::depth}, {Lab::cnode}));
    send(receiver.reply); // repaired: the call is made again
    expect(receiver.worker.finished != 0);
}

void without_a_handler_it_stops(Lab& lab) {
    Worker worker{lab, [](Worker& self) {
                      ++self.steps;
                      asm volatile("udf #0");
                  }};
    worker.start();
    expect_equal(worker.steps, 1);
    expect(worker.finished == 0);
    expect_success(lab.invoke(worker.tcb(), Invocation::TcbSuspend));
}

void a_handler_without_reply_stops_it(Lab& lab) {
    Patient patient{lab, [](Worker& self) {
                        ++self.steps;
                        asm volatile("udf #0");
                    }};
    patient.worker.start();
    expect_equal(wait(patient.faults).label(), 3);
    auto const ip = patient.worker.read_register(0);
    expect_success(lab.invoke(patient.worker.tcb(), Invocation::TcbWriteRegisters, {1, 1, ip + 4}));
    expect(patient.worker.finished != 0);
}

/// Handles all faults of others without time of its own, by skipping the instruction.
void handler_body(Worker& self) {
    auto fault = recv(self.endpoint, self.reply);
    for (;;) {
        ++self.steps;
        fault = reply_recv(self.endpoint, self.reply, {.length = 1, .words = {fault.word(0) + 4}});
    }
}

void faults_lend_their_time(Lab& lab) {
    Worker handler{lab, handler_body};
    handler.endpoint = lab.make_endpoint();
    handler.reply = lab.make_reply();
    handler.start();
    expect_success(lab.invoke(handler.sched_context(), Invocation::SchedContextUnbind));
    Worker worker{lab, [](Worker& self) {
                      asm volatile("udf #0");
                      asm volatile("udf #0");
                      ++self.steps;
                  }};
    worker.set_fault_handler(handler.endpoint);
    worker.start();
    expect_equal(handler.steps, 2);
    expect(worker.finished != 0);
}

constexpr Test tests[] = {
    {"fault: access to nothing, mapped by the handler", access_to_nothing},
    {"fault: write and execute", write_and_execute},
    {"fault: kernel memory is out of reach", kernel_memory_is_out_of_reach},
    {"fault: undefined instruction", undefined_instruction},
    {"fault: privileged instruction and breakpoint", privileged_instruction_and_breakpoint},
    {"fault: floating point when disabled", floating_point_when_disabled},
    {"fault: floating point when disabled in use", floating_point_when_disabled_in_use},
    {"fault: unknown system call, emulated", unknown_system_call},
    {"fault: capability faults", capability_faults},
    {"fault: without a handler the thread stops", without_a_handler_it_stops},
    {"fault: a handler without reply object stops it", a_handler_without_reply_stops_it},
    {"fault: faults lend their time to the handler", faults_lend_their_time},
};

} // namespace

constinit Tests const fault_tests{tests};

} // namespace test
