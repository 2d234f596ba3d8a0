//===- Output.h - verdicts, for people and programs --------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the verdicts on what was asked, and how they are told.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_STACK_OUTPUT_H
#define LANGONE_STACK_OUTPUT_H

#include "Inputs.h"
#include "Need.h"

namespace langone::stack {

/// Ordered from the best to the worst.
enum class Verdict { Proven, Guarded, Refuted };

/// One function that was asked for, and what it needs below the stack pointer
/// of its caller, its return address included.
struct Result {
  std::string name;
  /// Absent if no object has its code.
  std::optional<unsigned> function;
  std::optional<uint64_t> limit, upper;
  uint64_t lower = 0;
  /// Absent without a limit.
  std::optional<Verdict> verdict;
};

/// What has been found out about all functions.
struct Findings {
  const Program &program;
  const std::vector<Node> &graph;
  const Needs &needs;
  uint64_t returnAddressBytes = 0;

  Result judge(llvm::StringRef name, std::optional<unsigned> function,
               std::optional<uint64_t> limit) const;
};

/// Lines about each result, or with `onlyWorst` about the worst one, and how
/// many there are.
void printText(const Findings &findings, llvm::ArrayRef<Result> results,
               bool onlyWorst, llvm::raw_ostream &os);

/// One JSON object of schema "langone-stack/1".
void printJSON(const Findings &findings, llvm::ArrayRef<Result> results,
               llvm::raw_ostream &os);

} // namespace langone::stack

#endif // LANGONE_STACK_OUTPUT_H
