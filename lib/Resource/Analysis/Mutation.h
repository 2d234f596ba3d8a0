//===- Mutation.h - mistakes that the campaign has to find -------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the list of mistakes that can be put into the analyses on purpose, to
// see whether the tests notice. They exist only in code that is compiled with
// LANGONE_MUTATIONS, which no library of ours is; elsewhere the question costs
// nothing and the answer is no.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_RESOURCE_ANALYSIS_MUTATION_H
#define LANGONE_RESOURCE_ANALYSIS_MUTATION_H

namespace langone::resource {

enum class Mutation {
  None,
  /// The footprint of calls does not count.
  ForgetCallee,
  /// What a callee leaves behind does not count.
  ForgetRetained,
  /// A value that may be one of several buffers is taken for the first.
  ForgetAlias,
  /// A counted loop leaves what one iteration leaves.
  ForgetLoopCarried,
  /// Branches join to the smaller estimate.
  JoinSmaller,
  /// A deallocation frees the largest buffer that it may refer to.
  FreeLargest,
  /// Bodies in parallel cost one body.
  ParallelOnce,
  /// Buffers that are returned get a place in an arena.
  PlanReturned,
  /// Buffers known under names that survive an iteration have lifetimes.
  LifetimeIgnoresRotation,
  /// A use inside a loop is over before the loop is.
  LifetimeIgnoresLoops,
  /// Lifetimes end before the last use.
  LifetimeTooShort,
  /// A slice is half as large as the callee's arena.
  SliceTooSmall,
  /// Buffers in arenas are not aligned.
  ForgetAlignment,
  /// Divisions of sizes round down where they round up.
  DivideDown,
  /// Dynamic sizes are no larger than their lower bound.
  SizeAtLowerBound,
  /// Tasks are over where they start.
  TaskEndsAtStart,
  /// Buffers that tasks use have lifetimes as if tasks were over at once.
  LifetimeIgnoresTasks,
};

#ifdef LANGONE_MUTATIONS
extern Mutation activeMutation;
inline bool isBroken(Mutation mutation) { return activeMutation == mutation; }
#else
constexpr bool isBroken(Mutation) { return false; }
#endif

} // namespace langone::resource

#endif // LANGONE_RESOURCE_ANALYSIS_MUTATION_H
