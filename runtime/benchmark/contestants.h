// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is measured: allocators behind one shape, `allocate(bytes)` and `free(block, bytes)`. It
// owns how each is reached; what is done with them is patterns.h's. General allocators, ours too,
// are called through a pointer, as from a program that links them.

#ifndef LANGONE_RT_BENCHMARK_CONTESTANTS_H
#define LANGONE_RT_BENCHMARK_CONTESTANTS_H

#include "langone/runtime.h"
#include "memory/heap.h"

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#ifdef LANGONE_BENCH_BOOST
#include <boost/pool/pool.hpp>
#endif
#ifdef LANGONE_BENCH_FOONATHAN
#include <foonathan/memory/memory_pool.hpp>
#include <foonathan/memory/memory_stack.hpp>
#endif
#if __has_include("langone/rt/memory_pool.h")
#include "langone/rt/memory_pool.h"
#define LANGONE_BENCH_MEMORY_POOL
#endif
#if __has_include("langone/rt/bump_arena.h")
#include "langone/rt/bump_arena.h"
#include "langone/rt/system_resource.h"
#define LANGONE_BENCH_BUMP_ARENA
#endif

namespace langone::rt::benchmark {

/// malloc and free of a library.
struct Malloc {
  std::string name;
  void *(*malloc_function)(std::size_t);
  void (*free_function)(void *);

  void *allocate(std::size_t bytes) const { return malloc_function(bytes); }
  void free(void *block, std::size_t) const { free_function(block); }
};

/// glibc's and those that are installed, each with its own functions though all are in one process.
const std::vector<Malloc> &mallocs();

/// The pool of the C ABI: checks, guards and a charge to the process account.
struct Pool {
  static constexpr const char *name = "langone pool";
  decltype(&langone_rt_pool_allocate) allocate_function;
  decltype(&langone_rt_pool_free) free_function;
  Pool();

  void *allocate(std::size_t bytes) const {
    void *block = nullptr;
    allocate_function(bytes, 16, &block, nullptr);
    return block;
  }
  void free(void *block, std::size_t) const { free_function(block); }
};

/// The heap below it: the same checks, nobody charged.
struct Heap {
  static constexpr const char *name = "langone heap";
  void *(*malloc_function)(std::size_t);
  void (*free_function)(void *);
  Heap();

  void *allocate(std::size_t bytes) const { return malloc_function(bytes); }
  void free(void *block, std::size_t) const { free_function(block); }
};

/// std::pmr, through its virtual functions.
struct Resource {
  std::pmr::memory_resource *resource;

  void *allocate(std::size_t bytes) const { return resource->allocate(bytes, 16); }
  void free(void *block, std::size_t bytes) const { resource->deallocate(block, bytes, 16); }
};

// -- pools of one size ----------------------------------------------------------------------------

#ifdef LANGONE_BENCH_BOOST
class BoostPool {
public:
  static constexpr const char *name = "Boost.Pool";
  explicit BoostPool(std::size_t bytes) : pool_(bytes) {}
  void *allocate(std::size_t) { return pool_.malloc(); }
  void free(void *block, std::size_t) { pool_.free(block); }

private:
  boost::pool<> pool_;
};
#endif

#ifdef LANGONE_BENCH_FOONATHAN
class FoonathanPool {
public:
  static constexpr const char *name = "foonathan/memory";
  explicit FoonathanPool(std::size_t bytes) : pool_(bytes, 1024 * bytes) {}
  void *allocate(std::size_t) { return pool_.allocate_node(); }
  void free(void *block, std::size_t) { pool_.deallocate_node(block); }

private:
  foonathan::memory::memory_pool<foonathan::memory::node_pool> pool_;
};
#endif

#ifdef LANGONE_BENCH_MEMORY_POOL
class SpecifiedPool {
public:
  static constexpr const char *name = "langone MemoryPool";
  explicit SpecifiedPool(std::size_t bytes) : pool_(configuration(bytes)) {}
  void *allocate(std::size_t bytes) { return *pool_.allocate(bytes); }
  void free(void *block, std::size_t bytes) { (void)pool_.deallocate(block, bytes); }

private:
  static MemoryPoolConfig configuration(std::size_t bytes) {
    MemoryPoolConfig config;
    config.default_block_size = bytes;
    config.max_pool_size = 1024;
    return config;
  }

  MemoryPool pool_;
};
#endif

} // namespace langone::rt::benchmark

#endif // LANGONE_RT_BENCHMARK_CONTESTANTS_H
