//===- Frame.h - the stack of one function -----------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns how deep the stack of one function gets by itself, and at each of its
// calls, derived from its machine code: an abstract interpretation that follows
// the stack pointer, and registers that hold it plus a constant, along every
// path. What the compiler claims in `.stack_sizes` is a least value of the
// upper estimate only: it leaves out pushed arguments, realignment and the red
// zone.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_FRAME_H
#define LANGONE_STACK_FRAME_H

#include "Functions.h"
#include "Machine.h"

namespace langone::stack {

/// Where a call goes.
struct Callee {
  /// A place of the same object, or else `name`; neither if it is not known.
  std::optional<Place> place;
  /// Of a symbol that other objects may define.
  llvm::StringRef name;

  bool isKnown() const { return place || !name.empty(); }
};

struct Call {
  /// Within the function's section.
  uint64_t offset = 0;
  /// Bytes between the caller's stack pointer at its entry and the callee's at
  /// its own: the frame and the return address.
  uint64_t upper = 0, lower = 0;
  Callee callee;
};

/// What is known about the stack of one function, in bytes below its stack
/// pointer at entry, callees not included.
struct Frame {
  /// No path is deeper, if there is no problem.
  uint64_t upper = 0;
  /// Some path is as deep.
  uint64_t lower = 0;
  /// By offset.
  std::vector<Call> calls;
  /// Why the stack pointer cannot be followed, and where.
  struct Problem {
    uint64_t offset = 0;
    std::string message;
  };
  std::optional<Problem> problem;
};

/// Linear in the size of the function, but for loops that move the stack.
Frame computeFrame(const Program &program, unsigned function,
                   const Machine &machine);

} // namespace langone::stack

#endif // LANGONE_STACK_FRAME_H
