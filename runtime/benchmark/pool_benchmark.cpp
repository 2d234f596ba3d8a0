// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MemoryPool and BumpArena beside the pools that C++ programs use today. Times of one
// run may be compared with each other, nothing else. A time is that of one pair of allocate and
// deallocate, or of one allocation from an arena with its share of the reset.

#include "langone/rt/bump_arena.h"
#include "langone/rt/memory_pool.h"
#include "langone/rt/system_resource.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <boost/pool/pool.hpp>
#include <cstdlib>
#include <dlfcn.h>
#include <foonathan/memory/memory_pool.hpp>
#include <foonathan/memory/memory_stack.hpp>
#include <memory_resource>
#include <numeric>
#include <random>
#include <vector>

namespace {

namespace memory = foonathan::memory;
using namespace langone::rt;

// -- pools under one interface: a constructor from the block size, get and put ------------------

struct LangonePool {
  explicit LangonePool(std::size_t bytes) : bytes(bytes), pool(config(bytes)) {}
  static MemoryPoolConfig config(std::size_t bytes) {
    MemoryPoolConfig config;
    config.default_block_size = bytes;
    config.max_pool_size = 1000;
    return config;
  }
  void *get() { return *pool.allocate(bytes); }
  void put(void *block) {
    if (!pool.deallocate(block, bytes))
      std::abort();
  }
  std::size_t bytes;
  MemoryPool pool;
};

struct StandardPool {
  explicit StandardPool(std::size_t bytes) : bytes(bytes), pool(options(bytes)) {}
  static std::pmr::pool_options options(std::size_t bytes) {
    std::pmr::pool_options options;
    options.largest_required_pool_block = bytes;
    return options;
  }
  void *get() { return pool.allocate(bytes, 16); }
  void put(void *block) { pool.deallocate(block, bytes, 16); }
  std::size_t bytes;
  std::pmr::unsynchronized_pool_resource pool;
};

struct BoostPool {
  explicit BoostPool(std::size_t bytes) : pool(bytes) {}
  void *get() { return pool.malloc(); }
  void put(void *block) { pool.free(block); }
  boost::pool<> pool;
};

struct FoonathanPool {
  explicit FoonathanPool(std::size_t bytes) : pool(bytes, 512 * bytes + 4096) {}
  void *get() { return pool.allocate_node(); }
  void put(void *block) { pool.deallocate_node(block); }
  memory::memory_pool<> pool;
};

struct Glibc {
  explicit Glibc(std::size_t bytes) : bytes(bytes) {}
  void *get() { return std::malloc(bytes); }
  void put(void *block) { std::free(block); }
  std::size_t bytes;
};

/// The library's functions by name, without its taking over malloc.
struct Tcmalloc {
  explicit Tcmalloc(std::size_t bytes) : bytes(bytes) {
    static void *library = dlopen("libtcmalloc_minimal.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      std::abort();
    allocate = reinterpret_cast<void *(*)(std::size_t)>(dlsym(library, "tc_malloc"));
    release = reinterpret_cast<void (*)(void *)>(dlsym(library, "tc_free"));
  }
  void *get() { return allocate(bytes); }
  void put(void *block) { release(block); }
  std::size_t bytes;
  void *(*allocate)(std::size_t);
  void (*release)(void *);
};

// -- patterns
// --------------------------------------------------------------------------------------

/// Allocate, write the first byte, free.
template <class Pool> void lifo(benchmark::State &state) {
  Pool pool(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    void *block = pool.get();
    *static_cast<volatile char *>(block) = 1;
    pool.put(block);
  }
}

/// 256 blocks, each written to, freed in a random order.
template <class Pool> void outstanding(benchmark::State &state) {
  constexpr std::size_t count = 256;
  Pool pool(static_cast<std::size_t>(state.range(0)));
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
  std::vector<void *> blocks(count);
  for (auto _ : state) {
    for (void *&block : blocks) {
      block = pool.get();
      *static_cast<volatile char *>(block) = 1;
    }
    for (const std::size_t index : order)
      pool.put(blocks[index]);
  }
  state.SetItemsProcessed(state.iterations() * count);
}

#define POOL(pool)                                                                                 \
  BENCHMARK(lifo<pool>)->Arg(4096);                                                                \
  BENCHMARK(outstanding<pool>)->Arg(64)->Arg(4096)

POOL(LangonePool);
POOL(StandardPool);
POOL(BoostPool);
POOL(FoonathanPool);
POOL(Glibc);
POOL(Tcmalloc);

// -- arenas: 1000 allocations of 64 bytes and a reset -------------------------------------------

template <class Arena> void bump(benchmark::State &state) {
  constexpr int count = 1000;
  Arena arena;
  for (auto _ : state) {
    for (int allocation = 0; allocation < count; ++allocation) {
      void *block = arena.get(64);
      benchmark::DoNotOptimize(block);
    }
    arena.reset();
  }
  state.SetItemsProcessed(state.iterations() * count);
}

struct LangoneArena {
  void *get(std::size_t bytes) { return *arena.allocate(bytes, 16); }
  void reset() { (void)arena.reset(); }
  SystemResource system;
  BumpArena arena{system, 1 << 17};
};

/// Its release gives all but a buffer of the user's back: the comparison is with such a buffer.
struct StandardArena {
  void *get(std::size_t bytes) { return arena.allocate(bytes, 16); }
  void reset() { arena.release(); }
  std::vector<std::byte> buffer = std::vector<std::byte>(1 << 17);
  std::pmr::monotonic_buffer_resource arena{buffer.data(), buffer.size()};
};

struct FoonathanStack {
  void *get(std::size_t bytes) { return stack.allocate(bytes, 16); }
  void reset() { stack.unwind(bottom); }
  memory::memory_stack<> stack{1 << 17};
  memory::memory_stack<>::marker bottom = stack.top();
};

/// The nearest that Boost has: nodes of one size, purged and got again.
struct BoostBlocks {
  void *get(std::size_t) { return pool.malloc(); }
  void reset() { pool.purge_memory(); }
  boost::pool<> pool{64, 2048};
};

BENCHMARK(bump<LangoneArena>);
BENCHMARK(bump<StandardArena>);
BENCHMARK(bump<FoonathanStack>);
BENCHMARK(bump<BoostBlocks>);

} // namespace
