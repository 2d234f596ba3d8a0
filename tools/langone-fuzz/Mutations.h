//===- Mutations.h - mistakes put in on purpose ------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Owns the names of the mistakes that langone-fuzz-mutants can make.
//
//===----------------------------------------------------------------------===//

#ifndef LANGONE_FUZZ_MUTATIONS_H
#define LANGONE_FUZZ_MUTATIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace langone::fuzz {

llvm::ArrayRef<llvm::StringLiteral> getMutations();

/// Breaks the analyses of this process; false if there is no such mistake.
bool breakAnalyses(llvm::StringRef mutation);

} // namespace langone::fuzz

#endif // LANGONE_FUZZ_MUTATIONS_H
