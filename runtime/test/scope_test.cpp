// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes and guards through the C ABI: budgets, peaks, nesting, rollback, workers, what is
// recorded.

#include "langone/rt/site_records.h"
#include "support.h"

#include <cstring>
#include <optional>
#include <thread>
#include <vector>

namespace langone::rt {
namespace {

using test::call;

class ScopeTest : public test::ExactTest {
protected:
  static langone_rt_scope_info info(std::uint64_t id, std::uint64_t hard,
                                    langone_rt_on_exceed on_exceed = LANGONE_RT_ON_EXCEED_ERROR) {
    langone_rt_scope_info info = LANGONE_RT_SCOPE_INFO_INIT;
    info.id = id;
    info.name = "work";
    info.hard_bytes = hard;
    info.predicted_peak_bytes = 60;
    info.on_exceed = on_exceed;
    return info;
  }

  static langone_rt_scope *enter(const langone_rt_scope_info &info) {
    langone_rt_scope *scope = nullptr;
    EXPECT_EQ(langone_rt_scope_enter(&info, &scope, nullptr), LANGONE_RT_OK);
    return scope;
  }
  static langone_rt_scope_outcome exit(langone_rt_scope *scope) {
    langone_rt_scope_outcome outcome = LANGONE_RT_SCOPE_OUTCOME_INIT;
    EXPECT_EQ(langone_rt_scope_exit(scope, &outcome), LANGONE_RT_OK);
    return outcome;
  }
  static void *allocate(std::uint64_t bytes) {
    void *block = nullptr;
    EXPECT_EQ(langone_rt_pool_allocate(bytes, 16, &block, nullptr), LANGONE_RT_OK);
    return block;
  }
  static void free(void *block) { EXPECT_EQ(langone_rt_pool_free(block), LANGONE_RT_OK); }

