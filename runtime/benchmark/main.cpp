// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers every pattern with every contestant as "pattern/contestant"; the time of an operation
// is the counter `ns`, which test/Benchmark/runtime.py puts into a table.

#include "contestants.h"
#include "langone/rt/account.h"
#include "patterns.h"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <unistd.h>

namespace langone::rt::benchmark {
namespace {

using ::benchmark::State;

/// Seconds do not pass for a thread that others keep from running, unless it waits for its own.
enum class Clock : std::uint8_t { thread, wall };

double now_ns(Clock clock) {
  timespec now{};
  ::clock_gettime(clock == Clock::thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

/// `run` does some operations and says how many.
template <class Run> void measure(State &state, Run run, Clock clock = Clock::thread) {
  std::size_t operations = 0;
  const double begin = now_ns(clock);
  for (auto step : state) {
    (void)step;
    operations += run();
  }
  state.counters["ns"] = (now_ns(clock) - begin) / static_cast<double>(operations);
}

void add(const std::string &pattern, const std::string &contestant,
         std::function<void(State &)> body) {
  ::benchmark::RegisterBenchmark((pattern + "/" + contestant).c_str(), std::move(body))
      ->UseRealTime();
}

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

/// Patterns of one size; `make` is given that size.
template <class Make> void add_one_size(const std::string &name, const Make &make) {
  add("lifo 4 KiB", name, [make](State &state) {
    auto allocator = make(4 * kib);
    measure(state, [&] { return lifo(allocator, 4 * kib); });
  });
  for (const std::size_t bytes : {std::size_t{64}, 4 * kib})
    add(bytes == 64 ? "256 outstanding 64 B" : "256 outstanding 4 KiB", name,
        [make, bytes](State &state) {
          auto allocator = make(bytes);
          measure(state, [&] { return outstanding(allocator, bytes); });
        });
}

/// Patterns for allocators that take any size.
template <class Allocator> void add_any_size(const std::string &name, const Allocator &made) {
  add("churn 16..1024 B, 10,000 live", name, [made](State &state) {
    Allocator allocator = made;
    const auto churn = std::make_unique<Churn<Allocator>>(allocator);
    measure(state, [&] { return churn->run(); });
  });
  add("tensor 1 MiB", name, [made](State &state) {
    Allocator allocator = made;
    measure(state, [&] { return lifo(allocator, mib); });
  });
  add("tensor 16 MiB", name, [made](State &state) {
    Allocator allocator = made;
    measure(state, [&] { return lifo(allocator, 16 * mib); });
  });
}

template <class Allocator> void add_threaded(const std::string &name, const Allocator &made) {
  for (const std::size_t bytes : {std::size_t{64}, kib})
    add(bytes == 64 ? "producer/consumer 64 B" : "producer/consumer 1 KiB", name,
        [made, bytes](State &state) {
          Allocator allocator = made;
          measure(state, [&] { return hand_over(allocator, bytes); }, Clock::wall);
        });
  add("larson, two threads", name, [made](State &state) {
    Allocator allocator = made;
    measure(state, [&] { return larson(allocator); }, Clock::wall);
  });
}

/// 1024 blocks of 64 bytes, all freed together by `reset`.
template <class Allocate, class Reset>
std::size_t bump(const Allocate &allocate, const Reset &reset) {
  constexpr std::size_t count = 1024;
  for (std::size_t index = 0; index < count; ++index)
    static_cast<volatile char *>(allocate(64))[0] = 1;
  reset();
  return count;
}

constexpr const char *bump_pattern = "bump 64 B and reset";
constexpr std::size_t bump_bytes = 128 * kib;

template <class Allocator> void add_bump_by_free(const std::string &name, const Allocator &made) {
  add(bump_pattern, name, [made](State &state) {
    Allocator allocator = made;
    std::array<void *, 1024> blocks{};
    measure(state, [&] {
      for (void *&block : blocks)
        block = touched(allocator, 64);
      for (void *block : blocks)
        allocator.free(block, 64);
      return blocks.size();
    });
  });
}

void add_bumps() {
  add(bump_pattern, "pmr monotonic", [](State &state) {
    std::vector<std::byte> buffer(bump_bytes);
    std::pmr::monotonic_buffer_resource resource(buffer.data(), buffer.size());
    measure(state, [&] {
      return bump([&](std::size_t bytes) { return resource.allocate(bytes, 16); },
                  [&] { resource.release(); });
    });
  });
#ifdef LANGONE_BENCH_FOONATHAN
  add(bump_pattern, "foonathan/memory", [](State &state) {
    foonathan::memory::memory_stack<> stack(bump_bytes);
    const auto bottom = stack.top();
    measure(state, [&] {
      return bump([&](std::size_t bytes) { return stack.allocate(bytes, 16); },
                  [&] { stack.unwind(bottom); });
    });
  });
#endif
#ifdef LANGONE_BENCH_BUMP_ARENA
  add(bump_pattern, "langone BumpArena", [](State &state) {
    SystemResource system;
    BumpArena arena(system, bump_bytes);
    measure(state, [&] {
      return bump([&](std::size_t bytes) { return *arena.allocate(bytes, 16); },
                  [&] { (void)arena.reset(); });
    });
  });
#endif
}

void add_fixed() {
#ifdef LANGONE_BENCH_BOOST
  add_one_size(BoostPool::name, [](std::size_t bytes) { return BoostPool(bytes); });
#endif
#ifdef LANGONE_BENCH_FOONATHAN
  add_one_size(FoonathanPool::name, [](std::size_t bytes) { return FoonathanPool(bytes); });
#endif
#ifdef LANGONE_BENCH_MEMORY_POOL
  add_one_size(SpecifiedPool::name, [](std::size_t bytes) { return SpecifiedPool(bytes); });
#endif
}

template <class Allocator> void add_general(const std::string &name, const Allocator &made) {
  add_one_size(name, [made](std::size_t) { return made; });
  add_any_size(name, made);
}

void add_all_general() {
  static std::pmr::unsynchronized_pool_resource unsynchronized;
  static std::pmr::synchronized_pool_resource synchronized;
  const auto add_full = [](const std::string &name, const auto &made) {
    add_general(name, made);
    add_threaded(name, made);
    add_bump_by_free(name, made);
  };
  for (const Malloc &library : mallocs())
    add_full(library.name, library);
  add_full(Pool::name, Pool());
  add_full(Heap::name, Heap());
  add_general("pmr unsynchronized", Resource{&unsynchronized});
  add_general("pmr synchronized", Resource{&synchronized});
  add_threaded("pmr synchronized", Resource{&synchronized});
}

void add_charges() {
  for (const int depth : {1, 3})
    add("charge and uncharge 64 B", "depth " + std::to_string(depth), [depth](State &state) {
      Account *leaf = Account::create(Account::process(), Account::no_limit);
      for (int level = 1; level < depth; ++level)
        leaf = Account::create(*leaf, Account::no_limit);
      measure(state, [leaf] {
        constexpr std::size_t rounds = 1000;
        for (std::size_t round = 0; round < rounds; ++round) {
          ::benchmark::DoNotOptimize(leaf->charge(64));
          ::benchmark::DoNotOptimize(leaf->uncharge(64));
        }
        return rounds;
      });
      leaf->release();
    });
}

} // namespace
} // namespace langone::rt::benchmark

int main(int argc, char **argv) {
  // Some of the libraries want more thread-local storage than a loader keeps for later.
  constexpr const char *tunables = "GLIBC_TUNABLES";
  if (!std::getenv(tunables)) {
    ::setenv(tunables, "glibc.rtld.optional_static_tls=16384", 1);
    ::execv("/proc/self/exe", argv);
  }
  ::benchmark::Initialize(&argc, argv);
  if (::benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  langone::rt::benchmark::add_bumps();
  langone::rt::benchmark::add_fixed();
  langone::rt::benchmark::add_all_general();
  langone::rt::benchmark::add_charges();
  ::benchmark::RunSpecifiedBenchmarks();
}
