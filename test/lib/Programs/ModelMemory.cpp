//===- ModelMemory.cpp - memory in which every mistake is seen ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

namespace langone::resource::test {

static constexpr uint8_t kPoison = 0xA5;
static constexpr uint64_t kMostBytes = uint64_t(1) << 28;

void ModelMemory::fail(const llvm::Twine &message) {
  if (error.empty())
    error = message.str();
}

Address ModelMemory::allocate(BlockKind kind, uint64_t bytes,
                              uint64_t alignment) {
  if (bytes > kMostBytes) {
    fail("more memory than there is, " + llvm::Twine(bytes) + " bytes");
    bytes = 0;
  }
  Block block{kind,
              true,
              /*isConstant=*/false,
              alignment,
              alignment * (2 * blocks.size() + 1),
              std::vector<uint8_t>(bytes, kPoison),
              std::vector<bool>(bytes),
              // The task that allocates is the first to write.
              std::vector<unsigned>(bytes, task),
              std::vector<unsigned>(bytes, task),
              {}};
  bool counts = kind == BlockKind::Pool || kind == BlockKind::Arena ||
                (kind == BlockKind::Heap && countsHeap);
  if (counts) {
    refused |= llvm::any_of(meters, [&](const Meter *meter) {
      return meter->limit - meter->live < bytes;
    });
    block.meters.assign(meters.begin(), meters.end());
    for (Meter *meter : meters)
      meter->add(bytes);
  }
  blocks.push_back(std::move(block));
  return {static_cast<unsigned>(blocks.size() - 1), 0};
}

void ModelMemory::release(Address address, BlockKind kind) {
  Block &block = blocks[address.block];
  if (!block.live)
    return fail("memory is freed twice");
  if (address.byte != 0)
    return fail("memory is freed by an address inside it");
  // The caller's own buffers come from its heap.
  if (block.kind != kind &&
      !(block.kind == BlockKind::Caller && kind == BlockKind::Heap))
    return fail("memory is freed in another way than it was allocated");
  block.live = false;
  for (Meter *meter : block.meters)
    meter->live -= block.data.size();
  for (Meter *meter : meters)
    meter->freedOutside |= !llvm::is_contained(block.meters, meter);
  for (size_t byte = 0; byte < block.data.size(); ++byte)
    noteWrite(block, byte);
}

bool ModelMemory::access(Address address, uint64_t bytes) {
  const Block &block = blocks[address.block];
  if (!block.live) {
    fail("access to memory that is freed");
    return false;
  }
  if (address.byte < 0 || address.byte + bytes > block.data.size()) {
    fail("access out of bounds");
    return false;
  }
  return true;
}

uint64_t ModelMemory::load(Address address, unsigned bytes) {
  if (!access(address, bytes))
    return 0;
  Block &block = blocks[address.block];
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    uint64_t byte = address.byte + i;
    if (!block.written[byte])
      fail("read of memory that nobody wrote");
    if (!isOrdered(block.writer[byte]))
      fail("read of what is written in parallel");
    noteRead(block, byte);
    value |= uint64_t(block.data[byte]) << (8 * i);
  }
  return value;
}

void ModelMemory::noteRead(Block &block, uint64_t byte) {
  if (!isOrdered(block.reader[byte]))
    block.otherReaders[byte].push_back(block.reader[byte]);
  block.reader[byte] = task;
}

void ModelMemory::noteWrite(Block &block, uint64_t byte) {
  if (block.isConstant)
    fail("write to a constant");
  bool isAlone = isOrdered(block.writer[byte]) && isOrdered(block.reader[byte]);
  if (auto others = block.otherReaders.find(byte);
      others != block.otherReaders.end()) {
    isAlone &= llvm::all_of(others->second,
                            [&](unsigned reader) { return isOrdered(reader); });
    block.otherReaders.erase(others);
  }
  if (!isAlone)
    fail("write to what is used in parallel");
  block.writer[byte] = task;
}

void ModelMemory::store(Address address, unsigned bytes, uint64_t value) {
  if (!access(address, bytes))
    return;
  Block &block = blocks[address.block];
  for (unsigned i = 0; i < bytes; ++i) {
    noteWrite(block, address.byte + i);
    block.data[address.byte + i] = value >> (8 * i);
    block.written[address.byte + i] = true;
  }
}

void ModelMemory::copy(Address from, Address to, unsigned bytes) {
  if (!access(from, bytes) || !access(to, bytes))
    return;
  if (isWritten(from, bytes))
    store(to, bytes, load(from, bytes));
  else
    poison(to, bytes);
}

