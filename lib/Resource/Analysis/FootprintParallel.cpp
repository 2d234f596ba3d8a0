//===- FootprintParallel.cpp - what goes on at the same time --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns bodies that run in parallel, and tasks that go on after the op that
// starts them.
//
//===----------------------------------------------------------------------===//

#include "FootprintWalker.h"
#include "Mutation.h"

#include "langone/Resource/Analysis/MemoryEvents.h"

#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace langone::resource {

void FootprintWalker::walkParallel(Operation *op, State &state) {
  bool isTask = getRegionExecution(op) == RegionExecution::Asynchronous;
  if (sizes.getTripCount(op).upper == uint64_t(0))
    return;
  // Other iterations may already have freed what was live before.
  if (mayFreeOutside(op))
    lowerBy(std::nullopt, state);
  size_t mark = timeline.mark();
  Peaks before = std::exchange(peaks, Peaks());
  State inside;
  // A task may run when nothing of what is live now is there any more.
  if (isTask) {
    takeFreed(op, state, inside);
  } else {
    inside.lower = state.lower;
    inside.lowerPath = state.lowerPath;
  }
  uint64_t atStart = *inside.upper;
  for (Region &region : op->getRegions()) {
    std::optional<State> exit;
    for (auto &[terminator, end] : walkRegion(region, inside))
      join(exit, end);
    if (exit)
      inside = *exit;
  }
  Peaks body = std::exchange(peaks, before);
  // Calls back into a cycle count for nothing but what they leave behind.
  body.upper.bytes =
      std::max({body.upper.bytes, atStart, inside.upper.value_or(0)});
  if (body.lower.bytes > peaks.lower.bytes)
    peaks.lower = body.lower;
  if (!isTask)
    return multiply(op, mark, body, inside, state);
  startTask(op, mark, atStart,
            inside.upper ? UpperBytes(body.upper.bytes) : std::nullopt,
            inside.upper, state);
}

/// Adds all bodies of a parallel op to the state, each from 0 to `end`.
void FootprintWalker::multiply(Operation *op, size_t mark, const Peaks &body,
                               const State &end, State &state) {
  if (end.upper && body.upper.bytes == 0)
    return timeline.multiply(mark, state.upper, 1);
  std::optional<uint64_t> count = sizes.getTripCount(op).upper;
  std::optional<uint64_t> together = getDeclaredParallelism(op);
  if (count)
    together = std::min(*count, together.value_or(*count));
  if (isBroken(Mutation::ParallelOnce))
    count = together = 1;
  if (!end.upper || !together || (*end.upper != 0 && !count))
    timeline.multiply(mark, state.upper, std::nullopt);
  if (!end.upper || !together)
    return unbounded(
        op,
        Twine("the body of '") + op->getName().getStringRef() +
            "' allocates, and how many run at the same time is not known",
        state);
  if (*end.upper != 0 && !count)
    return unbounded(op,
                     Twine("each body of '") + op->getName().getStringRef() +
                         "' leaves memory behind, and how many there are is "
                         "not known",
                     state);
  // Those under way may all be at their peak; the others have left what they
  // leave.
  UpperBytes live = llvm::checkedMulUnsigned(body.upper.bytes, *together);
  UpperBytes left = *end.upper == 0
                        ? UpperBytes(0)
                        : llvm::checkedMulUnsigned(*end.upper, *count);
  UpperBytes before =
      left ? UpperBytes(count ? *end.upper * (*count - *together) : 0)
           : std::nullopt;
  UpperBytes most =
      live && before ? llvm::checkedAddUnsigned(*live, *before) : std::nullopt;
  timeline.multiply(mark, state.upper, together);
  timeline.add(mark, before, 0);
  State all = state;
  addUpper(op, most, all);
  if (most)
    record(Event::Kind::Repeat, op, Value(), *most, all, false);
  notePeak(op, all);
  addUpper(op, left, state);
  if (left && *left != 0)
    record(Event::Kind::Repeat, op, Value(), *left, state, false);
}

//===----------------------------------------------------------------------===//
// Tasks
//===----------------------------------------------------------------------===//

/// What a task frees stays until then, with the task.
void FootprintWalker::takeFreed(Operation *task, State &state, State &body) {
  for (unsigned index : getTakenRoots(task, origins)) {
    uint64_t bytes = getUpperShare(index);
    Value buffer = origins.getRoots()[index].value;
    if (bytes == 0)
      continue;
    if (state.upper)
      *state.upper -= std::min(*state.upper, bytes);
    record(Event::Kind::Free, task, buffer, bytes, state, /*inLower=*/false);
    addUpper(task, bytes, body);
    record(Event::Kind::Allocate, task, buffer, bytes, body, /*inLower=*/false);
  }
}

/// From here on, a task with this peak may be under way, or one of those that
/// it waits for.
void FootprintWalker::startTask(Operation *op, size_t mark, uint64_t atStart,
                                UpperBytes peak, UpperBytes left,
                                State &state) {
  Task task{peak.value_or(0), left.value_or(0), atStart};
  for (Value dependency : op->getOperands()) {
    auto it = running.find(dependency.getDefiningOp());
    if (it == running.end() || it->first->getBlock() != op->getBlock() ||
        it->second.waiter || task.peak == 0)
      continue;
    uint64_t bytes = it->second.getTransient();
    shrinkTask(it->first, bytes, state);
    it->second.waiter = op;
    task.waits = llvm::SaturatingAdd(task.waits, bytes);
  }
  timeline.multiply(mark, state.upper, 1);
  if (!peak || !left)
    return unbounded(op, "what goes on after this has no finite bound", state);
  if (task.peak == 0)
    return;
  addUpper(op, task.getBytes(), state);
  record(Event::Kind::Start, op, Value(), task.getBytes(), state,
         /*inLower=*/false);
  notePeak(op, state);
  running[op] = task;
  if (isBroken(Mutation::TaskEndsAtStart))
    endTasks(op, state);
}

// A task that another one waits for counts among what that one waits for, which
// may be less than its own peak.
void FootprintWalker::shrinkTask(Operation *task, uint64_t bytes,
                                 State &state) {
  if (bytes == 0)
    return;
  while (Operation *waiter = running.lookup(task).waiter) {
    auto it = running.find(waiter);
    // It is over, and so was all that it waited for.
    if (it == running.end())
      return;
    uint64_t before = it->second.getBytes();
    it->second.waits -= bytes;
    bytes = before - it->second.getBytes();
    task = waiter;
  }
  if (state.upper)
    *state.upper -= std::min(*state.upper, bytes);
  record(Event::Kind::End, task, Value(), bytes, state, /*inLower=*/false);
}

void FootprintWalker::endTasks(ArrayRef<Operation *> over, State &state) {
  for (Operation *task : over) {
    auto it = running.find(task);
    if (it == running.end())
      continue;
    shrinkTask(task, it->second.getTransient(), state);
    running.erase(task);
  }
}

} // namespace langone::resource
