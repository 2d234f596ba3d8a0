// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every upstream fails, at each of its calls in turn: nothing leaks, nothing crashes, no charge is
// lost.

#include "support.h"

#include "resources.h"

#include <vector>

namespace langone::rt {
namespace {

/// Fails one allocation, counted from the start.
class OneFault final : public Resource {
public:
  explicit OneFault(Resource &upstream) : upstream_(upstream) {}
  Result<void *> allocate(std::uint64_t bytes, std::uint64_t alignment) noexcept override {
    if (++calls == failing_call)
      return tl::make_unexpected(AllocationFailed{"injected fault"});
    return upstream_.allocate(bytes, alignment);
  }
  Result<void> deallocate(void *block, std::uint64_t bytes,
                          std::uint64_t alignment) noexcept override {
    return upstream_.deallocate(block, bytes, alignment);
  }
  std::uint64_t calls = 0;
  std::uint64_t failing_call = 0;

private:
  Resource &upstream_;
};

/// A program that goes on after errors. Small and large, strict and lax blocks.
void run_program(Resource &resource, std::uint64_t max_bytes, std::uint64_t max_alignment) {
  struct Block {
    void *address;
    std::uint64_t bytes;
    std::uint64_t alignment;
  };
  std::vector<Block> blocks;
  for (std::uint64_t step = 0; step < 60; ++step) {
    const std::uint64_t bytes = step % 7 == 0 ? max_bytes : 10 * step;
    const std::uint64_t alignment = step % 5 == 0 ? max_alignment : 16;
    if (const auto block = resource.allocate(bytes, alignment))
      blocks.push_back({*block, bytes, alignment});
    if (step % 3 == 2 && !blocks.empty()) {
      const Block block = blocks.front();
      blocks.erase(blocks.begin());
      EXPECT_TRUE(resource.deallocate(block.address, block.bytes, block.alignment));
    }
  }
  for (const Block &block : blocks)
    EXPECT_TRUE(resource.deallocate(block.address, block.bytes, block.alignment));
}

template <class S> class PageFaults : public testing::Test {};
using PageStands = testing::Types<test::BlockPoolStand, test::LargeBlocksStand,
                                  test::MemoryPoolStand, test::RetryStand, test::AlignmentStand,
                                  test::SynchronizedStand, test::TowerStand>;
TYPED_TEST_SUITE(PageFaults, PageStands, test::StandName);

TYPED_TEST(PageFaults, EachCallInTurn) {
  for (std::uint64_t failing = 1;; ++failing) {
    bool failed = false;
    {
      TypeParam stand;
      stand.pages.failing_call = failing;
      run_program(stand.resource, TypeParam::max_bytes, TypeParam::max_alignment);
      failed = stand.pages.failures > 0;
      stand.give_back();
      EXPECT_EQ(stand.pages.reserved, 0u) << "call " << failing;
    }
    ASSERT_EQ(Account::process().current(), 0u) << "call " << failing;
    if (!failed) {
      EXPECT_GT(failing, 3u);
      break;
    }
  }
}

/// The same with an account that refuses instead, at every number of bytes.
TYPED_TEST(PageFaults, EachLimit) {
  for (std::uint64_t limit = 0; limit < 300'000; limit += 4096) {
    Account::process().set_limit(limit);
    {
      TypeParam stand;
      Account::process().reset_high_water();
      run_program(stand.resource, TypeParam::max_bytes, TypeParam::max_alignment);
      EXPECT_LE(Account::process().high_water(), limit);
    }
    Account::process().set_limit(Account::no_limit);
    ASSERT_EQ(Account::process().current(), 0u);
  }
}

template <class Adaptor> void fail_each_call(Adaptor make) {
  for (std::uint64_t failing = 1;; ++failing) {
    SystemResource system;
    StatisticsAdaptor outstanding(system);
    OneFault fault(outstanding);
    fault.failing_call = failing;
    {
      const auto adaptor = make(fault);
      run_program(*adaptor, 100'000, 4096);
    }
    EXPECT_EQ(outstanding.bytes().current, 0u) << "call " << failing;
    ASSERT_EQ(Account::process().current(), 0u) << "call " << failing;
    if (fault.calls < failing) {
      EXPECT_GT(failing, 3u);
      break;
    }
  }
}

TEST(UpstreamFaults, BumpArena) {
  fail_each_call([](Resource &upstream) { return std::make_unique<BumpArena>(upstream, 256); });
}
TEST(UpstreamFaults, Account) {
  fail_each_call([](Resource &upstream) {
    return std::make_unique<AccountAdaptor>(upstream, Account::process());
  });
}
TEST(UpstreamFaults, Statistics) {
  fail_each_call([](Resource &upstream) { return std::make_unique<StatisticsAdaptor>(upstream); });
}
TEST(UpstreamFaults, Tracking) {
  fail_each_call([](Resource &upstream) { return std::make_unique<TrackingAdaptor>(upstream); });
}
TEST(UpstreamFaults, Alignment) {
  fail_each_call(
      [](Resource &upstream) { return std::make_unique<AlignmentAdaptor>(upstream, 16); });
}
TEST(UpstreamFaults, Synchronized) {
  fail_each_call(
      [](Resource &upstream) { return std::make_unique<SynchronizedAdaptor>(upstream); });
}
TEST(UpstreamFaults, Log) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::tmpfile(), std::fclose);
  fail_each_call(
      [&](Resource &upstream) { return std::make_unique<LogAdaptor>(upstream, file.get()); });
}
TEST(UpstreamFaults, RetrySucceeds) {
  SystemResource system;
  FaultAdaptor fault(system, 2);
  std::uint64_t asked = 0;
  RetryAdaptor retry(fault, [&](std::uint64_t bytes) {
    asked += bytes;
    return true;
  });
  for (int step = 0; step < 100; ++step) {
    const auto block = retry.allocate(10, 16);
    ASSERT_TRUE(block);
    EXPECT_TRUE(retry.deallocate(*block, 10, 16));
  }
  EXPECT_EQ(asked, 10 * fault.faults());
  EXPECT_EQ(fault.faults(), 99u);
}

} // namespace
} // namespace langone::rt
