//===- ModelMemory.h - memory in which every mistake is seen -----*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the memory of the interpreter: blocks of bytes that know whether they
// are live, which of their bytes were written and by which of the tasks that
// run in parallel, and meters that count the bytes live in a scope. It knows
// nothing of IR.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_TEST_RESOURCE_MODELMEMORY_H
#define LANGONE_TEST_RESOURCE_MODELMEMORY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace langone::resource::test {

/// Bytes that were allocated within one execution of a scope and are live.
struct Meter {
  uint64_t live = 0;
  /// What tasks that may still be under way would have live beyond that.
  uint64_t pending = 0;
  uint64_t peak = 0;
  /// More is refused.
  uint64_t limit = UINT64_MAX;
  /// Within the scope, something was freed that came from outside.
  bool freedOutside = false;

  uint64_t getMost() const { return live + pending; }
  void add(uint64_t bytes) {
    live += bytes;
    peak = std::max(peak, getMost());
  }
};

enum class BlockKind { Heap, Pool, Arena, Global, Caller };

/// Where a byte is. Blocks are never reused.
struct Address {
  unsigned block = 0;
  int64_t byte = 0;
};

class ModelMemory {
public:
  /// Every block starts at an odd multiple of its alignment.
  Address allocate(BlockKind kind, uint64_t bytes, uint64_t alignment);
  void release(Address address, BlockKind kind);

  /// Little-endian; at most 8 bytes.
  uint64_t load(Address address, unsigned bytes);
  void store(Address address, unsigned bytes, uint64_t value);
  /// Copies bytes whether they were written or not.
  void copy(Address from, Address to, unsigned bytes);
  /// Makes bytes as those of a fresh block.
  void poison(Address address, uint64_t bytes);
  bool isWritten(Address address, unsigned bytes) const;
  bool isLive(Address address) const { return blocks[address.block].live; }
  uint64_t getBytes(Address address) const {
    return blocks[address.block].data.size();
  }
  /// Whether an allocation was refused; nothing that follows is of interest.
  bool isRefused() const { return refused; }
  /// Buffers of the heap count by default; no account of the runtime sees them.
  void setCountsHeap(bool counts) { countsHeap = counts; }
  /// From now on its block may not be written.
  void makeConstant(Address address) {
    blocks[address.block].isConstant = true;
  }
  void checkAlignment(Address address, uint64_t alignment);

  /// What is allocated from now on counts, until `closeMeter`. Meters nest.
  Meter &openMeter();
  void closeMeter() { meters.pop_back(); }
  llvm::ArrayRef<Meter *> getMeters() const { return meters; }

  /// Tasks that run in parallel with their siblings. What one wrote, a sibling
  /// may neither read nor write before both are joined.
  unsigned beginTask();
  void endTask();
  void join(unsigned task) { tasks[task].joined = true; }

  /// Tasks that go on while what started them does. They are executed where
  /// they start, yet may be anywhere between start and end until somebody
  /// awaits them: for each meter, at the point where most is live. A task that
  /// waits for others begins when these are over; until then, it is they who
  /// may be under way.
  unsigned startTask(llvm::ArrayRef<unsigned> dependencies);
  /// Back to what started it. Of tasks that cannot have been interrupted,
  /// nothing is pending.
  void leaveTask(bool mayBeUnderWay);
  /// The task is over for the current one, and so is what it waited for.
  void await(unsigned task);

  /// The first mistake; empty if there is none.
  const std::string &getError() const { return error; }
  void fail(const llvm::Twine &message);

private:
  struct Block {
    BlockKind kind;
    bool live;
    bool isConstant;
    uint64_t alignment;
    uint64_t start;
    std::vector<uint8_t> data;
    std::vector<bool> written;
    /// Last task to write, and to read, each byte.
    std::vector<unsigned> writer, reader;
    llvm::SmallVector<Meter *, 4> meters;
    /// Tasks that read a byte in parallel with the last one.
    llvm::DenseMap<uint64_t, llvm::SmallVector<unsigned, 2>> otherReaders{};
  };
  struct Task {
    unsigned parent;
    bool joined;
    /// Tasks that are over for this one, beside those that are joined.
    llvm::SmallVector<unsigned, 2> after = {};
    /// What one meter has of it.
    struct Share {
      Meter *meter;
      /// The peak before it while it is executed, then bytes beyond what is
      /// live after it: at its peak, and before it starts.
      int64_t peakBefore, atPeak = 0, atStart = 0;
    };
    llvm::SmallVector<Share, 4> shares = {};
    bool mayBeUnderWay = false;
    /// The task that waits for this one and has its pending bytes; 0 if none.
    unsigned waiter = 0;
  };

  bool access(Address address, uint64_t bytes);
  bool isOrdered(unsigned earlier) const;
  bool isAfter(unsigned task, unsigned earlier) const;
  int64_t getPending(unsigned task, const Meter *meter) const;
  void changeTask(unsigned task, llvm::function_ref<void()> change);
  void settle(unsigned task);
  void noteRead(Block &block, uint64_t byte);
  void noteWrite(Block &block, uint64_t byte);

  std::vector<Block> blocks;
  std::deque<Meter> allMeters;
  llvm::SmallVector<Meter *> meters;
  std::vector<Task> tasks = {{0, true}};
  unsigned task = 0;
  bool countsHeap = true;
  bool refused = false;
  std::string error;
};

} // namespace langone::resource::test

#endif // LANGONE_TEST_RESOURCE_MODELMEMORY_H
