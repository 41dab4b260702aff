// SPDX-License-Identifier: BSD-2-Clause
//
// From the boot information to a running system.

#include <client/clock.hpp>
#include <init/own_capabilities.hpp>
#include <init/root_system.hpp>
#include <init/self_protection.hpp>
#include <sys/start/runtime.hpp>

extern "C" std::byte image_end[] asm("_end"); // of init's image; the boot archive lies behind it

namespace init {

namespace {

/// For the objects of init and the servers, and for init's books.
constexpr std::uint64_t reserve = 4 * 1024 * 1024;

formats::Bytes archive_bytes(api::BootInfo const& boot_info) {
    auto const begin = base::align_up(reinterpret_cast<std::uintptr_t>(image_end), api::page_bits);
    auto const end = base::align_down(boot_info.ipc_buffer, api::page_bits); // right behind
    return {reinterpret_cast<std::byte const*>(begin), end - begin};
}

} // namespace

RootSystem::RootSystem(api::BootInfo const& boot_info)
    : boot_info_{boot_info}, factory_{boot_info}, own_space_{own::vspace, factory_},
      pages_{own_space_}, devices_{factory_, pages_}, archive_{archive_bytes(boot_info)},
      power_{devices_, pages_}, spawner_{factory_, connections_} {}

void RootSystem::build() {
    own::thread.set_name(root_task().name);
    need(own::thread.set_priority(own::thread, root_task().priority), "the priority of init");
    take_ram();
    need(factory_.install_root(), "a bigger capability space");
    check_archive();
    take_devices();
    make_endpoints();
    read_options();
    start_servers();
    make_service();
}

void RootSystem::serve() {
    if (!loop_ || !service_) {
        sys::trap(); // build() was to come first
    }
    auto& loop = *loop_;
    auto& service = *service_;
    start_programs(service);
    loop.run(service);
}

RootSystem::Parts RootSystem::parts() {
    if (!loop_) {
        sys::trap(); // likewise
    }
    return {.factory = factory_,
            .connections = connections_,
            .archive = archive_,
            .loop = *loop_,
            .power = power_,
            .devices = devices_,
            .log = log_};
}

std::span<api::UntypedDescription const> RootSystem::untypeds() const {
    return std::span{boot_info_.untyped_list}.first(boot_info_.untyped.end -
                                                    boot_info_.untyped.start);
}

sys::Untyped RootSystem::untyped(std::size_t index) const {
    return sys::Untyped{api::CPtr{boot_info_.untyped.start + index}};
}

std::uint64_t RootSystem::ram_bytes() const {
    std::uint64_t bytes = 0;
    for (auto const& description : untypeds()) {
        bytes += description.is_device != 0 ? 0 : base::bit(description.size_bits);
    }
    return bytes;
}

void RootSystem::take_ram() {
    auto const cnode_bits = pager::startup::root_bits(ram_bytes()) + api::slot_bits;
    auto const plan = plan_ram(untypeds(), reserve + base::bit(cnode_bits), cnode_bits);
    if (!plan) {
        log_.fatal("too little memory: ", ram_bytes() / 1024, " KiB");
    }
    plan_ = *plan;
    for (std::size_t i = 0; i < untypeds().size(); ++i) {
        if (plan_.keep[i]) {
            factory_.memory().add(untyped(i), untypeds()[i].size_bits);
        }
    }
    if (plan_.split) {
        split_ram(*plan_.split);
    }
}

void RootSystem::split_ram(Split const& split) {
    unsigned const whole_bits = untypeds()[split.index].size_bits;
    split_pieces_ = need(factory_.slots(1 + whole_bits - split.keep_bits), "slots");
    auto slot = static_cast<api::Word>(split_pieces_);
    auto const cut = [&](unsigned bits) {
        need(
            untyped(split.index)
                .retype(api::ObjectType::Untyped, bits, factory_.cspace().range(api::CPtr{slot++})),
            "splitting memory");
    };
    cut(split.keep_bits);
    factory_.memory().add(sys::Untyped{split_pieces_}, split.keep_bits);
    for (auto bits = split.keep_bits; bits < whole_bits; ++bits) {
        cut(bits);
    }
}

void RootSystem::take_devices() {
    for (std::size_t i = 0; i < untypeds().size(); ++i) {
        auto const& description = untypeds()[i];
        if (description.is_device != 0) {
            need(devices_.add(untyped(i), base::PhysAddr{description.paddr}, description.size_bits),
                 "the list of devices");
        }
    }
}

void RootSystem::check_archive() {
    if (auto const checked = archive_.check(); !checked) {
        log_.fatal("the boot archive is ", formats::cpio::describe(checked.error()));
    }
    auto const file = archive_.find(root_task().file);
    if (!file) {
        log_.fatal("the boot archive has no ", root_task().file);
    }
    auto const self = parse_program(file->data);
    if (!self) {
        log_.fatal(root_task().file,
                   " is not a valid program: ", formats::elf::describe(self.error()));
    }
    need(protect_self(*self, boot_info_.user_image_frames), "protecting init's own memory");
}

void RootSystem::make_endpoints() {
    auto const endpoint = [&] {
        return need(factory_.create<sys::Endpoint>(api::ObjectType::Endpoint), "an endpoint");
    };
    endpoint_ = endpoint();
    notification_ =
        need(factory_.create<sys::Notification>(api::ObjectType::Notification), "a notification");
    need(own::thread.bind_notification(notification_), "a notification");
    auto const console = endpoint();
    auto const pager = endpoint();
    auto const manage = ipc::pager::Caller::MayManage::set(api::Word{0}, true);
    auto const everything = api::Rights::All;
    connections_ = {.init = endpoint_,
                    .console = need(factory_.copy(console), "an endpoint"),
                    .pager = need(factory_.copy(pager), "an endpoint"),
                    .manage = need(factory_.badged(pager, everything, manage), "an endpoint"),
                    .speak =
                        need(factory_.badged(console, everything, root_task().pid), "an endpoint"),
                    .sched_control = sys::SchedControl{api::CPtr{boot_info_.sched_control.start}}};
}

/// The servers that are loaded whole lie where they always do.
void RootSystem::read_options() {
    options_ = read_boot_options(extra(), client::clock::ticks());
    if (!options_.nonsense.empty()) {
        log_.line("there is no boot option '", options_.nonsense, "'");
    }
    base::Random random{options_.random_key};
    pager_key_ = {random.next(), random.next()};
    if (options_.randomises_layout) {
        spawner_.randomise_stacks(base::Random{{random.next(), random.next()}});
    }
}

std::span<std::byte const> RootSystem::extra() const {
    auto const* const page = reinterpret_cast<std::byte const*>(&boot_info_);
    return {page + api::page_size, boot_info_.extra_length};
}

} // namespace init
