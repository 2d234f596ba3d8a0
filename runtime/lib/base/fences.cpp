// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// membarrier(2), where there is one.

#include "base/fences.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace langone::rt::fences {

namespace {

bool call(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

} // namespace

bool are_asymmetric() noexcept {
  static const bool registered = call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return registered;
}

void register_again() noexcept {
  if (are_asymmetric())
    call(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

void heavy() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (are_asymmetric())
    call(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

} // namespace langone::rt::fences
