// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a charge costs: the time of a pair charge and uncharge, by depth of the tree and number of
// threads, beside an uncontended atomic addition as a yardstick.

#include "langone/rt/account.h"

#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <vector>

using langone::rt::Account;

namespace {

void charge(Account &account, std::uint64_t bytes) {
  if (!account.charge(bytes))
    std::abort();
}
void uncharge(Account &account, std::uint64_t bytes) {
  if (!account.uncharge(bytes))
    std::abort();
}

/// A chain of accounts below the process, `depth` levels with it; the leaf is charged.
class Chain {
public:
  explicit Chain(std::int64_t depth) {
    Account *parent = &Account::process();
    for (; depth > 1; --depth) {
      Account *child = Account::create(*parent, Account::no_limit);
      accounts_.push_back(child);
      parent = child;
    }
  }
  ~Chain() {
    for (Account *account : accounts_)
      account->release();
  }
  Chain(const Chain &) = delete;
  Chain &operator=(const Chain &) = delete;

  Account &leaf() { return accounts_.empty() ? Account::process() : *accounts_.back(); }

private:
  std::vector<Account *> accounts_;
};

/// Each thread has leaves of its own; the process account is common to all.
void charge_pair(benchmark::State &state) {
  Chain chain(state.range(0));
  Account &leaf = chain.leaf();
  for (auto _ : state) {
    charge(leaf, 64);
    uncharge(leaf, 64);
  }
}
BENCHMARK(charge_pair)->Arg(1)->Arg(3)->Arg(5);
BENCHMARK(charge_pair)->Arg(3)->Threads(2)->UseRealTime();

/// 256 charges of many sizes live at once, as of blocks in a heap.
void charge_many(benchmark::State &state) {
  Chain chain(3);
  Account &leaf = chain.leaf();
  std::array<std::uint64_t, 256> live{};
  std::uint64_t random = 1;
  for (auto _ : state) {
    random = random * 6364136223846793005 + 1442695040888963407;
    std::uint64_t &slot = live[random >> 56];
    uncharge(leaf, slot);
    slot = (random >> 40) % 1024;
    charge(leaf, slot);
  }
  for (const std::uint64_t bytes : live)
    uncharge(leaf, bytes);
}
BENCHMARK(charge_many);
BENCHMARK(charge_many)->Threads(2)->UseRealTime();

/// One account, charged by all threads.
void charge_common(benchmark::State &state) {
  static Account *common = nullptr;
  if (state.thread_index() == 0)
    common = Account::create(Account::process(), Account::no_limit);
  for (auto _ : state) {
    charge(*common, 64);
    uncharge(*common, 64);
  }
  if (state.thread_index() == 0)
    common->release();
}
BENCHMARK(charge_common)->Threads(2)->UseRealTime();

/// An account opened, charged once and closed: what a scope or an arena costs beside its memory.
void open_charge_close(benchmark::State &state) {
  for (auto _ : state) {
    Account *account = Account::create(Account::process(), 4096);
    charge(*account, 64);
    uncharge(*account, 64);
    account->release();
  }
}
BENCHMARK(open_charge_close);

void atomic_addition(benchmark::State &state) {
  std::atomic<std::uint64_t> counter{0};
  for (auto _ : state)
    benchmark::DoNotOptimize(counter.fetch_add(64, std::memory_order_relaxed));
}
BENCHMARK(atomic_addition);

} // namespace

BENCHMARK_MAIN();