  static std::optional<site_records::ScopeRecord> record(std::uint64_t id) {
    struct Search {
      std::uint64_t id;
      std::optional<site_records::ScopeRecord> found;
    } search{id, {}};
    site_records::for_each_scope(
        [](void *context, const site_records::ScopeRecord &record) {
          auto &wanted = *static_cast<Search *>(context);
          if (record.id == wanted.id)
            wanted.found = record;
        },
        &search);
    return search.found;
  }
};

TEST_F(ScopeTest, EnforcesAndMeasures) {
  const auto description = info(0x501, 100);
  langone_rt_scope *scope = enter(description);
  void *first = allocate(60);
  void *second = allocate(40);
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  void *third = nullptr;
  EXPECT_EQ(langone_rt_pool_allocate(1, 16, &third, &error), LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(error.limit_bytes, 100u);
  free(first);
  free(second);
  const auto outcome = exit(scope);
  EXPECT_EQ(outcome.peak_bytes, 100u);
  EXPECT_EQ(outcome.predicted_peak_bytes, 60u);
  EXPECT_EQ(outcome.exceeded, 0);
  free(allocate(1000)); // the budget is gone
}

TEST_F(ScopeTest, NestedScopesCountOnBoth) {
  langone_rt_scope *outer = enter(info(0x502, 100));
  void *block = allocate(50);
  langone_rt_scope *inner = enter(info(0x503, 1000));
  EXPECT_EQ(langone_rt_pool_allocate(51, 16, &block, nullptr), LANGONE_RT_BUDGET_EXCEEDED);
  void *more = allocate(20);
  free(more);
  EXPECT_EQ(exit(inner).peak_bytes, 20u);
  free(block);
  EXPECT_EQ(exit(outer).peak_bytes, 70u);
}

TEST_F(ScopeTest, LeftOutOfOrder) {
  langone_rt_scope *outer = enter(info(0x504, 100));
  langone_rt_scope *inner = enter(info(0x505, 1000));
  exit(outer);
  void *block = allocate(10);
  EXPECT_EQ(exit(inner).peak_bytes, 10u);
  free(block);
  EXPECT_EQ(langone_rt_scope_exit(inner, nullptr), LANGONE_RT_INVALID_OPERATION);
}

TEST_F(ScopeTest, BlocksMayOutliveIt) {
  langone_rt_scope *scope = enter(info(0x506, 100));
  void *block = allocate(30);
  EXPECT_EQ(exit(scope).peak_bytes, 30u);
  EXPECT_EQ(test::in_use(), 30u);
  free(block);
}

TEST_F(ScopeTest, WarnAndFallbackGrantAndCount) {
  for (const auto mode : {LANGONE_RT_ON_EXCEED_WARN, LANGONE_RT_ON_EXCEED_FALLBACK}) {
    const std::uint64_t id = 0x510 + mode;
    for (int round = 0; round < 2; ++round) {
      ::testing::internal::CaptureStderr();
      langone_rt_scope *scope = enter(info(id, 100, mode));
      free(allocate(150));
      const auto outcome = exit(scope);
      const std::string said = ::testing::internal::GetCapturedStderr();
      EXPECT_EQ(outcome.peak_bytes, 150u);
      EXPECT_EQ(outcome.exceeded, 1);
      if (mode == LANGONE_RT_ON_EXCEED_WARN && round == 0)
        EXPECT_EQ(said, "langone: scope work used 150 bytes, its budget is 100\n");
      else
        EXPECT_EQ(said, "");
    }
    ASSERT_TRUE(record(id));
    EXPECT_EQ(record(id)->exceeded, 2u);
  }
}

TEST_F(ScopeTest, RecordsPeaksAndSites) {
  const langone_rt_site sites[] = {{7, 40}, {8, 20}};
  auto description = info(0x520, 100);
  description.sites = sites;
  description.site_count = 2;
  for (const std::uint64_t bytes : {30, 90, 10}) {
    langone_rt_scope *scope = enter(description);
    free(allocate(bytes));
    exit(scope);
  }
  const auto found = record(0x520);
  ASSERT_TRUE(found);
  EXPECT_STREQ(found->name, "work");
  EXPECT_EQ(found->exits, 3u);
  EXPECT_EQ(found->largest_peak, 90u);
  EXPECT_EQ(found->last_peak, 10u);
  EXPECT_EQ(found->predicted_peak, 60u);
  ASSERT_EQ(found->site_count, 2u);
  EXPECT_EQ(found->sites[1].id, 8u);
  EXPECT_EQ(found->sites[1].bytes, 20u);
}

TEST_F(ScopeTest, RaiseLeavesTheScopesInside) {
  langone_rt_scope *outer = enter(info(0x530, 1000));
  const auto inside = info(0x531, 50);
  const auto body = [&inside] {
    langone_rt_scope_enter_or_raise(&inside);
    langone_rt_pool_allocate_or_raise(30, 16);
    langone_rt_pool_allocate_or_raise(30, 16);
  };
  EXPECT_EQ(call(body), LANGONE_RT_BUDGET_EXCEEDED);
  void *block = allocate(500); // the inner scope's budget is gone
  free(block);
  EXPECT_EQ(exit(outer).peak_bytes, 500u);
  ASSERT_TRUE(record(0x531));
  EXPECT_EQ(record(0x531)->last_peak, 30u);
}

TEST_F(ScopeTest, WorkersChargeTheScopeTheyAreGiven) {
  langone_rt_scope *scope = enter(info(0x540, 1000));
  langone_rt_account *account = nullptr;
  ASSERT_EQ(langone_rt_scope_capture(&account), LANGONE_RT_OK);
  void *kept = nullptr;
  std::jthread([&] {
    ASSERT_EQ(langone_rt_scope_attach(account), LANGONE_RT_OK);
    kept = allocate(600);
    void *refused = nullptr;
    EXPECT_EQ(langone_rt_pool_allocate(401, 16, &refused, nullptr), LANGONE_RT_BUDGET_EXCEEDED);
    ASSERT_EQ(langone_rt_scope_detach(account), LANGONE_RT_OK);
    EXPECT_EQ(langone_rt_scope_detach(account), LANGONE_RT_INVALID_OPERATION);
    free(allocate(5000)); // this thread is no part of the scope any more
  }).join();
  ASSERT_EQ(langone_rt_scope_release(account), LANGONE_RT_OK);
  free(kept);
  EXPECT_EQ(exit(scope).peak_bytes, 600u);
}

// The sum over all workers is what the scope's budget limits.
TEST_F(ScopeTest, ManyWorkersShareOneBudget) {
  langone_rt_scope *scope = enter(info(0x541, 4 * 100));
  langone_rt_account *account = nullptr;
  ASSERT_EQ(langone_rt_scope_capture(&account), LANGONE_RT_OK);
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 4; ++worker)
    workers.emplace_back([&] {
      ASSERT_EQ(langone_rt_scope_attach(account), LANGONE_RT_OK);
      for (int round = 0; round < 5'000; ++round)
        free(allocate(100)); // fits always: 100 for each
      ASSERT_EQ(langone_rt_scope_detach(account), LANGONE_RT_OK);
    });
  workers.clear();
  ASSERT_EQ(langone_rt_scope_release(account), LANGONE_RT_OK);
  EXPECT_LE(exit(scope).peak_bytes, 400u);
}

TEST_F(ScopeTest, ThreadThatEndsLeavesItsScopes) {
  std::jthread([] { enter(info(0x550, 100)); }).join();
  ASSERT_TRUE(record(0x550));
  EXPECT_EQ(record(0x550)->exits, 1u);
}

TEST_F(ScopeTest, BadArguments) {
  langone_rt_scope *scope = nullptr;
  auto description = info(0x560, 100);
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  EXPECT_EQ(langone_rt_scope_enter(nullptr, &scope, &error), LANGONE_RT_INVALID_OPERATION);
  EXPECT_STREQ(error.message, "Invalid memory operation: scope without a description");
  EXPECT_EQ(langone_rt_scope_enter(&description, nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
  description.site_count = 1;
  EXPECT_EQ(langone_rt_scope_enter(&description, &scope, &error), LANGONE_RT_INVALID_OPERATION);
  description.site_count = 0;
  description.on_exceed = static_cast<langone_rt_on_exceed>(77);
  EXPECT_EQ(langone_rt_scope_enter(&description, &scope, &error), LANGONE_RT_INVALID_OPERATION);
  description.struct_size = 8;
  EXPECT_EQ(langone_rt_scope_enter(&description, &scope, &error), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_scope_exit(nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_scope_capture(nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_scope_attach(nullptr), LANGONE_RT_INVALID_OPERATION);
}

//===-- Guards ------------------------------------------------------------------------------===//

langone_rt_guard guard(std::uint64_t id, langone_rt_on_exceed on_exceed) {
  langone_rt_guard guard = LANGONE_RT_GUARD_INIT;
  guard.id = id;
  guard.on_exceed = on_exceed;
  return guard;
}

TEST_F(ScopeTest, GuardThatHoldsSaysSo) {
  const auto checked = guard(1, LANGONE_RT_ON_EXCEED_ERROR);
  EXPECT_EQ(langone_rt_require_or_raise(64, 64, &checked), 1);
  std::int32_t holds = 0;
  EXPECT_EQ(langone_rt_require(0, 0, &checked, &holds, nullptr), LANGONE_RT_OK);
  EXPECT_EQ(holds, 1);
}

TEST_F(ScopeTest, GuardThatFailsRaises) {
  auto checked = guard(2, LANGONE_RT_ON_EXCEED_ERROR);
  checked.resource = "sequence length";
  langone_rt_error error = LANGONE_RT_ERROR_INIT;
  EXPECT_EQ(call([&checked] { langone_rt_require_or_raise(65, 64, &checked); }, &error),
            LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_STREQ(error.message, "Resource budget exceeded: sequence length");
  EXPECT_EQ(error.requested_bytes, 65u);
  EXPECT_EQ(error.limit_bytes, 64u);
  std::int32_t holds = 1;
  EXPECT_EQ(langone_rt_require(65, 64, &checked, &holds, nullptr), LANGONE_RT_BUDGET_EXCEEDED);
  EXPECT_EQ(holds, 0);
}

TEST_F(ScopeTest, GuardThatWarnsSaysItOnce) {
  const auto checked = guard(3, LANGONE_RT_ON_EXCEED_WARN);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(langone_rt_require_or_raise(65, 64, &checked), 0);
  EXPECT_EQ(langone_rt_require_or_raise(66, 64, &checked), 0);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "langone: guard 3 failed: memory needs 65, proven for 64\n");
}

TEST_F(ScopeTest, GuardThatFallsBackIsCounted) {
  const auto checked = guard(4, LANGONE_RT_ON_EXCEED_FALLBACK);
  EXPECT_EQ(langone_rt_require_or_raise(65, 64, &checked), 0);
  EXPECT_EQ(langone_rt_require_or_raise(99, 64, &checked), 0);
  struct Found {
    std::uint64_t failures = 0;
    std::uint64_t largest = 0;
  } found;
  site_records::for_each_guard(
      [](void *context, const site_records::GuardRecord &record) {
        if (record.id == 4)
          *static_cast<Found *>(context) = {record.failures, record.largest_value};
      },
      &found);
  EXPECT_EQ(found.failures, 2u);
  EXPECT_EQ(found.largest, 99u);
}

TEST_F(ScopeTest, GuardWithoutDescriptionIsRefusedWhereItFails) {
  std::int32_t holds = 0;
  EXPECT_EQ(langone_rt_require(2, 1, nullptr, &holds, nullptr), LANGONE_RT_INVALID_OPERATION);
  EXPECT_EQ(langone_rt_require(1, 1, nullptr, nullptr, nullptr), LANGONE_RT_INVALID_OPERATION);
}

} // namespace
} // namespace langone::rt
