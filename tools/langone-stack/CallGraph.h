//===- CallGraph.h - who calls whom ------------------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns which functions each call may reach: by name as a linker would, through
// pointers by what the user or the compiler says. It adds nothing up.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_CALLGRAPH_H
#define LANGONE_STACK_CALLGRAPH_H

#include "Frame.h"

namespace langone::stack {

/// What the user knows and the objects do not say.
struct Knowledge {
  /// Bytes that a call of the function takes below its caller's stack pointer,
  /// return address included. Replaces what its code would say.
  llvm::StringMap<uint64_t> costs;
  /// For a caller, all that it calls through pointers.
  llvm::StringMap<std::vector<std::string>> targets;
  /// How many calls of a recursive function may be active at once.
  llvm::StringMap<uint64_t> depths;
  /// `.llvm.callgraph` names the types of all calls through pointers. It does
  /// in what clang compiles; code from elsewhere may have entries that lack
  /// some, and nothing in the section tells.
  bool trustsTypes = false;
};

/// A call that may reach a function whose code is known.
struct Edge {
  unsigned callee = 0;
  /// As of Call.
  uint64_t upper = 0, lower = 0;
  /// It reaches this function and no other one.
  bool isSure = false;
};

/// A call that may reach a function whose cost is declared.
struct DeclaredCall {
  llvm::StringRef name;
  /// As of Call, and what is declared, without the return address.
  uint64_t upper = 0, cost = 0;
};

/// Why there is no upper estimate, and where.
struct Reason {
  unsigned function = 0;
  /// Within its section.
  uint64_t offset = 0;
  std::string message;
};

struct Node {
  Frame frame;
  std::vector<Edge> edges;
  std::vector<DeclaredCall> declared;
  /// Some path is as deep, whatever the callees do: of the frame or of a call.
  uint64_t lower = 0;
  std::vector<Reason> reasons;
};

/// One node for each function of the program.
std::vector<Node> buildCallGraph(const Program &program, const Machine &machine,
                                 const Knowledge &knowledge);

} // namespace langone::stack

#endif // LANGONE_STACK_CALLGRAPH_H
