// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a thread acquired inside its protected calls, in order, so that a raise can release it. It
// owns the record, not the blocks: one that is freed meanwhile, by whichever thread, stays in the
// record until the next compaction and is recognised as gone by its state. So frees never touch
// another thread's record.

#ifndef LANGONE_RT_MEMORY_UNDO_LOG_H
#define LANGONE_RT_MEMORY_UNDO_LOG_H

#include "base/system_array.h"

#include <cstdint>

namespace langone::rt {

/// An acquisition to be undone.
struct LoggedBlock {
  void *address;
  std::uint64_t ticket; ///< rises with each acquisition of the log
};

/// Used by its own thread only. Trivially destructible; `reset` frees its memory.
class UndoLog {
public:
  /// Whether this thread is inside a protected call.
  bool active() const noexcept { return depth_ != 0; }

  /// Begins a (nested) span; the mark tells what is older than it.
  std::uint64_t begin() noexcept;
  /// Ends the innermost span. What it recorded belongs to the span around it, or to nobody if there
  /// is none.
  void end() noexcept;

  /// Makes room for one record, dropping what is gone first; false if the system has no memory.
  /// Amortised O(log n).
  bool reserve_one() noexcept;
  /// After reserve_one: the ticket under which `address` is recorded.
  std::uint64_t record(void *address) noexcept;

  /// Removes the newest record if it is younger than the mark.
  bool pop(std::uint64_t mark, LoggedBlock &block) noexcept;

  void reset() noexcept { blocks_.reset(); }

private:
  void compact() noexcept;

  SystemArray<LoggedBlock> blocks_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t depth_ = 0;
};

} // namespace langone::rt

#endif // LANGONE_RT_MEMORY_UNDO_LOG_H
