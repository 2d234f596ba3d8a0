// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random operations on the pool against a reference allocator: a map of what must be live, with
// sizes, alignments and contents. No overlap, no lost byte, no false alarm. LANGONE_SEED replays a
// run, LANGONE_OPERATIONS makes it longer.

#include "langone/rt/pool.h"
#include "memory/heap.h"
#include "support.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <vector>

namespace langone::rt {
namespace {

using HeapRandomTest = test::ExactTest;

struct Reference {
  std::uint64_t bytes;
  std::uint64_t content;
};

std::uint64_t operation_count() {
  const char *text = std::getenv("LANGONE_OPERATIONS");
  return text ? std::strtoull(text, nullptr, 10) : 1'000'000;
}

class Trial {
public:
  explicit Trial(std::uint64_t seed) : random_(seed) {}

  void take_steps(std::uint64_t count) {
    for (std::uint64_t step = 0; step < count && !testing::Test::HasFatalFailure(); ++step) {
      // Phases that grow and shrink, so that every bin runs dry and overflows.
      const bool grows = step / 20'000 % 2 == 0;
      if (order_.empty() || below(8) < (grows ? 5 : 3))
        allocate();
      else
        release(below(order_.size()));
      if (step % 250'000 == 249'999)
        Heap::compact();
    }
  }

  void finish() {
    while (!order_.empty() && !testing::Test::HasFatalFailure())
      release(order_.size() - 1);
  }

private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::uint64_t any_size() {
    const std::uint64_t kind = below(1000);
    if (kind == 0)
      return below(4 << 20);
    if (kind < 20)
      return below(100'000);
    return below(std::uint64_t{1} << (4 + below(9)));
  }

  void allocate() {
    const std::uint64_t bytes = any_size();
    const std::uint64_t alignment = std::uint64_t{1} << (below(16) == 0 ? below(14) : below(7));
    const auto block = pool::allocate(bytes, alignment);
    ASSERT_TRUE(block) << message(block.error());
    const auto address = reinterpret_cast<std::uintptr_t>(*block);
    ASSERT_EQ(address % alignment, 0u);
    const auto next = live_.lower_bound(address);
    if (next != live_.end()) {
      ASSERT_LT(address + bytes, next->first);
    }
    if (next != live_.begin()) {
      ASSERT_LT(std::prev(next)->first + std::prev(next)->second.bytes, address);
    }
    const Reference reference{bytes, random_()};
    mark(address, reference);
    live_.emplace(address, reference);
    order_.push_back(address);
    held_ += bytes;
    ASSERT_EQ(test::in_use(), held_);
  }

  void release(std::size_t index) {
    const std::uintptr_t address = order_[index];
    const auto entry = live_.find(address);
    ASSERT_TRUE(has_mark(address, entry->second)) << "another block's bytes";
    const auto freed = pool::free(reinterpret_cast<void *>(address));
    ASSERT_TRUE(freed) << message(freed.error());
    held_ -= entry->second.bytes;
    ASSERT_EQ(test::in_use(), held_);
    live_.erase(entry);
    order_[index] = order_.back();
    order_.pop_back();
  }

  /// First, last and a middle byte: what neighbours would hit.
  static void mark(std::uintptr_t address, const Reference &reference) {
    auto *bytes = reinterpret_cast<unsigned char *>(address);
    if (reference.bytes == 0)
      return;
    bytes[0] = static_cast<unsigned char>(reference.content);
    bytes[reference.bytes / 2] = static_cast<unsigned char>(reference.content >> 8);
    bytes[reference.bytes - 1] = static_cast<unsigned char>(reference.content >> 16);
  }

  static bool has_mark(std::uintptr_t address, const Reference &reference) {
    const auto *bytes = reinterpret_cast<const unsigned char *>(address);
    const auto last = static_cast<unsigned char>(reference.content >> 16);
    const auto middle = static_cast<unsigned char>(reference.content >> 8);
    if (reference.bytes < 3)
      return reference.bytes == 0 || bytes[reference.bytes - 1] == last;
    return bytes[0] == static_cast<unsigned char>(reference.content) &&
           bytes[reference.bytes / 2] == middle && bytes[reference.bytes - 1] == last;
  }

  std::mt19937_64 random_;
  std::map<std::uintptr_t, Reference> live_;
  std::vector<std::uintptr_t> order_;
  std::uint64_t held_ = 0;
};

TEST_F(HeapRandomTest, AgreesWithTheReference) {
  const Statistics before = statistics();
  Trial trial(test::seed());
  trial.take_steps(operation_count());
  trial.finish();
  EXPECT_EQ(statistics().failures, before.failures) << "false alarms";
}

} // namespace
} // namespace langone::rt
