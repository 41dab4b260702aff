// SPDX-License-Identifier: BSD-2-Clause
//
// memstat and pagemap.

#include "shell_fixture.hpp"

namespace shell::test {
namespace {

using ipc::pager::Access;
using ipc::pager::RegionKind;

class MemoryCommandTest : public ShellTest {};

TEST_F(MemoryCommandTest, MemstatForScripts) {
    EXPECT_EQ(run("memstat --plain"), "firmware=0\n"
                                      "unused=0\n"
                                      "kernel=524288\n"
                                      "device_tree=65536\n"
                                      "boot_image=1048576\n"
                                      "init=2097152\n"
                                      "pager=3145728\n"
                                      "kernel_objects=32768\n"
                                      "page_tables=16384\n"
                                      "buffers=4096\n"
                                      "private=204800\n"
                                      "shared=0\n"
                                      "zero_page=4096\n"
                                      "free=127074304\n"
                                      "sum=134217728\n"
                                      "ram=134217728\n"
                                      "ram_described=1\n"
                                      "pager_sum=130482176\n"
                                      "pager_total=130482176\n"
                                      "file_mapped=40960\n"
                                      "zero_mapped=8192\n"
                                      "faults_ever=123\n"
                                      "pid=4\n"
                                      "name=shell\n"
                                      "reserved=8388608\n"
                                      "private=204800\n"
                                      "file=40960\n"
                                      "zero=8192\n"
                                      "page_tables=16384\n"
                                      "faults=123\n");
}

TEST_F(MemoryCommandTest, MemstatForScriptsFailsWhereItDoesNotAddUp) {
    system.memory_reply->ram += 4096;
    system.pager_reply->total += 1;
    auto const shown = run("repeat 2 memstat --plain --check");
    EXPECT_EQ(shown, "sum=134217728\n"
                     "ram=134221824\n"
                     "ram_described=1\n"
                     "pager_sum=130482176\n"
                     "pager_total=130482177\n"
                     "books=balanced\n"
                     "repeat: stopped in round 1 of 2\n");
}

TEST_F(MemoryCommandTest, MemstatForPeople) {
    auto const shown = run("memstat");
    for (auto const* line :
         {"  firmware             0 B    0.0 % [.................]  reserved by",
          "  kernel           512 KiB    0.3 % [:................]  with",
          "  free             121 MiB   94.6 % [################.]  for whoever",
          "  sum              128 MiB  = RAM of the device tree, 134217728 bytes: complete\n",
          "    4  shell        8.0 MiB  200 KiB 40.0 KiB  8.0 KiB 16.0 KiB     123  [:....]\n"}) {
        EXPECT_NE(shown.find(line), std::string::npos) << line << "\nis not in\n" << shown;
    }
    expect_fits(shown);
}

TEST_F(MemoryCommandTest, MemstatSaysWhenRamIsAssumed) {
    system.memory_reply->is_described = 0;
    EXPECT_NE(run("memstat").find("  = RAM this board must have, 134217728 bytes: complete\n"),
              std::string::npos);
    system.memory_reply->ram += 4096;
    EXPECT_NE(run("memstat").find("  RAM this board must have is 134221824 bytes: 4096 bytes are "
                                  "missing\n"),
              std::string::npos);
}

TEST_F(MemoryCommandTest, MemstatSaysWhoseBooksAreWrong) {
    system.memory_reply->ram += 4096;
    EXPECT_NE(run("memstat").find("  RAM of the device tree is 134221824 bytes: 4096 bytes are "
                                  "missing\n"),
              std::string::npos);
    system.memory_reply->ram -= 8192;
    EXPECT_NE(run("memstat").find("4096 bytes too many\n"), std::string::npos);
    system.memory_reply->ram += 4096;
    system.pager_reply->total += 1;
    EXPECT_NE(run("memstat").find("  the pager's states add up to 130482176 bytes, but it owns "
                                  "130482177\n"),
              std::string::npos);
}

TEST_F(MemoryCommandTest, MemstatRefusesInWords) {
    EXPECT_EQ(run("memstat x"), "memstat: 'x' is no option (try: help memstat)\n");
    system.pager_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_EQ(run("memstat"), "memstat: the pager does not tell: permission denied\n");
    system.memory_reply = base::fail(ipc::Error::UnknownRequest);
    EXPECT_EQ(run("memstat"), "memstat: init does not tell: unknown request\n");
}

TEST_F(MemoryCommandTest, MemstatChecksTheBooks) {
    EXPECT_EQ(run("memstat --plain --check"), "sum=134217728\n"
                                              "ram=134217728\n"
                                              "ram_described=1\n"
                                              "pager_sum=130482176\n"
                                              "pager_total=130482176\n"
                                              "books=balanced\n");
    EXPECT_EQ(run("memstat --check"),
              "  sum              128 MiB  = RAM of the device tree, 134217728 bytes: complete\n"
              "  the books balance: each frame has one state, and as many users as it says\n");
    EXPECT_EQ(run("repeat 1 memstat --check").find("stopped"), std::string::npos);
    EXPECT_EQ(run("memstat --check x"), "memstat: 'x' is no option (try: help memstat)\n");
}

TEST_F(MemoryCommandTest, MemstatSaysWhatDoesNotAgree) {
    system.check_reply->discrepancy = ipc::Text<120>::of("a capability slot leaked");
    auto const shown = run("repeat 2 memstat --check");
    EXPECT_NE(shown.find("memstat: the pager's books do not balance: a capability slot leaked\n"
                         "repeat: stopped in round 1 of 2\n"),
              std::string::npos)
        << shown;
    EXPECT_EQ(shown.find("the books balance"), std::string::npos);
    system.check_reply->discrepancy = {};
    system.memory_reply->ram += 4096;
    EXPECT_NE(run("repeat 2 memstat --check").find("stopped in round 1"), std::string::npos);
    system.check_reply = base::fail(ipc::Error::PermissionDenied);
    EXPECT_NE(run("memstat --check").find("memstat: the pager does not check: permission denied\n"),
              std::string::npos);
}

TEST_F(MemoryCommandTest, PagemapShowsTheMap) {
    system.regions[4] = {
        {RegionKind::Code, Access::ReadExecute, 0x400000, "ff.f"},
        {RegionKind::Guard, Access::None, 0x7fffef700000, std::string(16, '-')},
        {RegionKind::Stack, Access::ReadWrite, 0x7fffef800000, std::string(2045, '.') + "zaa"},
        {RegionKind::Buffer, Access::ReadWrite, 0x7ffffffff000, "b"}};
    EXPECT_EQ(run("pagemap 4"),
              "memory of [4] shell\n"
              " a private  s cloned  S shared  f file  z zero  b buffer  d device  . untouched\n"
              "0x000000400000-0x000000404000  r-x  code          16.0 KiB\n"
              "0x000000400000  ff.f\n"
              "0x7fffef700000-0x7fffef710000  ---  guard         64.0 KiB\n"
              "0x7fffef800000-0x7ffff0000000  rw-  stack          8.0 MiB\n"
              "...             1984 pages not in memory\n"
              "0x7fffeffc0000  " +
                  std::string(61, '.') +
                  "zaa\n"
                  "0x7ffffffff000-0x800000000000  rw-  IPC buffer     4.0 KiB\n"
                  "0x7ffffffff000  b\n"
                  "7 of 2053 pages in memory, 4 regions\n");
    expect_fits(terminal.plain());
}

TEST_F(MemoryCommandTest, PagemapShowsARange) {
    system.regions[4] = {
        {RegionKind::Code, Access::ReadExecute, 0x400000, "ffff"},
        {RegionKind::Anonymous, Access::ReadWrite, 0x500000,
         std::string(600, 'a') + std::string(64, 's') + std::string(40, '.') + "az"},
        {RegionKind::Stack, Access::ReadWrite, 0x7fffef800000, "aaa"}};
    EXPECT_EQ(run("pagemap 4 0x758fff-0x79a001"),
              "memory of [4] shell\n"
              " a private  s cloned  S shared  f file  z zero  b buffer  d device  . untouched\n"
              "0x000000500000-0x0000007c2000  rw-  memory         2.7 MiB\n"
              "0x000000758000  " +
                  std::string(64, 's') +
                  "\n"
                  "...             3 pages not in memory\n"
                  "64 of 67 pages in memory, 1 region\n");
    EXPECT_NE(run("pagemap 4 0x401000+0x100000").find("\n4 of 4 pages in memory, 2 regions\n"),
              std::string::npos);
    EXPECT_NE(run("pagemap 4 0x100000+4096").find("\n0 of 0 pages in memory, 0 regions\n"),
              std::string::npos);
    EXPECT_EQ(run("pagemap 99 0x100000+4096"),
              "pagemap: the pager knows no process 99 (try: ps)\n");
}

TEST_F(MemoryCommandTest, PagemapCountsWhatIsAllUntouched) {
    system.regions[4] = {{RegionKind::Anonymous, Access::ReadWrite, 0x10'0000'0000, "."}};
    EXPECT_NE(run("pagemap 4")
                  .find("...             1 page not in memory\n"
                        "0 of 1 pages in memory, 1 region\n"),
              std::string::npos);
}

TEST_F(MemoryCommandTest, PagemapForScripts) {
    system.regions[4] = {
        {RegionKind::File, Access::ReadExecute, 0x400000, "ff.f"},
        {RegionKind::Guard, Access::None, 0x7fffef700000, std::string(16, '-')},
        {RegionKind::Stack, Access::ReadWrite, 0x7fffef800000, std::string(2045, '.') + "zaa"},
        {RegionKind::Buffer, Access::ReadWrite, 0x7ffffffff000, "b"}};
    EXPECT_EQ(run("pagemap --plain 4"),
              "pid=4\nname=shell\n"
              "start=0x400000\nend=0x404000\naccess=r-x\nregion=file\n"
              "at=0x400000\nrow=ff.f\n"
              "start=0x7fffef700000\nend=0x7fffef710000\naccess=---\nregion=guard\n"
              "start=0x7fffef800000\nend=0x7ffff0000000\naccess=rw-\nregion=stack\n"
              "at=0x7fffeffc0000\nrow=" +
                  std::string(61, '.') +
                  "zaa\n"
                  "start=0x7ffffffff000\nend=0x800000000000\naccess=rw-\nregion=IPC buffer\n"
                  "at=0x7ffffffff000\nrow=b\n"
                  "resident=7\npages=2053\nregions=4\n");
    EXPECT_EQ(terminal.shown.find('\x1b'), std::string::npos);
    EXPECT_EQ(run("pagemap 4 --plain"), run("pagemap --plain 4"));
}

TEST_F(MemoryCommandTest, PagemapStopsOnControlC) {
    system.regions[4] = {{RegionKind::Stack, Access::ReadWrite, 0x400000, std::string(2000, 'a')}};
    terminal.interrupts = 1;
    EXPECT_EQ(run("pagemap 4").find("pages in memory"), std::string::npos);
}

TEST_F(MemoryCommandTest, PagemapRefusesInWords) {
    EXPECT_EQ(run("pagemap"),
              "pagemap: needs one process number, and perhaps a range (try: help pagemap)\n");
    EXPECT_EQ(run("pagemap 4 0x1000-0x2000 x"),
              "pagemap: needs one process number, and perhaps a range (try: help pagemap)\n");
    EXPECT_EQ(run("pagemap 4 0x1000"),
              "pagemap: '0x1000' is no START-END or START+SIZE (try: help pagemap)\n");
    EXPECT_EQ(run("pagemap x"), "pagemap: 'x' is not a process number (try: help pagemap)\n");
    EXPECT_EQ(run("pagemap 99"), "pagemap: the pager knows no process 99 (try: ps)\n");
}

} // namespace
} // namespace shell::test
