// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asymmetric fences: one side pays nothing, the other a system call. It owns the registration with
// the kernel and the fallback where the kernel has no membarrier; not what is ordered by it.

#ifndef LANGONE_RT_BASE_FENCES_H
#define LANGONE_RT_BASE_FENCES_H

#include <atomic>

namespace langone::rt::fences {

/// Whether heavy() reaches the other threads by itself. Asked once, at the first call; before any
/// second thread if possible, since the kernel registers a single-threaded process much faster.
bool are_asymmetric() noexcept;

/// After fork: the child's registration is its own.
void register_again() noexcept;

/// The cheap side: orders a store before it with loads after it, against heavy() of another thread.
/// `asymmetric` is what are_asymmetric() said.
inline void light(bool asymmetric) noexcept {
  if (asymmetric)
    std::atomic_signal_fence(std::memory_order_seq_cst);
  else
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

/// The dear side: every running thread of the process executes a full fence.
void heavy() noexcept;

} // namespace langone::rt::fences

#endif // LANGONE_RT_BASE_FENCES_H
