// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which heaps there are and which thread has which. It owns the hand-out at a thread's first
// allocation, the return at its end, sums over all heaps, and the consistency of all locks around a
// fork.

#ifndef LANGONE_RT_MEMORY_HEAP_REGISTRY_H
#define LANGONE_RT_MEMORY_HEAP_REGISTRY_H

#include "memory/heap.h"

namespace langone::rt {

class HeapRegistry {
public:
  /// The calling thread's heap, handed out if it has none; null if the system has no memory, or
  /// 65535 threads have one.
  static Heap *mine() noexcept;

  /// Changes when heaps have something to follow: a compaction, or new sampling.
  static std::uint64_t settings() noexcept;

  /// Keeps the locks consistent over forks from now on.
  static void watch_forks() noexcept;

private:
  friend class Heap;

  static Heap *acquire() noexcept;
  static Heap *create() noexcept;
  static bool start() noexcept;
  static void leave(void *heap) noexcept;
  static void before_fork() noexcept;
  static void after_fork() noexcept;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_HEAP_REGISTRY_H
