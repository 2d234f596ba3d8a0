// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The undo log of protected calls.

#include "memory/undo_log.h"

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
// then stays, and the array doubles, which keeps the cost amortised O(1).
void UndoLog::compact() noexcept {
  const auto gone = [this](const LoggedBlock &block) {
    return !live_blocks::contains(block, this);
  };
  LoggedBlock *live_end = std::remove_if(blocks_.begin(), blocks_.end(), gone);
  blocks_.shrink(static_cast<std::size_t>(live_end - blocks_.begin()));
}

} // namespace langone::rt
