//===- Mutations.cpp - mistakes put in on purpose -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutations.h"

#include "Mutation.h"

#include "llvm/ADT/STLExtras.h"

namespace langone::resource {
Mutation activeMutation = Mutation::None;
} // namespace langone::resource

namespace langone::fuzz {

/// In the order of the enumeration, without None.
llvm::ArrayRef<llvm::StringLiteral> getMutations() {
  static constexpr llvm::StringLiteral kNames[] = {
      "forget-callee",
      "forget-retained",
      "forget-alias",
      "forget-loop-carried",
      "join-smaller",
      "free-largest",
      "parallel-once",
      "plan-returned",
      "lifetime-ignores-rotation",
      "lifetime-ignores-loops",
      "lifetime-too-short",
      "slice-too-small",
      "forget-alignment",
      "divide-down",
      "size-at-lower-bound",
      "task-ends-at-start",
      "lifetime-ignores-tasks",
  };
  static_assert(std::size(kNames) ==
                static_cast<size_t>(resource::Mutation::LifetimeIgnoresTasks));
  return kNames;
}

bool breakAnalyses(llvm::StringRef mutation) {
  const auto *found = llvm::find(getMutations(), mutation);
  if (found == getMutations().end())
    return false;
  resource::activeMutation =
      static_cast<resource::Mutation>(found - getMutations().begin() + 1);
  return true;
}

} // namespace langone::fuzz
