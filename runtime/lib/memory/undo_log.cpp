// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The undo log of protected calls.

#include "memory/undo_log.h"

#include "memory/heap.h"

#include <algorithm>

namespace langone::rt {

std::uint64_t UndoLog::begin() noexcept {
  ++depth_;
  return last_ticket_;
}

void UndoLog::end() noexcept {
  if (--depth_ == 0)
    blocks_.shrink(0);
}

bool UndoLog::reserve_one() noexcept {
  if (blocks_.full())
    compact();
  return blocks_.reserve_one();
}

std::uint64_t UndoLog::record(void *address) noexcept {
  blocks_.push_back({address, ++last_ticket_});
  return last_ticket_;
}

bool UndoLog::pop(std::uint64_t mark, LoggedBlock &block) noexcept {
  if (blocks_.empty() || blocks_.back().ticket <= mark)
    return false;
  block = blocks_.back();
  blocks_.pop_back();
  return true;
}

// When most records are alive, compaction frees little and the next one would come soon: fullness
// then stays, and the array doubles, which keeps the cost amortised. Of several records of one
// address only the newest can be the block that lives there now.
void UndoLog::compact() noexcept {
  const auto by_address = [](const LoggedBlock &left, const LoggedBlock &right) {
    return left.address != right.address ? left.address < right.address
                                         : left.ticket > right.ticket;
  };
  const auto same_address = [](const LoggedBlock &left, const LoggedBlock &right) {
    return left.address == right.address;
  };
  const auto is_gone = [this](const LoggedBlock &block) {
    return !Heap::is_logged(block.address, this, block.ticket);
  };
  const auto by_ticket = [](const LoggedBlock &left, const LoggedBlock &right) {
    return left.ticket < right.ticket;
  };
  std::sort(blocks_.begin(), blocks_.end(), by_address);
  LoggedBlock *end = std::unique(blocks_.begin(), blocks_.end(), same_address);
  end = std::remove_if(blocks_.begin(), end, is_gone);
  std::sort(blocks_.begin(), end, by_ticket);
  blocks_.shrink(static_cast<std::size_t>(end - blocks_.begin()));
}

} // namespace langone::rt
