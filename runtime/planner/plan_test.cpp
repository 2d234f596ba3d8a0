// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "langone/runtime_planner.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

TEST(Plan, BuffersThatNeverMeetShareMemory) {
  const langone_rt_plan_buffer buffers[] = {{0, 2, 64}, {2, 4, 64}};
  const uint64_t sizes[] = {100, 200};
  uint64_t offsets[] = {1, 1};
  EXPECT_EQ(langone_rt_plan(buffers, 2, sizes, offsets), 200u);
  EXPECT_EQ(offsets[0], 0u);
  EXPECT_EQ(offsets[1], 0u);
}

TEST(Plan, NothingTakesNothing) { EXPECT_EQ(langone_rt_plan(nullptr, 0, nullptr, nullptr), 0u); }

TEST(Plan, BuffersThatMeetDoNotOverlap) {
  std::seed_seq seed{1}; // the same problems each time
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const size_t count = 1 + random() % 40;
    std::vector<langone_rt_plan_buffer> buffers;
    std::vector<uint64_t> sizes, offsets(count), again(count);
    for (size_t i = 0; i < count; ++i) {
      const auto lower = static_cast<int64_t>(random() % 30);
      buffers.push_back(
          {lower, lower + 1 + static_cast<int64_t>(random() % 10), uint64_t{1} << random() % 8});
      sizes.push_back(random() % 1000);
    }
    const uint64_t height = langone_rt_plan(buffers.data(), count, sizes.data(), offsets.data());
    ASSERT_NE(height, LANGONE_RT_NO_PLAN);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_LE(offsets[i] + sizes[i], height);
      EXPECT_EQ(offsets[i] % buffers[i].alignment, 0u);
      for (size_t j = 0; j < i; ++j) {
        const bool meet =
            buffers[i].lower < buffers[j].upper && buffers[j].lower < buffers[i].upper;
        EXPECT_TRUE(!meet || sizes[i] == 0 || sizes[j] == 0 ||
                    offsets[i] + sizes[i] <= offsets[j] || offsets[j] + sizes[j] <= offsets[i]);
      }
    }
    EXPECT_EQ(langone_rt_plan(buffers.data(), count, sizes.data(), again.data()), height);
    EXPECT_EQ(offsets, again);
  }
}

TEST(Plan, RefusesWhatIsMalformedOrTooLarge) {
  uint64_t offset = 7;
  const uint64_t size = 8, huge = UINT64_MAX - 1;
  const langone_rt_plan_buffer good = {0, 1, 8}, empty = {1, 1, 8}, crooked = {0, 1, 3};
  EXPECT_EQ(langone_rt_plan(&good, 1, &huge, &offset), LANGONE_RT_NO_PLAN);
  EXPECT_EQ(langone_rt_plan(&empty, 1, &size, &offset), LANGONE_RT_NO_PLAN);
  EXPECT_EQ(langone_rt_plan(&crooked, 1, &size, &offset), LANGONE_RT_NO_PLAN);
  EXPECT_EQ(offset, 7u);
}

} // namespace
