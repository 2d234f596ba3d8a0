// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every resource and the compositions of adaptors that the typed suites run on, each behind the
// same small interface: `resource`, what it offers, and how to get all memory back from it.

#ifndef LANGONE_RT_TEST_RESOURCES_H
#define LANGONE_RT_TEST_RESOURCES_H

#include "langone/rt/account_adaptor.h"
#include "langone/rt/alignment_adaptor.h"
#include "langone/rt/bump_arena.h"
#include "langone/rt/event_log.h"
#include "langone/rt/fault_adaptor.h"
#include "langone/rt/memory_pool.h"
#include "langone/rt/offset_resource.h"
#include "langone/rt/retry_adaptor.h"
#include "langone/rt/statistics_adaptor.h"
#include "langone/rt/synchronized_adaptor.h"
#include "langone/rt/system_resource.h"
#include "langone/rt/tracking_adaptor.h"
#include "pages.h"

#include <cstdlib>
#include <memory>

namespace langone::rt::test {

/// What a stand offers unless it says otherwise.
struct Stand {
  static constexpr std::uint64_t max_bytes = 100'000;
  static constexpr std::uint64_t max_alignment = 8192;
  /// Whether wrong frees are typed errors.
  static constexpr bool checks = true;
  /// Whether a freed block's memory can be used again before everything is freed.
  static constexpr bool reuses = true;

  /// Upstream of everything that takes a resource: the first that can fail.
  SystemResource system;
  CountedPages pages;
  StatisticsAdaptor counted{system};
  Resource &upstream = counted;
  void give_back() {}
};

struct SystemStand : Stand {
  static constexpr bool checks = false;
  Resource &resource = system;
};

struct BumpStand : Stand {
  static constexpr bool checks = false;
  static constexpr bool reuses = false;
  BumpArena arena{upstream, 1024};
  Resource &resource = arena;
  void give_back() { ASSERT_TRUE(arena.release()); }
};

struct BlockPoolStand : Stand {
  static constexpr std::uint64_t max_bytes = 500;
  static constexpr std::uint64_t max_alignment = 32;
  static BlockPoolConfig config() {
    BlockPoolConfig config;
    config.block_bytes = max_bytes;
    config.max_blocks = 5000;
    return config;
  }
  BlockPool pool{config(), &Account::process(), pages};
  Resource &resource = pool;
  void give_back() { pool.compact(); }
};

struct LargeBlocksStand : Stand {
  LargeBlocks large{1 << 20, &Account::process(), pages};
  Resource &resource = large;
  void give_back() { large.compact(); }
};

struct MemoryPoolStand : Stand {
  static MemoryPoolConfig config() {
    MemoryPoolConfig config;
    config.max_pool_size = 50'000;
    return config;
  }
  MemoryPool pool{config(), &Account::process(), pages};
  Resource &resource = pool;
  void give_back() { pool.compact(); }
};

struct OffsetStand : Stand {
  static constexpr std::uint64_t size = 1 << 26;
  std::unique_ptr<void, void (*)(void *)> region{std::aligned_alloc(max_alignment, size),
                                                 std::free};
  OffsetResource offsets{region.get(), size};
  Resource &resource = offsets;
};

struct AccountStand : Stand {
  static constexpr bool checks = false;
  AccountAdaptor account{upstream, Account::process()};
  Resource &resource = account;
};

struct StatisticsStand : Stand {
  static constexpr bool checks = false;
  StatisticsAdaptor statistics{upstream};
  Resource &resource = statistics;
};

struct TrackingStand : Stand {
  TrackingAdaptor tracking{upstream, false};
  Resource &resource = tracking;
};

struct LogStand : Stand {
  static constexpr bool checks = false;
  std::unique_ptr<std::FILE, int (*)(std::FILE *)> file{std::tmpfile(), std::fclose};
  LogAdaptor log{upstream, file.get()};
  Resource &resource = log;
};

/// A pool that is full and compacted on demand.
struct RetryStand : MemoryPoolStand {
  RetryAdaptor retry{pool, [this](std::uint64_t) { return pool.compact() > 0; }};
  Resource &resource = retry;
};

struct AlignmentStand : BlockPoolStand {
  static constexpr std::uint64_t max_bytes = 200;
  static constexpr std::uint64_t max_alignment = 256;
  AlignmentAdaptor alignment{pool, 32, 64};
  Resource &resource = alignment;
};

struct SynchronizedStand : MemoryPoolStand {
  SynchronizedAdaptor synchronized{pool};
  Resource &resource = synchronized;
};

struct FaultStand : MemoryPoolStand {
  FaultAdaptor faults{pool, 0};
  Resource &resource = faults;
};

/// What a program would build to look for a bug: everything at once.
struct TowerStand : MemoryPoolStand {
  std::unique_ptr<std::FILE, int (*)(std::FILE *)> file{std::tmpfile(), std::fclose};
  AccountAdaptor account{pool, Account::process()};
  TrackingAdaptor tracking{account};
  LogAdaptor log{tracking, file.get()};
  AlignmentAdaptor alignment{log, 4096};
  StatisticsAdaptor statistics{alignment};
  FaultAdaptor faults{statistics, 0};
  RetryAdaptor retry{faults, nullptr};
  SynchronizedAdaptor synchronized{retry};
  Resource &resource = synchronized;
};

using Stands =
    ::testing::Types<SystemStand, BumpStand, BlockPoolStand, LargeBlocksStand, MemoryPoolStand,
                     OffsetStand, AccountStand, StatisticsStand, TrackingStand, LogStand,
                     RetryStand, AlignmentStand, SynchronizedStand, FaultStand, TowerStand>;

struct StandName {
  template <class T> static std::string GetName(int) {
    std::string name = testing::internal::GetTypeName<T>();
    name = name.substr(name.rfind(':') + 1);
    return name.substr(0, name.size() - 5);
  }
};

} // namespace langone::rt::test

#endif // LANGONE_RT_TEST_RESOURCES_H
