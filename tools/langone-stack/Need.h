//===- Need.h - the stack that functions need, callees included --*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the sums over the call graph, recursion included, and the chains of
// calls that reach them.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_NEED_H
#define LANGONE_STACK_NEED_H

#include "CallGraph.h"

namespace langone::stack {

/// What a call of a function needs, in bytes below the stack pointer at the
/// entry of the function: the return address is the caller's.
struct Need {
  /// No execution needs more; absent without a finite bound.
  std::optional<uint64_t> upper;
  /// Some path of direct calls needs as much; all paths count as reachable.
  uint64_t lower = 0;
  /// The next function on the way to each estimate; absent where the function
  /// itself, or a declared call, reaches it.
  std::optional<Edge> upperEdge, lowerEdge;
  std::optional<DeclaredCall> declared;
  /// `lowerEdge` stays within recursion: it is followed no further.
  bool lowerEndsThere = false;
  /// Of a function within recursion: bytes of all its rounds, and where it is
  /// left for `upper`.
  uint64_t recursionBytes = 0;
  std::optional<unsigned> recursionExit;
};

struct Needs {
  std::vector<Need> functions;
  /// Recursion without a declared depth, at one function of each.
  std::vector<Reason> recursions;
};

/// An error for a declared depth of a function that is not there, or is not
/// recursive.
llvm::Expected<Needs> computeNeeds(const Program &program,
                                   const std::vector<Node> &graph,
                                   const Knowledge &knowledge);

} // namespace langone::stack

#endif // LANGONE_STACK_NEED_H
