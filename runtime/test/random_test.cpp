// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs of arenas, pool blocks, protected calls and raises against a model that knows
// what must be charged.

#include "support.h"

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

using RandomTest = test::ExactTest;

/// The model of an account: what is charged to it, and its path to the root.
struct ModelAccount {
  std::uint64_t limit;
  std::shared_ptr<ModelAccount> parent;
  bool open = true;
  std::uint64_t current = 0;
};

struct ModelBlock {
  void *address;
  std::uint64_t bytes;
  bool is_arena;
  std::uint64_t serial;
  std::shared_ptr<ModelAccount> account;
};

class Program {
public:
  explicit Program(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step)
      take_step(0);
    while (!blocks_.empty())
      free_block(blocks_.size() - 1);
    EXPECT_EQ(root_->current, 0u);
  }

private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  void take_step(int depth) {
    switch (below(depth < 3 ? 10 : 9)) {
    case 0:
    case 1:
      acquire(true);
      break;
    case 2:
    case 3:
    case 4:
      acquire(false);
      break;
    case 9:
      protected_call(depth + 1);
      break;
    default:
      if (!blocks_.empty())
        free_block(below(blocks_.size()));
    }
    EXPECT_EQ(test::in_use(), root_->current);
  }

  std::shared_ptr<ModelAccount> current_account() {
    while (!open_.empty() && !open_.back()->open)
      open_.pop_back();
    return open_.empty() ? root_ : open_.back();
  }

  static bool fits(const ModelAccount *account, std::uint64_t bytes) {
    for (; account; account = account->parent.get())
      if (account->limit - account->current < bytes)
        return false;
    return true;
  }

  static void add(ModelAccount *account, std::uint64_t bytes) {
    for (; account; account = account->parent.get())
      account->current += bytes;
  }

  void acquire(bool is_arena) {
    const std::uint64_t bytes = below(500);
    const std::uint64_t alignment = std::uint64_t{1} << below(13);
    auto account = current_account();
    if (is_arena)
      account = std::make_shared<ModelAccount>(
          ModelAccount{below(4) == 0 ? LANGONE_RT_NO_LIMIT : below(5000), account});
    const bool expected = fits(account.get(), bytes);
    void *block = nullptr;
    const langone_rt_status status =
        is_arena ? langone_rt_arena_acquire(bytes, alignment, account->limit, &block, nullptr)
                 : langone_rt_pool_allocate(bytes, alignment, &block, nullptr);
    ASSERT_EQ(status, expected ? LANGONE_RT_OK : LANGONE_RT_BUDGET_EXCEEDED);
    if (!expected)
      return;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0u);
    std::fill_n(static_cast<unsigned char *>(block), bytes, 0xCD);
    add(account.get(), bytes);
    if (is_arena)
      open_.push_back(account);
    blocks_.push_back({block, bytes, is_arena, next_serial_++, account});
  }

  void free_block(std::size_t index) {
    const ModelBlock block = blocks_[index];
    EXPECT_EQ(block.is_arena ? langone_rt_arena_release(block.address)
                             : langone_rt_pool_free(block.address),
              LANGONE_RT_OK);
    forget(index);
  }

  void forget(std::size_t index) {
    const ModelBlock block = blocks_[index];
    add(block.account.get(), -block.bytes);
    if (block.is_arena)
      block.account->open = false;
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  void protected_call(int depth) {
    const bool raises = below(2) == 0;
    const std::uint64_t first_serial = next_serial_;
    const auto body = [this, depth, raises] {
      for (std::uint64_t steps = below(20); steps > 0; --steps)
        take_step(depth);
      if (raises)
        langone_rt_pool_allocate_or_raise(1, 3);
    };
    ASSERT_EQ(test::call(body), raises ? LANGONE_RT_INVALID_OPERATION : LANGONE_RT_OK);
    for (std::size_t index = blocks_.size(); raises && index-- > 0;)
      if (blocks_[index].serial >= first_serial)
        forget(index);
  }

  std::mt19937_64 random_;
  std::shared_ptr<ModelAccount> root_ =
      std::make_shared<ModelAccount>(ModelAccount{20'000, nullptr});
  std::vector<std::shared_ptr<ModelAccount>> open_;
  std::vector<ModelBlock> blocks_;
  std::uint64_t next_serial_ = 0;
};

TEST_F(RandomTest, AgreesWithTheModel) {
  const std::uint64_t seed = test::seed();
  Account::process().set_limit(20'000);
  for (std::uint64_t program = 0; program < 100; ++program)
    Program(seed + program).run(500);
}

} // namespace
} // namespace langone::rt
