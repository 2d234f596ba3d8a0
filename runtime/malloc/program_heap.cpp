// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The slow paths of the program's heap, and its errors.

#include "program_heap.h"

#include "capi/environment.h"
#include "memory/fault.h"
#include "report.h"

#include <cerrno>
#include <cstdlib>

namespace langone::rt::program_heap {

namespace {

void complain(Fault fault, const void *block) noexcept {
  report::fault(error_of(fault, BlockKind::program, reinterpret_cast<std::uintptr_t>(block)),
                block);
  if (environment::on_corruption() == environment::OnCorruption::abort)
    std::abort();
}

void *refuse(const Error &error) noexcept {
  report::refusal(error);
  errno = ENOMEM;
  return nullptr;
}

} // namespace

void *allocate_slow(std::size_t bytes, std::size_t alignment, bool *zero) noexcept {
  const int old_errno = errno;
  std::size_t together = 0;
  if (__builtin_add_overflow(bytes, alignment, &together) || together > PTRDIFF_MAX) {
    errno = ENOMEM; // No memory could ever do: not worth the report.
    return nullptr;
  }
  std::uintptr_t corrupted = 0;
  auto draft = Heap::prepare(bytes, alignment, BlockKind::program, corrupted);
  // A block that was written after its free is set aside; the program gets another.
  while (!draft && draft.error() == Fault::corrupted) {
    complain(Fault::corrupted, reinterpret_cast<void *>(corrupted));
    draft = Heap::prepare(bytes, alignment, BlockKind::program, corrupted);
  }
  if (!draft)
    return refuse(error_of(draft.error(), BlockKind::program, 0));
  Account &account = Account::process();
  if (const auto charged = account.charge(bytes); !charged) {
    Heap::withdraw(*draft);
    return refuse(charged.error());
  }
  if (zero)
    *zero = draft->zero;
  Heap::publish(*draft, bytes, &account);
  errno = old_errno;
  return reinterpret_cast<void *>(draft->block);
}

void free_slow(void *block) noexcept {
  if (!block)
    return;
  const int old_errno = errno;
  Freed freed{};
  const Fault fault = Heap::free_slow(block, BlockKind::program, freed);
  if (fault == Fault::none)
    (void)freed.account->uncharge(freed.bytes);
  else
    complain(fault, block);
  errno = old_errno;
}

void free_wrong_size(void *block) noexcept {
  complain(Fault::wrong_size, block);
  free_slow(block);
}

void *resize(void *block, std::size_t bytes, std::size_t old_bytes) noexcept {
  Account &account = Account::process();
  if (bytes > old_bytes && !account.charge(bytes - old_bytes))
    return nullptr;
  const bool resized = Heap::resize(block, bytes);
  const std::size_t taken_back = resized ? old_bytes : bytes;
  const std::size_t kept = resized ? bytes : old_bytes;
  if (taken_back > kept)
    (void)account.uncharge(taken_back - kept);
  return resized ? block : nullptr;
}

std::size_t size_of(const void *block) noexcept {
  const auto view = Heap::view(block);
  if (view)
    return view->bytes;
  complain(view.error(), block);
  return 0;
}

} // namespace langone::rt::program_heap