void ModelMemory::poison(Address address, uint64_t bytes) {
  if (!access(address, bytes))
    return;
  Block &block = blocks[address.block];
  for (uint64_t byte = address.byte; byte < address.byte + bytes; ++byte) {
    noteWrite(block, byte);
    block.data[byte] = kPoison;
    block.written[byte] = false;
  }
}

bool ModelMemory::isWritten(Address address, unsigned bytes) const {
  const Block &block = blocks[address.block];
  for (unsigned i = 0; i < bytes; ++i)
    if (!block.written[address.byte + i])
      return false;
  return true;
}

void ModelMemory::checkAlignment(Address address, uint64_t alignment) {
  if ((blocks[address.block].start + address.byte) % alignment != 0)
    fail("a buffer is not aligned to " + llvm::Twine(alignment) + " bytes");
}

Meter &ModelMemory::openMeter() {
  meters.push_back(&allMeters.emplace_back());
  return *meters.back();
}

unsigned ModelMemory::beginTask() {
  tasks.push_back({task, false});
  task = tasks.size() - 1;
  return task;
}

void ModelMemory::endTask() { task = tasks[task].parent; }

unsigned ModelMemory::startTask(llvm::ArrayRef<unsigned> dependencies) {
  unsigned started = beginTask();
  tasks[started].after.assign(dependencies.begin(), dependencies.end());
  for (unsigned dependency : dependencies) {
    // What several wait for is over, for the ease of it.
    if (tasks[dependency].waiter != 0)
      settle(dependency);
    else
      changeTask(dependency, [&] { tasks[dependency].waiter = started; });
  }
  for (Meter *meter : meters)
    tasks[started].shares.push_back(
        {meter,
         static_cast<int64_t>(std::exchange(meter->peak, meter->getMost())), 0,
         static_cast<int64_t>(meter->getMost())});
  return started;
}

void ModelMemory::leaveTask(bool mayBeUnderWay) {
  for (Task::Share &share : tasks[task].shares) {
    Meter &meter = *share.meter;
    auto most = static_cast<int64_t>(meter.getMost());
    share.atPeak = static_cast<int64_t>(meter.peak) - most;
    share.atStart -= most;
    meter.peak = std::max(meter.peak, static_cast<uint64_t>(share.peakBefore));
  }
  if (mayBeUnderWay)
    changeTask(task, [&] { tasks[task].mayBeUnderWay = true; });
  endTask();
}

/// Of one meter, what is live if the task is where most is, beyond what is live
/// after it.
int64_t ModelMemory::getPending(unsigned task, const Meter *meter) const {
  const Task &one = tasks[task];
  const auto *share = llvm::find_if(
      one.shares, [&](const Task::Share &s) { return s.meter == meter; });
  if (!one.mayBeUnderWay || share == one.shares.end())
    return 0;
  int64_t waiting = share->atStart;
  for (unsigned earlier : one.after)
    if (tasks[earlier].waiter == task)
      waiting += getPending(earlier, meter);
  return std::max(share->atPeak, waiting);
}

/// Tells the meters what the change does to what is pending.
void ModelMemory::changeTask(unsigned task, llvm::function_ref<void()> change) {
  auto add = [&](unsigned changed, int64_t sign) {
    while (tasks[changed].waiter != 0)
      changed = tasks[changed].waiter;
    for (const Task::Share &share : tasks[changed].shares)
      share.meter->pending += sign * getPending(changed, share.meter);
  };
  add(task, -1);
  change();
  add(task, 1);
}

/// Nothing of it is pending any more.
void ModelMemory::settle(unsigned task) {
  changeTask(task, [&] { tasks[task].mayBeUnderWay = false; });
}

void ModelMemory::await(unsigned awaited) {
  Task &over = tasks[awaited];
  if (over.joined)
    return;
  settle(awaited);
  if (over.parent != task)
    return tasks[task].after.push_back(awaited);
  over.joined = true;
  for (unsigned dependency : over.after)
    await(dependency);
}

/// Whether `task` has waited for the end of `earlier`.
bool ModelMemory::isAfter(unsigned task, unsigned earlier) const {
  return llvm::any_of(tasks[task].after, [&](unsigned over) {
    return over == earlier || isAfter(over, earlier);
  });
}

/// Whether what the task `earlier` did is over for the current task.
bool ModelMemory::isOrdered(unsigned earlier) const {
  while (earlier != 0 && tasks[earlier].joined)
    earlier = tasks[earlier].parent;
  for (unsigned ancestor = task;; ancestor = tasks[ancestor].parent) {
    if (ancestor == earlier || isAfter(ancestor, earlier))
      return true;
    if (ancestor == 0)
      return false;
  }
}

} // namespace langone::resource::test
