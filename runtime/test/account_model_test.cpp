// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accounts against a simple model: random trees, limits, charges and uncharges, done by threads
// that take turns. Every refusal, every number, high-water marks included, must be the model's to
// the byte.

#include "support.h"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace langone::rt {
namespace {

/// One thread that runs what it is given, one thing at a time.
class Worker {
public:
  Worker() : thread_([this] { loop(); }) {}
  ~Worker() { run(nullptr); }
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  void run(std::function<void()> job) {
    std::unique_lock lock(mutex_);
    job_ = std::move(job);
    has_job_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !has_job_; });
  }

private:
  void loop() {
    for (bool goes_on = true; goes_on;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return has_job_; });
      goes_on = bool(job_);
      if (job_)
        job_();
      has_job_ = false;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  bool has_job_ = false;
  std::jthread thread_;
};

struct Node {
  Account *account;
  std::size_t parent;
  std::uint64_t limit;
  std::uint64_t own = 0; // charged here, not below
  std::uint64_t used = 0;
  std::uint64_t high_water = 0;
};

class Model {
public:
  explicit Model(std::mt19937_64 &random) : random_(random) {
    nodes_.push_back({&Account::process(), 0, Account::no_limit});
  }
  ~Model() {
    for (std::size_t i = nodes_.size(); i-- > 1;)
      nodes_[i].account->release();
  }
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }

  void create() {
    const std::size_t parent = pick(nodes_.size());
    const std::uint64_t limit = pick(3) == 0 ? Account::no_limit : pick(2000);
    nodes_.push_back({Account::create(*nodes_[parent].account, limit), parent, limit});
  }

  void charge() {
    const std::size_t target = pick(nodes_.size());
    const std::uint64_t bytes = pick(300);
    bool fits = true;
    for_each_level(target,
                   [&](Node &node) { fits &= bytes == 0 || node.used + bytes <= node.limit; });
    EXPECT_EQ(bool(nodes_[target].account->charge(bytes)), fits);
    if (!fits)
      return;
    nodes_[target].own += bytes;
    for_each_level(target, [&](Node &node) {
      node.used += bytes;
      node.high_water = std::max(node.high_water, node.used);
    });
  }

  void uncharge() {
    Node &node = nodes_[pick(nodes_.size())];
    const std::uint64_t bytes = node.own == 0 ? 0 : 1 + pick(node.own);
    EXPECT_TRUE(node.account->uncharge(bytes));
    node.own -= bytes;
    for_each_level(static_cast<std::size_t>(&node - nodes_.data()),
                   [&](Node &level) { level.used -= bytes; });
  }

  void cancel() {
    const std::size_t target = pick(nodes_.size());
    if (!nodes_[target].account->reserve(10))
      return;
    nodes_[target].account->cancel(10);
  }

  void change_limit() {
    Node &node = nodes_[pick(nodes_.size())];
    node.limit = pick(3000);
    node.account->set_limit(node.limit);
  }

  void reset() {
    Node &node = nodes_[pick(nodes_.size())];
    node.account->reset_high_water();
    node.high_water = node.used;
  }

  void compare() {
    for (const Node &node : nodes_) {
      EXPECT_EQ(node.account->current(), node.used);
      EXPECT_EQ(node.account->high_water(), node.high_water);
      EXPECT_EQ(node.account->limit(), node.limit);
    }
  }

  void uncharge_all() {
    for (Node &node : nodes_) {
      EXPECT_TRUE(node.account->uncharge(node.own));
      node.own = 0;
    }
  }

  void step() {
    switch (pick(20)) {
    case 0:
      return nodes_.size() < 12 ? create() : compare();
    case 1:
      return pick(4) == 0 ? change_limit() : compare();
    case 2:
      return pick(4) == 0 ? reset() : cancel();
    case 3 ... 10:
      return uncharge();
    default:
      return charge();
    }
  }

private:
  template <class Visit> void for_each_level(std::size_t node, const Visit &visit) {
    for (;; node = nodes_[node].parent) {
      visit(nodes_[node]);
      if (node == 0)
        return;
    }
  }

  std::mt19937_64 &random_;
  std::vector<Node> nodes_;
};

using AccountModelTest = test::ExactTest;

void play(std::size_t thread_count, int rounds) {
  std::mt19937_64 random(test::seed());
  Model model(random);
  std::vector<std::unique_ptr<Worker>> workers(thread_count);
  for (auto &worker : workers)
    worker = std::make_unique<Worker>();
  for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    auto &worker = workers[model.pick(workers.size())];
    if (model.pick(50) == 0) // a thread ends, another takes its place
      worker = std::make_unique<Worker>();
    worker->run([&model] {
      for (std::uint64_t steps = 1 + model.pick(30); steps > 0; --steps)
        model.step();
    });
  }
  model.uncharge_all();
}

TEST_F(AccountModelTest, OneThread) { play(1, 3000); }

TEST_F(AccountModelTest, ThreeThreadsInTurn) { play(3, 3000); }

} // namespace
} // namespace langone::rt
